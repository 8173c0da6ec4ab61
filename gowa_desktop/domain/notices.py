"""Notices: what happened that a person should hear of, by kind."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class NoticeKind(StrEnum):
    """What a notice is about; each kind can be switched off by itself."""

    GAVE_UP = "gave-up"
    """An instance failed so often that it stays down, or is tried rarely only."""
    CRASHED = "crashed"
    """An instance ended by itself and is started again."""
    WHATSAPP = "whatsapp"
    """GOWA wrote a known line that needs a person: logged out, outdated, taken over."""
    ALERT = "alert"
    """CPU, memory or a folder is above what a person set."""
    DISK = "disk"
    """The disk is nearly full, or something else around the program is wrong."""
    UPDATE = "update"
    """A new version of GOWA or of the program is there."""
    DONE = "done"
    """Long work that a person began is finished."""


class Urgency(StrEnum):
    """How much a notice matters."""

    NORMAL = "normal"
    HIGH = "high"
    """Something is broken until a person acts; it comes through quiet hours."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice. A newer one with the same `key` takes its place; `at` is local time with its zone."""

    kind: NoticeKind
    key: str
    title: str
    text: str
    at: datetime
    instance_id: int | None = None
    """A click leads to this instance."""
    urgency: Urgency = Urgency.NORMAL
