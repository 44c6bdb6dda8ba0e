"""Account tokens: shaped like the real JWTs, signed with the seed, expiring in real time, not in virtual time."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from math import ceil
from time import monotonic, time
from typing import Any

_HEADER = {"alg": "HS256", "typ": "JWT"}
_REMEMBERED = 64
_CLAIMS = "https://api.sahha.ai/claims/"


class TokenDesk:
    """Issues and checks account tokens. Nothing is stored, so a restarted simulator honours its earlier tokens."""

    def __init__(self, seed: int, lifetime_s: int) -> None:
        self.lifetime_s = lifetime_s
        self._key = f"simulator-{seed}".encode()
        self._generation = 0
        # Monotonic from here on: a step of the machine's clock must neither kill tokens nor keep them alive.
        self._epoch = time() - monotonic()
        self._read = lru_cache(maxsize=_REMEMBERED)(self._verify)

    def issue(self) -> str:
        """A fresh account token."""
        claims = {
            f"{_CLAIMS}account": "account",
            f"{_CLAIMS}region": "simulator",
            "iss": "https://simulator.invalid/",
            "generation": self._generation,
            "exp": ceil(self._real_now()) + self.lifetime_s,
        }
        unsigned = f"{_encode(_HEADER)}.{_encode(claims)}"
        return f"{unsigned}.{self._signature(unsigned)}"

    def accepts(self, authorization: str) -> bool:
        """True for `account <token>`, the scheme in any case, with a token of ours that still holds."""
        claims = self._read(authorization)
        if claims is None:
            return False
        return bool(claims["generation"] >= self._generation and claims["exp"] > self._real_now())

    def expire_all(self) -> None:
        """Make every token issued so far invalid."""
        self._generation += 1

    def _verify(self, authorization: str) -> dict[str, Any] | None:
        """The claims of a token that we signed, whether or not it still holds; None for any other text."""
        scheme, _, token = authorization.partition(" ")
        unsigned, _, signature = token.strip().rpartition(".")
        if scheme.lower() != "account" or not token.isascii():
            return None
        if not hmac.compare_digest(self._signature(unsigned), signature):
            return None
        claims: dict[str, Any] = json.loads(urlsafe_b64decode(unsigned.partition(".")[2] + "=="))
        return claims

    def _real_now(self) -> float:
        return self._epoch + monotonic()

    def _signature(self, unsigned: str) -> str:
        return _text(hmac.new(self._key, unsigned.encode(), sha256).digest())


def _encode(part: Mapping[str, object]) -> str:
    return _text(json.dumps(part, separators=(",", ":")).encode())


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
