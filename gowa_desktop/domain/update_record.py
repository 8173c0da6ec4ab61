"""What an update is doing to one instance, as it is written down before each step, and as the next launch finds it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from gowa_desktop.domain.update_report import UpdateOutcome, UpdateRow
from gowa_desktop.domain.whatsapp_state import WhatsAppState

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.domain.update_plan import PlannedUpdate


class UpdateStep(StrEnum):
    """Where the update of one instance is. Each is written before it is begun."""

    WAITING = "waiting"
    """Nothing has happened."""
    STOPPING = "stopping"
    """The old version is asked to stop; its databases are untouched."""
    SAVING = "saving"
    """The snapshot is made; the databases are untouched."""
    CHANGING = "changing"
    """The chat store is moved aside if need be, the stored version changes; the new version has not run."""
    STARTING = "starting"
    """The new version may run on the databases from here on."""
    WATCHING = "watching"
    """The new version runs and is compared with what was."""
    RETURNING = "returning"
    """The snapshot and the old version are put back."""
    OVER = "over"
    """The outcome is known."""


@dataclass(frozen=True, slots=True)
class UpdateRecord:
    """The update of one instance. Holds no secrets but the last digits of telephone numbers in sentences."""

    instance_id: int
    key: str
    """So that another instance with the same id is never taken for it."""
    name: str
    from_tag: str
    to_tag: str
    old_stored_tag: str
    """What was stored as its version: a tag or `latest`."""
    new_stored_tag: str
    moves_chat_store: bool
    was_running: bool
    step: UpdateStep = UpdateStep.WAITING
    snapshot_id: str = ""
    aside: str = ""
    """Under what name the chat store is moved aside; empty when it is not."""
    before: WhatsAppState | None = None
    """The accounts as they were; None when nobody could tell."""
    reason: str = ""
    """Why it returns."""
    outcome: UpdateOutcome | None = None
    sentence: str = ""

    @classmethod
    def planned(cls, item: PlannedUpdate, key: str, old_stored_tag: str) -> UpdateRecord:
        """Make the record of an instance whose turn has not come."""
        tags = (item.from_tag, item.to_tag, old_stored_tag, item.stored_tag)
        return cls(item.instance_id, key, item.name, *tags, item.moves_chat_store, item.is_running)

    def over(self, outcome: UpdateOutcome, sentence: str) -> UpdateRecord:
        """Give the record with its outcome."""
        return dataclasses.replace(self, step=UpdateStep.OVER, outcome=outcome, sentence=sentence)

    @property
    def row(self) -> UpdateRow:
        """The row of the report."""
        outcome = self.outcome or UpdateOutcome.UNTOUCHED
        return UpdateRow(self.instance_id, self.name, self.from_tag, self.to_tag, outcome, self.sentence, self.snapshot_id)

    def to_json(self) -> JsonObject:
        """Give it as it is stored."""
        fields: JsonObject = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {**fields, "before": self.before.to_json() if self.before is not None else None}

    @classmethod
    def from_json(cls, value: Json) -> UpdateRecord:
        """Read what was stored.

        Raises:
            ValueError: it is no record.
        """
        if not isinstance(value, dict):
            raise ValueError("no object")  # noqa: TRY004 - the one kind of fault that a reader has to know
        try:
            texts = {name: str(value[name]) for name in _TEXTS}
            outcome = value["outcome"]
            return cls(
                instance_id=int(str(value["instance_id"])),
                moves_chat_store=value["moves_chat_store"] is True,
                was_running=value["was_running"] is True,
                step=UpdateStep(str(value["step"])),
                before=WhatsAppState.from_json(value["before"]),
                outcome=None if outcome is None else UpdateOutcome(str(outcome)),
                **texts,
            )
        except KeyError as error:
            raise ValueError(f"without {error}") from error


_TEXTS = ("key", "name", "from_tag", "to_tag", "old_stored_tag", "new_stored_tag", "snapshot_id", "aside", "reason", "sentence")
