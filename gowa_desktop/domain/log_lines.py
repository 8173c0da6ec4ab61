"""Log lines as people may see them: colours taken out, the settings line masked, secrets hidden."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gowa_desktop.domain.ansi import without_codes

if TYPE_CHECKING:
    from collections.abc import Iterable

MASK = "•••"

_ADDRESS = re.compile(r"(?<=://)([^\s/@:]*):([^\s/@]+)@")
_QUERY = re.compile(r"://[^\s\"'<>?\\]*\?[^\s\"'<>\\]+")
_FIELD = re.compile(r"([?&][^=&?#]{1,80})=[^&#]+")
"""What follows a “?” in an address: what it means is known to the one who takes it only, and webhooks have their tokens there."""
_NAMED = re.compile(
    r"(?i)\b(authorization|(?:[a-z0-9]+_)*(?:password|passwd|secret|token|api[_-]?key|basic_?auth))"
    r"([\"']?\s*[:=]\s*[\"']?)(?!" + MASK + r")((?:basic |bearer )?[^\s\"',;&}\])]+)"
)
_PERSON = re.compile(r"(?<![\w.])\+?\d{6,20}(?=(?:[.:]\d+)*@)|(?<![\w.:-])\+?\d{10,15}(?![\w.:-])")
_NAME_PARTS = ("authorization", "passw", "secret", "token", "api", "auth")
"""The expression above is slow; a line without any of these cannot match it."""
_ORDINARY = re.compile(
    r'time="\d|\d\d:\d\d:\d\d(?:\.\d{3} ?\[| \| )|--- |panic: |goroutine \d|fatal error: |Error: '
    r"|\[(?:DEBUG|INFO|WARN|WARNING|ERROR|FATAL)\] |(?:DEBU|INFO|WARN|ERRO|FATA)\[\d|INFO Server |\s*[┌│└]|\s+_{5,}"
)
"""How GOWA's own lines begin: logrus, whatsmeow, Go panics, Fiber's banner (GOWA facts 2.3)."""

_LONGEST_SETTINGS_LINES = 1000
_SHORT = 2
"""Secrets up to this length are hidden only where they stand alone; a log without any “a” would tell nobody anything."""


def clean_line(line: str) -> str:
    """Take colours and control characters out of a line; tabs stay."""
    return without_codes(line)


class SettingsMask:
    """Hides GOWA's first line, which prints every value of a `.env` in clear text, for one log read from its beginning.

    Values with line breaks spread it over several lines, and any of them may end like the last one; so everything is hidden up to
    the first line that GOWA writes in another way.
    """

    def __init__(self) -> None:
        self._hidden = 0

    @property
    def is_inside(self) -> bool:
        """True when the line before belonged to the settings, so that the next one may go on with them."""
        return self._hidden > 0

    def apply(self, line: str) -> str:
        """Give the next line, masked where it belongs to the settings."""
        if line.startswith("map["):
            self._hidden = 0 if line == "map[]" else 1
            return line if line == "map[]" else f"map[{MASK}]"
        if not self._hidden:
            return line
        self._hidden += 1
        if _ORDINARY.match(line) or self._hidden > _LONGEST_SETTINGS_LINES:
            self._hidden = 0
            return line
        return MASK if line else ""


def hide_secrets(text: str, secrets: Iterable[str]) -> str:
    """Replace each secret in the text; the longest first, so that a secret inside another leaves nothing behind."""
    for secret in sorted({s for s in secrets if s}, key=len, reverse=True):
        text = text.replace(secret, MASK) if len(secret) > _SHORT else _hide_alone(text, secret)
    return text


def _hide_alone(text: str, secret: str) -> str:
    return re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", MASK, text)


def hide_likely_secrets(text: str) -> str:
    """Hide what looks like a secret wherever it comes from: sign-ins inside addresses, and values named password, token and so on."""
    if "://" in text:
        text = _ADDRESS.sub(rf"\1:{MASK}@", text)
        if "?" in text:
            text = _QUERY.sub(lambda address: _FIELD.sub(rf"\1={MASK}", address[0]), text)
    small = text.lower()
    if any(word in small for word in _NAME_PARTS):
        text = _NAMED.sub(rf"\1\2{MASK}", text)
    return text


def hide_people(text: str, home: str = "") -> str:
    """Hide what tells who somebody is, for texts that leave this computer: phone numbers, WhatsApp ids and the home folder's name."""
    text = _PERSON.sub(MASK, text)
    return text.replace(home, "~") if len(home) > 3 else text


def readable_lines(raw: bytes, secrets: Iterable[str] = ()) -> list[str]:
    """Decode log bytes into clean lines; bytes that are no UTF-8 become replacement characters."""
    known, settings = tuple(secrets), SettingsMask()
    lines = raw.decode("utf-8", errors="replace").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return [hide_likely_secrets(hide_secrets(settings.apply(clean_line(line)), known)) for line in lines]
