"""What became of an update, instance by instance, as it is stored and shown afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class UpdateOutcome(StrEnum):
    """How it ended for one instance."""

    UPDATED = "updated"
    """It has the new version; a running one was watched and is as it was."""
    RETURNED = "returned"
    """The new version did not do; it has the old version and its snapshot again."""
    UNTOUCHED = "untouched"
    """Its turn did not come, or it could not begin; it is as it was."""
    FAILED = "failed"
    """Neither the new version nor the way back worked; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class UpdateRow:
    """What became of one instance."""

    instance_id: int
    name: str
    from_tag: str
    to_tag: str
    outcome: UpdateOutcome
    sentence: str
    """What happened and why, for people."""
    snapshot_id: str = ""
    """The snapshot of before; empty when none was made."""


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """What became of one update."""

    id: str
    to_tag: str
    started_at: datetime
    """In UTC."""
    ended_at: datetime
    rows: tuple[UpdateRow, ...]
    was_interrupted: bool = False
    """The program ended before the update did; the next launch put things in order."""

    @property
    def is_ok(self) -> bool:
        """True when every instance was updated."""
        return all(row.outcome is UpdateOutcome.UPDATED for row in self.rows)

    @property
    def sentence(self) -> str:
        """The whole in one sentence."""
        counts = {outcome: sum(row.outcome is outcome for row in self.rows) for outcome in UpdateOutcome}
        words = {
            UpdateOutcome.UPDATED: f"{counts[UpdateOutcome.UPDATED]} of {len(self.rows)} updated to {self.to_tag}",
            UpdateOutcome.RETURNED: f"{counts[UpdateOutcome.RETURNED]} returned to the old version",
            UpdateOutcome.UNTOUCHED: f"{counts[UpdateOutcome.UNTOUCHED]} not touched",
            UpdateOutcome.FAILED: f"{counts[UpdateOutcome.FAILED]} failed",
        }
        return ", ".join(text for outcome, text in words.items() if counts[outcome] or outcome is UpdateOutcome.UPDATED) + "."
