"""What can carry requests to Sahha: our connections, and httpx's own as what they are held to."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from hos_pipelines.sahha.network import EndedWhileAskedError, connections_to

Connect = Callable[[str, int], httpx.AsyncBaseTransport]


class ConnectionsOfHttpx(httpx.AsyncHTTPTransport):
    """httpx's own, which do not tell the end of a kept connection from that of a new one: either may be asked again."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """As httpx's, but for that error."""
        try:
            return await super().handle_async_request(request)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError) as error:
            if isinstance(error, httpx.RemoteProtocolError) and "without sending a response" not in str(error):
                raise
            raise EndedWhileAskedError(str(error)) from error


def connections_of_httpx(base_url: str, most: int) -> httpx.AsyncBaseTransport:
    """As httpx would reach it by itself, through the environment's proxy."""
    url, proxies = urlsplit(base_url), getproxies()
    proxy = None if proxy_bypass(url.hostname or "") else proxies.get(url.scheme) or proxies.get("all")
    return ConnectionsOfHttpx(limits=httpx.Limits(max_connections=most, max_keepalive_connections=most), proxy=proxy)


TRANSPORTS: Mapping[str, Connect] = {"ours": connections_to, "httpx": connections_of_httpx}
