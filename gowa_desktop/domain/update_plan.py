"""What an update is going to do, instance by instance, with what is kept and what is lost in plain words (GOWA facts 5.3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from gowa_desktop.domain.instance import LATEST
from gowa_desktop.domain.versions import GowaVersion

if TYPE_CHECKING:
    from collections.abc import Sequence


class ChatStoreKind(StrEnum):
    """Which generations of GOWA understand a chat store; v8 began to count its migrations anew."""

    NONE = "none"
    """There is none; GOWA makes one."""
    OLD = "old"
    """Of v7 or before. A start of v8 or later damages it."""
    BROKEN = "broken"
    """Of v7, and v8 or later was started on it: chat calls fail, the rest works."""
    NEW = "new"
    """Of v8 or later. v7 can read it but not write it."""
    UNREADABLE = "unreadable"
    """No one can tell; GOWA itself will say."""


class UpdateKind(StrEnum):
    """What has to be done for one instance."""

    UP_TO_DATE = "up_to_date"
    """Nothing."""
    PLAIN = "plain"
    """The databases go along as they are."""
    NEEDS_ASSISTANT = "needs_assistant"
    """From v7 or before to v8 or later: the chat store has to be moved aside, the pairing stays."""
    DOWNGRADE = "downgrade"
    """To an older version; `moves_chat_store` says whether the chat store has to be moved aside."""


@dataclass(frozen=True, slots=True)
class PlannedUpdate:
    """What happens to one instance."""

    instance_id: int
    name: str
    from_tag: str
    """The version its databases belong to; empty when it is not known."""
    to_tag: str
    kind: UpdateKind
    moves_chat_store: bool = False
    is_running: bool = False
    """It is stopped, started with the new version and watched; otherwise it stays stopped."""
    stored_tag: str = LATEST
    """What is stored as its version afterwards: the new tag, or `latest` when that stands for it."""
    kept: tuple[str, ...] = ()
    """What stays, in sentences."""
    lost: tuple[str, ...] = ()
    """What is lost or set aside, in sentences; not empty means: ask the person first."""
    notes: tuple[str, ...] = ()
    """What else should be known beforehand, in sentences."""


@dataclass(frozen=True, slots=True)
class UpdatePlan:
    """An update of one, several or all instances, as it is shown before it begins."""

    to_tag: str
    items: tuple[PlannedUpdate, ...]
    has_canary: bool = True
    """One instance goes first and is watched before the others follow."""

    @property
    def work(self) -> tuple[PlannedUpdate, ...]:
        """The instances to which something happens."""
        return tuple(item for item in self.items if item.kind is not UpdateKind.UP_TO_DATE)

    @property
    def needs_consent(self) -> bool:
        """True when something is lost or set aside."""
        return any(item.lost for item in self.items)

    def groups(self, size: int) -> tuple[tuple[PlannedUpdate, ...], ...]:
        """Divide the work: the canary first, then groups of `size`."""
        work, groups = list(self.work), list[tuple[PlannedUpdate, ...]]()
        while work:
            group = next_group(work, size, is_canary=self.has_canary and not groups)
            groups.append(group)
            work = [item for item in work if item not in group]
        return tuple(groups)


def next_group(waiting: Sequence[PlannedUpdate], size: int, *, is_canary: bool) -> tuple[PlannedUpdate, ...]:
    """Choose who comes next: as a canary one that runs and is simple, where there is such a one; else the first `size`."""
    if is_canary and waiting:
        return (min(waiting, key=lambda item: (not item.is_running, item.moves_chat_store)),)
    return tuple(waiting[: max(1, size)])


def plan_update(
    instance_id: int,
    name: str,
    versions: tuple[str, str],
    store: ChatStoreKind,
    *,
    is_running: bool,
    stored: tuple[str, str],
    has_old_store_aside: bool = False,
) -> PlannedUpdate:
    """Decide what an update of one instance has to do and say it.

    Args:
        instance_id: which one.
        name: its name.
        versions: the tag its databases belong to, empty when unknown, and the tag to go to.
        store: the chat store as it is now.
        is_running: whether it runs now.
        stored: what is stored as its version now, and what shall be afterwards.
        has_old_store_aside: an earlier update has set a chat store of v7 aside.
    """
    from_tag, to_tag = versions
    target = GowaVersion(to_tag)
    must_move = must_move_chat_store(store, target)
    if from_tag == to_tag and stored[0] == stored[1] and not must_move:
        kind = UpdateKind.UP_TO_DATE
        return PlannedUpdate(instance_id, name, from_tag, to_tag, kind, is_running=is_running, stored_tag=stored[1])
    is_downgrade = bool(from_tag) and target < GowaVersion(from_tag)
    kind = UpdateKind.DOWNGRADE if is_downgrade else UpdateKind.NEEDS_ASSISTANT if must_move else UpdateKind.PLAIN
    kept: tuple[str, ...]
    lost: tuple[str, ...]
    if not must_move:
        kept, lost = ("The pairing, all chats and messages, and all settings.",), ()
    elif target.has_devices:
        kept, lost = _upgrade_words(store)
    else:
        kept, lost = _downgrade_words(has_old_store_aside=has_old_store_aside)
    notes = _notes(is_downgrade=is_downgrade, target=target)
    return PlannedUpdate(instance_id, name, from_tag, to_tag, kind, must_move, is_running, stored[1], kept, lost, notes)


def must_move_chat_store(store: ChatStoreKind, version: GowaVersion) -> bool:
    """Tell whether a version would damage a chat store, or cannot use it."""
    if version.is_simulator:
        return False
    unusable = {ChatStoreKind.OLD, ChatStoreKind.BROKEN} if version.has_devices else {ChatStoreKind.NEW}
    return store in unusable


def _upgrade_words(store: ChatStoreKind) -> tuple[tuple[str, ...], tuple[str, ...]]:
    kept = (
        "The pairing with the phone: nothing has to be scanned again.",
        "All settings, the port, the address, received media files.",
    )
    history = "The chats and messages of before do not appear in the new version; GOWA cannot convert them. Their file is kept aside."
    if store is ChatStoreKind.BROKEN:
        history = "The chat store of v7, which the newer version could not use, is set aside; chats and messages begin anew."
    return kept, (
        history,
        "The device gets a name of its own, such as 628111:7@s.whatsapp.net. With one device, calls need no X-Device-Id.",
        "Webhooks have another form from v8 on; what receives them must understand it.",
    )


def _downgrade_words(*, has_old_store_aside: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    kept = ["The pairing with the phone, if WhatsApp still accepts the older version.", "All settings, the port, received media files."]
    if has_old_store_aside:
        kept.append("The chats and messages of before the update to v8 or later, which were kept aside, come back.")
    return tuple(kept), (
        "The chats and messages of the newer version do not appear in the older one. Their file is kept aside.",
        "Names of device slots and their own webhooks are lost; v7 and before use only the first account.",
    )


def _notes(*, is_downgrade: bool, target: GowaVersion) -> tuple[str, ...]:
    notes: list[str] = []
    if is_downgrade:
        notes.append("WhatsApp refuses clients that are too old (error 405); then the instance returns to the version it has now.")
    if not target.has_host and not target.is_simulator:
        notes.append("Before v8 GOWA listens on every address of this computer, not on 127.0.0.1 alone.")
    return tuple(notes)
