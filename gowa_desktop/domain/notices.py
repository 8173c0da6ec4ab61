"""Notices: what happened that a person should hear of, by kind; when they are shown, and how many become one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import time

    from gowa_desktop.domain.json_types import Json, JsonObject


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
    """Something is broken until a person acts; it comes through quiet hours, unless a person wants none at all then."""


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
    is_over: bool = False
    """What it told is over; it is kept as something that happened."""
    is_read: bool = False

    def as_over(self) -> Notice:
        """Give the same notice about something that has come to its end."""
        return replace(self, is_over=True)

    def as_read(self) -> Notice:
        """Give the same notice, seen."""
        return replace(self, is_read=True)


def is_quiet_time(hours: tuple[time, time] | None, moment: time) -> bool:
    """Tell whether a time of the day is between two others, of which the second may be the next day's; an empty span has none."""
    if hours is None:
        return False
    begin, end = hours
    if begin <= end:
        return begin <= moment < end
    return moment >= begin or moment < end


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is shown outside the window: one notice, or several of a kind as one. A newer one with the same `key` replaces it."""

    key: str
    title: str
    text: str
    urgency: Urgency
    instance_id: int | None
    """A click leads here; None leads to the list of notices."""


MOST_NAMED = 6
"""How many notices a group names; the rest is counted."""

_GROUP_TITLES = {
    NoticeKind.GAVE_UP: "{count} instances stay down",
    NoticeKind.CRASHED: "{count} instances crashed and were started again",
    NoticeKind.WHATSAPP: "{count} messages about WhatsApp",
    NoticeKind.ALERT: "{count} limits are exceeded",
    NoticeKind.DISK: "{count} problems around GOWA Desktop",
    NoticeKind.UPDATE: "{count} new versions",
    NoticeKind.DONE: "{count} tasks are finished",
}


def announce(notices: Sequence[Notice]) -> Announcement:
    """Make one announcement of notices of one kind, oldest first, at least one."""
    newest = notices[-1]
    if len(notices) == 1:
        return Announcement(newest.kind, newest.title, newest.text, newest.urgency, newest.instance_id)
    titles = [notice.title for notice in reversed(notices)]
    text = "\n".join(titles[:MOST_NAMED])
    if len(titles) > MOST_NAMED:
        text += "\n" + f"and {len(titles) - MOST_NAMED} more"
    urgency = Urgency.HIGH if any(notice.urgency is Urgency.HIGH for notice in notices) else Urgency.NORMAL
    ids = {notice.instance_id for notice in notices}
    only = next(iter(ids)) if len(ids) == 1 else None
    return Announcement(newest.kind, _GROUP_TITLES[newest.kind].format(count=len(notices)), text, urgency, only)


def to_json(notice: Notice) -> JsonObject:
    """Write a notice down."""
    return {
        "kind": notice.kind.value, "key": notice.key, "title": notice.title, "text": notice.text, "at": notice.at.isoformat(),
        "instance": notice.instance_id, "urgency": notice.urgency.value, "over": notice.is_over, "read": notice.is_read,
    }  # fmt: skip


def from_json(stored: Json) -> Notice | None:
    """Read a notice; None when it is none, such as one of a newer version of the program."""
    if not isinstance(stored, dict):
        return None
    texts = [stored.get(name) for name in ("kind", "key", "title", "text", "at", "urgency")]
    instance_id = stored.get("instance")
    if not all(isinstance(text, str) for text in texts) or not isinstance(instance_id, int | None):
        return None
    kind, key, title, text, at, urgency = map(str, texts)
    try:
        return Notice(
            NoticeKind(kind), key, title, text, datetime.fromisoformat(at), instance_id, Urgency(urgency),
            is_over=stored.get("over") is True, is_read=stored.get("read") is True,
        )  # fmt: skip
    except ValueError:
        return None
