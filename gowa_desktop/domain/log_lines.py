"""Log lines as people may see them: colours taken out, the settings line masked, secrets hidden."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MASK = "•••"

_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def clean_line(line: str) -> str:
    """Take colours and control characters out of a line; tabs stay."""
    return _CONTROL.sub("", _ANSI.sub("", line))


def mask_settings_line(line: str) -> str:
    """Hide GOWA's first line, which prints every value of a `.env` in clear text (GOWA facts 2.3)."""
    return f"map[{MASK}]" if line.startswith("map[") and line != "map[]" else line


def hide_secrets(text: str, secrets: Iterable[str]) -> str:
    """Replace each secret in the text; the longest first, so that a secret inside another leaves nothing behind."""
    for secret in sorted({s for s in secrets if s}, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


def readable_lines(raw: bytes, secrets: Iterable[str] = ()) -> list[str]:
    """Decode log bytes into clean lines; bytes that are no UTF-8 become replacement characters."""
    known = tuple(secrets)
    lines = raw.decode("utf-8", errors="replace").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return [hide_secrets(mask_settings_line(clean_line(line)), known) for line in lines]
