"""A second Sahha, apart from the simulator: fixed rows, strict about its header, and a record of all it served."""

import json
import re
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

Row = dict[str, Any]

PATHS = {"biomarker": "biomarkers", "score": "scores", "archetypes": "sahha_archetypes"}
STAMPS = ("startDateTime", "scoreDateTime", "endDateTime")


class QuietServer(ThreadingHTTPServer):
    """Says nothing of clients that hang up."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Says nothing."""


class FixedSahha:
    """Rows by stream and external id. `pages` overrides whole paths with a status, a content type and a body."""

    client_id = "fixed-account"
    client_secret = "s3cret-of-the-account"  # noqa: S105

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], list[Row]] = {}
        self.pages: dict[str, tuple[int, str, bytes]] = {}
        self.served: dict[tuple[str, str], dict[str, Row]] = {}
        self.refused: list[str] = []
        self.asked: list[str] = []
        self.token = "token-of-the-account"  # noqa: S105
        self._server = QuietServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, method: str, target: str, authorization: str | None, body: bytes) -> tuple[int, str, bytes]:
        url = urlsplit(target)
        self.asked.append(f"{method} {target}")
        for pattern, page in self.pages.items():
            if re.fullmatch(pattern, url.path):
                return page
        if method == "POST" and url.path == "/api/v1/oauth/account/token":
            wanted = {"clientId": self.client_id, "clientSecret": self.client_secret}
            if json.loads(body) != wanted:
                return _json(401, {"title": "Unauthorized", "statusCode": 401})
            return _json(200, {"accountToken": self.token, "expiresIn": 86400})
        if authorization != f"account {self.token}":
            self.refused.append(str(authorization))
            return _json(401, {"title": "Unauthorized", "statusCode": 401})
        return self._data(url.path, parse_qs(url.query))

    def _data(self, path: str, query: dict[str, list[str]]) -> tuple[int, str, bytes]:
        if path == "/api/v1/account/profile/search":
            items = [{"externalId": name, "profileId": f"p-{name}"} for name in sorted({who for _, who in self.rows})]
            return _json(200, {"items": items, "totalCount": len(items), "totalPages": 1})
        found = re.fullmatch(r"/api/v1/profile/(biomarker|score|archetypes)/([^/]+)", path)
        if found is None:
            return _json(404, {"title": "Not Found", "statusCode": 404})
        key = (PATHS[found[1]], unquote(found[2]))
        if key not in self.rows:
            return _json(404, {"title": "Not Found", "statusCode": 404})
        if key[0] == "biomarkers" and len(query.get("categories", [])) < len(PATHS):
            return _json(400, {"title": "Bad Request", "statusCode": 400})
        bounds = date.fromisoformat(query["startDateTime"][0]), date.fromisoformat(query["endDateTime"][0])
        rows = [row for row in self.rows[key] if _within(row, bounds)]
        self.served.setdefault(key, {}).update({row["id"]: row for row in rows})
        return _json(200, rows)


def _within(row: Row, bounds: tuple[date, date]) -> bool:
    """Whether a row's window meets the dates; a row without a readable time is always served."""
    try:
        days = [datetime.fromisoformat(row[name]).date() for name in STAMPS if row.get(name)]
    except ValueError:
        return True
    return not days or (min(days) <= bounds[1] and bounds[0] <= max(days) + timedelta(days=1))


def _json(status: int, content: object) -> tuple[int, str, bytes]:
    return status, "application/json", json.dumps(content).encode()


def _handler(sahha: FixedSahha) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Says nothing."""

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, kind, content = sahha.answer(self.command, self.path, self.headers.get("Authorization"), body)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815

    return Handler
