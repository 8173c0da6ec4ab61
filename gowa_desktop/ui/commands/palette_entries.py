"""What the command palette lists: one value for each action and each instance, found and put in order by what is typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from gowa_desktop.ui.commands.fuzzy import Match, folded, match
from gowa_desktop.ui.commands.reasons import why_not
from gowa_desktop.ui.commands.shortcut_keeper import keys_text, plain_icon, plain_text
from gowa_desktop.ui.instances.status_text import is_uneasy, shown_state, state_text, version_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from PySide6.QtGui import QIcon

    from gowa_desktop.domain.instance import InstanceState, InstanceStatus
    from gowa_desktop.ui.actions import Actions
    from gowa_desktop.ui.instances.status_text import Activity

_RECENT_BONUS = 12
"""How much better one fits that was used lately: as much as two letters in a row and a word's beginning, not more."""


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """One line of the palette."""

    key: str
    """Names it among those that were used lately."""
    title: str
    run: Callable[[], None]
    note: str = ""
    """At the right: the keys of an action, how an instance is."""
    more: str = ""
    """Further words to find it by, which are not shown."""
    problem: str = ""
    """Why it cannot be done now; empty when it can."""
    icon: QIcon | None = None
    state: InstanceState | None = None
    """The mark of an instance, in place of an icon."""
    is_uneasy: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A line as it is shown: what it is, and which letters of its title were found."""

    entry: PaletteEntry
    positions: tuple[int, ...] = ()


def action_entries(actions: Actions, left_out: Iterable[str] = ()) -> list[PaletteEntry]:
    """Make the lines of all actions but those with these names."""
    names = {f"action_{name}" for name in left_out}
    return [
        PaletteEntry(
            key=action.objectName(), title=plain_text(action), run=action.trigger, note=keys_text(action),
            problem=why_not(action, actions), icon=plain_icon(action),
        )
        for action in actions.all()
        if action.objectName() not in names and action.isVisible()
    ]  # fmt: skip


def instance_entries(
    statuses: Iterable[InstanceStatus], activity_of: Callable[[int], Activity | None], show: Callable[[int], None]
) -> list[PaletteEntry]:
    """Make the lines of instances; choosing one calls `show` with its id."""

    def entry(status: InstanceStatus) -> PaletteEntry:
        activity = activity_of(status.id)
        return PaletteEntry(
            key=f"instance_{status.key}", title=status.name, run=lambda: show(status.id), note=state_text(status, activity),
            more=f"{status.port or ''} {version_text(status)}", state=shown_state(status, activity),
            is_uneasy=is_uneasy(status),
        )  # fmt: skip

    return [entry(status) for status in statuses]


def search(query: str, entries: Sequence[PaletteEntry], recent: Sequence[str]) -> list[Found]:
    """Give what fits the query, the best first: without a query what was used last, then everything in its order."""
    ranks = {key: len(recent) - number for number, key in enumerate(recent)}
    if not query.strip():
        ordered = sorted(entries, key=lambda entry: -ranks.get(entry.key, 0))
        return [Found(entry) for entry in ordered]
    scored: list[tuple[int, int, Found]] = []
    for number, entry in enumerate(entries):
        found = _fit(query, entry)
        if found is not None:
            bonus = _RECENT_BONUS if entry.key in ranks else 0
            scored.append((-(found.score + bonus - (4 if entry.problem else 0)), number, Found(entry, found.positions)))
    return [found for *_, found in sorted(scored, key=lambda item: item[:2])]


def _fit(query: str, entry: PaletteEntry) -> Match | None:
    fit = match(query, entry.title)
    if fit is not None or not entry.more:
        return fit
    # Letters scattered over a port and a version would fit nearly anything.
    beside = folded(f"{entry.title} {entry.more}")
    return Match(1, ()) if all(word in beside for word in folded(query).split()) else None


def spoken(found: Found) -> str:
    """Give a line as a screen reader says it."""
    entry = found.entry
    parts = [entry.title, entry.note]
    if entry.problem:
        parts.append(QCoreApplication.translate("CommandPalette", "not possible now: {reason}").format(reason=entry.problem))
    return ", ".join(part for part in parts if part)
