"""The update journal: what is about to be done to each instance, on the disk before it is done; and the reports of earlier updates."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from gowa_desktop.domain.errors import FolderError
from gowa_desktop.domain.update_record import UpdateRecord
from gowa_desktop.domain.update_report import UpdateOutcome, UpdateReport, UpdateRow
from gowa_desktop.store.durable_files import flush_folder, write_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gowa_desktop.domain.json_types import JsonObject

KEPT_REPORTS = 20
_CURRENT = "current"
_PLAN = "plan.json"
_REPORTS = "reports"


@dataclass(frozen=True, slots=True)
class JournalHead:
    """The update that is under way, without its instances."""

    id: str
    to_tag: str
    started_at: datetime
    """In UTC."""


class UpdateJournal:
    """Owns `updates/` of a data directory. Calls block on the disk for some milliseconds; records of different instances may be
    written at the same time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._current = folder / _CURRENT

    def begin(self, head: JournalHead, records: list[UpdateRecord]) -> None:
        """Write down an update before anything of it is done.

        Raises:
            FolderError: it cannot be written; then nothing may be begun.
        """
        with self._explained():
            self._folder.mkdir(mode=0o700, exist_ok=True)
            shutil.rmtree(self._current, ignore_errors=True)
            self._current.mkdir(mode=0o700)
            for record in records:
                write_json(self._path(record), record.to_json())
            # An update counts from the moment its head is there.
            write_json(self._current / _PLAN, {"id": head.id, "to_tag": head.to_tag, "started_at": head.started_at.isoformat()})
            flush_folder(self._folder)

    def write(self, record: UpdateRecord) -> None:
        """Write down what is about to be done to an instance.

        Raises:
            FolderError: it cannot be written; then it may not be done.
        """
        with self._explained():
            write_json(self._path(record), record.to_json())

    def unfinished(self) -> tuple[JournalHead, list[UpdateRecord]] | None:
        """Give the update that never came to its end; None when there is none. A record that cannot be read is passed over."""
        try:
            stored = json.loads((self._current / _PLAN).read_text(encoding="utf-8"))
            head = JournalHead(str(stored["id"]), str(stored["to_tag"]), datetime.fromisoformat(stored["started_at"]))
        except (OSError, ValueError, TypeError, KeyError):
            return None
        records = []
        for path in sorted(self._current.glob("[0-9]*.json")):
            with contextlib.suppress(OSError, ValueError):
                records.append(UpdateRecord.from_json(json.loads(path.read_text(encoding="utf-8"))))
        return head, records

    def end(self, report: UpdateReport) -> None:
        """Keep the report and forget the update.

        Raises:
            FolderError: it cannot be written.
        """
        with self._explained():
            reports = self._folder / _REPORTS
            reports.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_json(reports / f"{report.id}.json", _to_json(report))
            for old in sorted(reports.glob("*.json"), reverse=True)[KEPT_REPORTS:]:
                old.unlink(missing_ok=True)
            (self._current / _PLAN).unlink(missing_ok=True)
            shutil.rmtree(self._current, ignore_errors=True)

    def reports(self) -> list[UpdateReport]:
        """Give the kept reports, newest first; a damaged one is passed over."""
        found = []
        for path in sorted((self._folder / _REPORTS).glob("*.json"), reverse=True):
            with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
                found.append(_from_json(json.loads(path.read_text(encoding="utf-8"))))
        return found

    def _path(self, record: UpdateRecord) -> Path:
        return self._current / f"{record.instance_id}.json"

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise FolderError(
                f"The journal of updates in {self._folder} cannot be written: {error.strerror or os.fspath(self._folder)}.",
                "Check the disk and the folder's permissions.",
            ) from error


def _to_json(report: UpdateReport) -> JsonObject:
    return {
        "id": report.id,
        "to_tag": report.to_tag,
        "started_at": report.started_at.isoformat(),
        "ended_at": report.ended_at.isoformat(),
        "was_interrupted": report.was_interrupted,
        "rows": [
            {
                "instance_id": row.instance_id,
                "name": row.name,
                "from_tag": row.from_tag,
                "to_tag": row.to_tag,
                "outcome": row.outcome.value,
                "sentence": row.sentence,
                "snapshot_id": row.snapshot_id,
            }
            for row in report.rows
        ],
    }


def _from_json(stored: JsonObject) -> UpdateReport:
    rows = cast("list[dict[str, str | int]]", stored["rows"])
    return UpdateReport(
        id=str(stored["id"]),
        to_tag=str(stored["to_tag"]),
        started_at=datetime.fromisoformat(str(stored["started_at"])),
        ended_at=datetime.fromisoformat(str(stored["ended_at"])),
        was_interrupted=stored["was_interrupted"] is True,
        rows=tuple(
            UpdateRow(
                int(row["instance_id"]),
                str(row["name"]),
                str(row["from_tag"]),
                str(row["to_tag"]),
                UpdateOutcome(str(row["outcome"])),
                str(row["sentence"]),
                str(row["snapshot_id"]),
            )
            for row in rows
        ),
    )
