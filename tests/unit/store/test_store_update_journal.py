"""The journal of updates: what is written is found again, what is damaged is passed over, and the last reports are kept."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.errors import FolderError
from gowa_desktop.domain.update_record import UpdateRecord, UpdateStep
from gowa_desktop.domain.update_report import UpdateOutcome, UpdateReport
from gowa_desktop.domain.whatsapp_state import WhatsAppState
from gowa_desktop.store.data_marks import read_data_mark, write_data_mark
from gowa_desktop.store.update_journal import KEPT_REPORTS, JournalHead, UpdateJournal

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 1, 10, 0, 0, tzinfo=UTC)
HEAD = JournalHead("20261101T100000Z-ab12", "v9.2.0", NOW)


def record(number: int = 1, **changes: object) -> UpdateRecord:
    tags = ("v8.11.0", "v9.2.0", "latest", "latest")
    made = UpdateRecord(number, f"KEY{number}", f"shop {number}", *tags, moves_chat_store=False, was_running=True)
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


def report(number: int, *records: UpdateRecord) -> UpdateReport:
    at = NOW + timedelta(hours=number)
    return UpdateReport(f"{at:%Y%m%dT%H%M%S.%fZ}-ab12", "v9.2.0", at, at, tuple(one.row for one in records))


def test_every_field_of_a_record_is_found_again(tmp_path: Path) -> None:
    journal = UpdateJournal(tmp_path / "updates")
    journal.begin(HEAD, [record(1), record(2)])
    written = record(
        2,
        moves_chat_store=True,
        was_running=False,
        step=UpdateStep.RETURNING,
        snapshot_id="20261101T100000Z-0001",
        aside="20261101T100000Z-v7.11.4",
        before=WhatsAppState(frozenset({"1", "2"}), frozenset({"1"})),
        reason="It “crashed”.",
        outcome=UpdateOutcome.FAILED,
        sentence="So it is.",
    )
    journal.write(written)

    assert UpdateJournal(tmp_path / "updates").unfinished() == (HEAD, [record(1), written])


def test_an_update_counts_from_its_head_on_and_ends_with_its_report(tmp_path: Path) -> None:
    journal = UpdateJournal(tmp_path / "updates")
    assert journal.unfinished() is None
    journal.begin(HEAD, [record(1)])
    (tmp_path / "updates" / "current" / "plan.json").rename(tmp_path / "updates" / "plan.json")
    assert journal.unfinished() is None

    journal.begin(HEAD, [record(1)])
    done = report(1, record(1).over(UpdateOutcome.UPDATED, "It runs well."))
    journal.end(done)

    assert journal.unfinished() is None
    assert journal.reports() == [done]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"instance_id": 1}', '{"step": "flying"}'])
def test_a_damaged_record_hides_no_other(tmp_path: Path, text: str) -> None:
    journal = UpdateJournal(tmp_path / "updates")
    journal.begin(HEAD, [record(1), record(2)])
    (tmp_path / "updates" / "current" / "1.json").write_text(text)

    assert journal.unfinished() == (HEAD, [record(2)])


def test_the_last_reports_are_kept_newest_first(tmp_path: Path) -> None:
    journal = UpdateJournal(tmp_path / "updates")
    for number in range(KEPT_REPORTS + 3):
        journal.end(report(number, record(number)))
    (tmp_path / "updates" / "reports" / "99999999T000000Z-damaged.json").write_text("{")

    found = journal.reports()

    assert len(found) == KEPT_REPORTS
    assert found[0] == report(KEPT_REPORTS + 2, record(KEPT_REPORTS + 2))
    assert found[0].rows[0].outcome is UpdateOutcome.UNTOUCHED


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "updates").write_text("in the way")

    with pytest.raises(FolderError, match="journal"):
        UpdateJournal(tmp_path / "updates").begin(HEAD, [record(1)])


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 9}'])
def test_a_data_mark_is_found_again_or_unknown(tmp_path: Path, text: str) -> None:
    assert read_data_mark(tmp_path) == ""
    write_data_mark(tmp_path, "v8.11.0")
    assert read_data_mark(tmp_path) == "v8.11.0"

    (tmp_path / ".gowa-desktop-data.json").write_text(text)

    assert read_data_mark(tmp_path) == ""
    write_data_mark(tmp_path, "v9.2.0")
    assert read_data_mark(tmp_path) == "v9.2.0"
    with pytest.raises(FolderError):
        write_data_mark(tmp_path / "missing", "v9.2.0")
