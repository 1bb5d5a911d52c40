"""Secrets at rest: what a chat entrusts to us is kept encrypted, with keys that stand outside the database.

RITME_SECRET_KEY holds one key or several, with commas between: the first encrypts, all of them read. So a new key is
put before the old one, `ritme secrets rotate` encrypts everything with it, and then the old one can go.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.fernet import Fernet, MultiFernet

SIZE = 32
"""Bytes of a key: half of it signs, half of it encrypts."""


class Malformed(Exception):
    """RITME_SECRET_KEY cannot be used. The text says which key, and never what stands there."""


class Unreadable(Exception):
    """None of the keys opens it, or it was made for something else."""


def new() -> str:
    """A key, drawn at random."""
    from cryptography.fernet import Fernet  # noqa: PLC0415 - it costs a start, and not every Ritme keeps secrets

    return Fernet.generate_key().decode()


def keys(text: str) -> tuple[str, ...]:
    """The keys of RITME_SECRET_KEY, the one that encrypts first. Raises Malformed."""
    found = tuple(key.strip() for key in text.split(","))
    for place, key in enumerate(found, 1):
        which = f"key {place} of {len(found)}" if len(found) > 1 else "this"
        if not key:
            raise Malformed(f"key {place} of {len(found)} is empty")
        if not _is_key(key):
            raise Malformed(f"{which} is no key; a key is 44 characters long")
        if key in found[: place - 1]:
            raise Malformed(f"{which} stands there twice")
    return found


def _is_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key.encode("ascii"), b"-_", validate=True)) == SIZE
    except (UnicodeEncodeError, binascii.Error):
        return False


class Secrets:
    """Seals and opens secrets with these keys, as `keys` gives them.

    Each is sealed for a purpose, such as "slack T1 access", and opens for no other: a row that somebody copied over
    another's is of no use.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = tuple(keys)

    def seal(self, purpose: str, secret: str) -> str:
        # Every token tells when it was made, to whoever sees it; this one says nothing.
        return self._all.encrypt_at_time(f"{purpose}\0{secret}".encode(), 0).decode()

    def open(self, purpose: str, sealed: str) -> str:
        """The secret. Raises Unreadable."""
        return self._opened(self._all, purpose, sealed)

    def renewed(self, purpose: str, sealed: str) -> str:
        """The same secret sealed with the first key; the very same text where it is so already. Raises Unreadable."""
        try:
            self._opened(self._first, purpose, sealed)
        except Unreadable:
            return self.seal(purpose, self.open(purpose, sealed))
        return sealed

    # inside

    @cached_property
    def _first(self) -> Fernet:
        from cryptography.fernet import Fernet  # noqa: PLC0415 - as above

        return Fernet(self._keys[0])

    @cached_property
    def _all(self) -> MultiFernet:
        from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415 - as above

        return MultiFernet([Fernet(key) for key in self._keys])

    @staticmethod
    def _opened(keys: Fernet | MultiFernet, purpose: str, sealed: str) -> str:
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - as above

        try:
            made_for, _, secret = keys.decrypt(sealed.encode()).decode().partition("\0")
        except InvalidToken as failure:
            raise Unreadable("no key opens it") from failure
        if made_for != purpose:
            raise Unreadable("it was made for something else")
        return secret
