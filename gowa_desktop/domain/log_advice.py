"""What known log lines mean for a person, and what to do about them (GOWA facts 2.8): events with advice, and counts."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from gowa_desktop.domain import api_answers

if TYPE_CHECKING:
    from collections.abc import Iterable


class LogEventKind(StrEnum):
    """What happened, by its meaning."""

    CLIENT_OUTDATED = "client_outdated"
    LOGGED_OUT = "logged_out"
    CONNECT_FAILED = "connect_failed"
    OLD_CHAT_DATABASE = "old_chat_database"
    DATABASE_LOCKED = "database_locked"
    WEBHOOK_FAILED = "webhook_failed"
    PAGE_NOT_UPDATED = "page_not_updated"
    SIGN_IN_INVALID = "sign_in_invalid"
    PROXY_NOT_USED = "proxy_not_used"
    UNDECRYPTABLE = "undecryptable"
    PAIRING_NOT_FINISHED = "pairing_not_finished"


@dataclass(frozen=True, slots=True)
class KnownLine:
    """A line that means something."""

    kind: LogEventKind
    pattern: re.Pattern[str]
    advice: str
    matters: bool = False
    """True when a person who looks elsewhere should be told."""

    @property
    def title(self) -> str:
        """What happened, in a few words with `{name}` for the instance; empty for what does not matter so much."""
        return _TITLES.get(self.kind, "")

    @property
    def outlives_run(self) -> bool:
        """True when it is still so after GOWA was started again, until a line says otherwise."""
        return self.kind in _OUTLIVING


_K = LogEventKind
_TITLES = {
    _K.CLIENT_OUTDATED: "“{name}” is too old for WhatsApp",
    _K.LOGGED_OUT: "“{name}” was logged out of WhatsApp",
    _K.OLD_CHAT_DATABASE: "“{name}” cannot read its chats",
    _K.SIGN_IN_INVALID: "“{name}” has a sign-in that is written wrongly",
    _K.PROXY_NOT_USED: "“{name}” does not use its proxy",
}
_OUTLIVING = frozenset({_K.LOGGED_OUT})
KNOWN_LINES: tuple[KnownLine, ...] = tuple(
    KnownLine(kind, re.compile(pattern), advice, matters)
    for kind, pattern, advice, matters in (
        (_K.CLIENT_OUTDATED, r"Client outdated \(405\)", "WhatsApp says that this GOWA is too old. Use a newer version.", True),
        (_K.LOGGED_OUT, r"\[?REMOTE_LOGOUT\]?|Received LoggedOut event", "The device was unlinked on the phone. Pair it again.", True),
        (
            _K.CONNECT_FAILED,
            r"auto-connect failed for device",
            "GOWA could not reach WhatsApp when it started. Check the internet connection.",
            False,
        ),
        (
            _K.OLD_CHAT_DATABASE,
            r"no such column: \S*(?:device_id|ad_jid)",
            "The chat database comes from GOWA v7. Move chatstorage.db aside; the pairing stays.",
            True,
        ),
        (
            _K.DATABASE_LOCKED,
            r"database is locked",
            "A database was locked. Make sure that no other program opens the instance folder.",
            False,
        ),
        (
            _K.WEBHOOK_FAILED,
            r"Attempt \d+ to submit webhook failed|Failed forwarding .* to |Failed (?:to )?forward .*to webhook",
            "A webhook did not take its events. Check its address.",
            False,
        ),
        (
            _K.PAGE_NOT_UPDATED,
            r"\[UI_ASSET\].*failed|initial dashboard download failed",
            "The web page could not be updated from the internet. The API works without it.",
            False,
        ),
        (
            _K.SIGN_IN_INVALID,
            r"Basic auth is not valid",
            "A sign-in is written wrongly. It must be user:password with one colon.",
            True,
        ),
        (
            _K.PROXY_NOT_USED,
            r"failed to apply WHATSAPP_PROXY",
            "The proxy was not used. Check its address: http, https or socks5.",
            True,
        ),
        (
            _K.UNDECRYPTABLE,
            r"Undecryptable message",
            "Some messages could not be decrypted. If that goes on, pair the device again.",
            False,
        ),
        (_K.PAIRING_NOT_FINISHED, r"QR context canceled", "A sign-in by QR code was not finished.", False),
    )
)
_RECONNECT = re.compile(
    r"Automatically reconnecting|reconnecting after autoreconnect|reconnecting in background|Reconnect failed|Starting reconnect process"
    r"|Got 51[35] code, reconnecting|automatic reconnect will handle"
)
_WEBHOOK = re.compile(r"Attempt \d+ to submit webhook failed")
_CONNECTED = re.compile(
    r"auto-connected device |Successfully authenticated|Successfully paired (?!phone with code)|[Pp]rocessing history sync|Wrote history sync"
)
"""GOWA writes nothing more about a sign-in that went well, unless it is told to write everything (v7-v9, infrastructure/whatsapp)."""
_ANY = re.compile("|".join(f"(?:{known.pattern.pattern})" for known in KNOWN_LINES))
TELLING = "|".join(
    (*(known.pattern.pattern for known in KNOWN_LINES), _RECONNECT.pattern, _WEBHOOK.pattern, api_answers.PREFIX, r"\| +[45]\d\d \|",
     "auto-connected device |Successfully |history sync")
)  # fmt: skip
"""An expression without look-around, for lines as they are written: one that it does not find tells nothing and counts nothing."""


@dataclass(frozen=True, slots=True)
class LogCounts:
    """How often something was seen in a log."""

    webhook_failures: int = 0
    """Attempts that failed; GOWA makes up to five for one event."""
    reconnects: int = 0
    client_errors: int = 0
    """Requests answered with 400 to 499."""
    server_errors: int = 0
    """Requests answered with 500 to 599."""

    def and_of(self, text: str, status: int | None) -> LogCounts:
        """Give the counts with one line more: its text, and the HTTP status that it tells of."""
        if status is not None and status >= 500:
            return replace(self, server_errors=self.server_errors + 1)
        if status is not None and status >= 400:
            return replace(self, client_errors=self.client_errors + 1)
        if _WEBHOOK.search(text):
            return replace(self, webhook_failures=self.webhook_failures + 1)
        if _RECONNECT.search(text):
            return replace(self, reconnects=self.reconnects + 1)
        return self


def meaning_of(text: str) -> KnownLine | None:
    """Give what a line means when it is a known one."""
    if _ANY.search(text) is None:
        return None
    return next((known for known in KNOWN_LINES if known.pattern.search(text)), None)


def ended_by(text: str) -> frozenset[LogEventKind]:
    """Give what is over when a line says this: a device that is connected is neither logged out nor refused."""
    if "onnect" not in text and "uccessfully" not in text and "sync" not in text:
        return frozenset()
    return frozenset({_K.LOGGED_OUT, _K.CLIENT_OUTDATED}) if _CONNECTED.search(text) else frozenset()


def advice_for(lines: Iterable[str]) -> tuple[str, ...]:
    """Give what the known lines among these mean, each once, in the order in which they first appear."""
    found: dict[str, None] = {}
    for line in lines:
        for known in KNOWN_LINES:
            if known.pattern.search(line):
                found.setdefault(known.advice)
    return tuple(found)
