"""What can carry requests to Sahha: our connections, and httpx's own as what they are held to."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from hos_pipelines.sahha.network import connections_to

Connect = Callable[[str, int], httpx.AsyncBaseTransport]


def connections_of_httpx(base_url: str, most: int) -> httpx.AsyncBaseTransport:
    """As httpx would reach it by itself, through the environment's proxy."""
    url, proxies = urlsplit(base_url), getproxies()
    proxy = None if proxy_bypass(url.hostname or "") else proxies.get(url.scheme) or proxies.get("all")
    return httpx.AsyncHTTPTransport(
        limits=httpx.Limits(max_connections=most, max_keepalive_connections=most), proxy=proxy
    )


TRANSPORTS: Mapping[str, Connect] = {"ours": connections_to, "httpx": connections_of_httpx}
