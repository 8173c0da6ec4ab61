"""ExitJournal: why instances ended, what that means, and what had changed since they last ran well."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING

from gowa_desktop.domain.launch_changes import changes_between, launch_facts, settings_of
from gowa_desktop.domain.log_advice import advice_for
from gowa_desktop.infra import exit_records

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.domain.instance import ExitReport, Instance
    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.infra.directories import DirectoryManager


class ExitJournal:
    """Keeps the last reports of every instance in its folder. Main thread; the files are a few kilobytes."""

    def __init__(self, directories: DirectoryManager, wall_clock: Callable[[], float] = time.time) -> None:
        self._directories = directories
        self._wall_clock = wall_clock

    def note_ready(self, instance: Instance, version: str) -> None:
        """Remember what a start that went well depended on."""
        path = self._directories.good_start_file(instance.id)
        exit_records.write_facts(path, launch_facts(version, instance.port, instance.config))

    def good_settings(self, instance_id: int) -> tuple[int | None, JsonObject] | None:
        """Give port and config of the last start that went well; None when there was none."""
        facts = exit_records.read_facts(self._directories.good_start_file(instance_id))
        return None if facts is None else settings_of(facts)

    def record(self, instance: Instance, version: str, report: ExitReport) -> ExitReport:
        """Complete a report with time, advice and changes, and keep it."""
        before = exit_records.read_facts(self._directories.good_start_file(instance.id))
        now = launch_facts(version, instance.port, instance.config)
        complete = dataclasses.replace(
            report,
            ended_at=self._wall_clock(),
            advice=advice_for(report.log_tail),
            changes=changes_between(before, now) if before is not None else (),
            ran_well_before=before is not None,
        )
        if self._directories.folder(instance.id).is_dir():
            exit_records.add_report(self._directories.exits_file(instance.id), complete)
        return complete

    def reports(self, instance_id: int) -> list[ExitReport]:
        """Give the kept reports, oldest first."""
        return exit_records.read_reports(self._directories.exits_file(instance_id))
