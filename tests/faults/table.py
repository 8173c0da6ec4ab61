"""The fault table as data: one row for each fault, what is promised, and the function that measures it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from tests.faults import rows_data, rows_database, rows_disk, rows_fleet, rows_logs, rows_ports, rows_processes, rows_program, rows_versions

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.harness import Bench, Finding


class Pace(Enum):
    """How a row may be run beside others."""

    WAITS = auto()
    """It mostly waits: all such rows run side by side, each on a thread."""
    LIGHT = auto()
    """It measures nothing that a little other work disturbs; it runs while the waiting ones wait."""
    ALONE = auto()
    """It measures times."""


@dataclass(frozen=True, slots=True)
class FaultRow:
    """One fault, what is promised, and the function that measures it."""

    number: str
    fault: str
    promise: str
    run: Callable[[Bench], Finding]
    pace: Pace = Pace.LIGHT


ROWS: tuple[FaultRow, ...] = (
    FaultRow(
        "1",
        "kill -9 of a child",
        "each of 200 seen in 0.5 s, last 200 lines kept, median to healthy again at most 1.3 times a bare respawn loop",
        rows_processes.killed_child,
        Pace.ALONE,
    ),
    FaultRow(
        "2",
        "kill -9 of the program, 50 instances up",
        "0 restarts, 0 log lines lost, all 50 adopted within 1 s of the next launch",
        rows_program.killed_program,
        Pace.ALONE,
    ),
    FaultRow(
        "3",
        "kill -9 of the program while it starts or stops instances",
        "never two processes on one folder; the next launch finishes or undoes",
        rows_program.killed_in_the_act,
        Pace.WAITS,
    ),
    FaultRow(
        "4",
        "port stolen before a start",
        "refused within 1 s, the holder named, a free port offered, the port never changed silently",
        rows_ports.stolen_before_start,
    ),
    FaultRow(
        "5",
        "port stolen by another server that answers 200",
        "never shown as ready; the holder is named",
        rows_ports.stolen_after_crash,
    ),
    FaultRow(
        "6",
        "port in a range that Windows reserves",
        "told as reserved by the system (error 10013), the next free port offered",
        rows_ports.reserved_port,
    ),
    FaultRow(
        "7",
        "disk full",
        "told below 1 GB and 5 %; below 200 MB what can wait waits; the program never ends, starts on it too, and nothing is lost",
        rows_disk.full_disk,
        Pace.WAITS,
    ),
    FaultRow(
        "8",
        "our database is damaged",
        "up within 3 s from the newest good copy, no instance definition lost",
        rows_database.damaged_database,
    ),
    FaultRow(
        "9",
        "our database is locked by another program for 30 s",
        "the main thread never stalls over 100 ms, life goes on, the holder is named, nothing is lost",
        rows_database.locked_database,
        Pace.ALONE,
    ),
    FaultRow(
        "10",
        "half a download: cut at 10 places, and the program killed in the middle",
        "a half file is never runnable; a cut goes on where it was, a kill is completed or undone by the next launch",
        rows_versions.half_download,
        Pace.ALONE,
    ),
    FaultRow(
        "11",
        "wrong checksum: byte, digest, checksum file",
        "refused, nothing left behind, the old version still starts",
        rows_versions.wrong_checksum,
    ),
    FaultRow(
        "12",
        "program of GOWA deleted while it runs",
        "it goes on; a restart is refused with a sentence before anything is stopped; installed again it restarts",
        rows_versions.deleted_program,
    ),
    FaultRow(
        "13",
        "program of GOWA in quarantine: may not be executed",
        "1 attempt, then failed with plain words, the path and what to do; no restart storm",
        rows_data.blocked_binary,
    ),
    FaultRow("14", "stored settings edited badly by hand", "the others start; it says what is wrong", rows_data.damaged_settings),
    FaultRow(
        "15",
        "1 GB log flood at 100 MB a second",
        "the child goes on, the window grows by at most 20 MB and stalls at most 50 ms, logs at most 5 files of 10 MB and one more",
        rows_logs.log_flood,
        Pace.ALONE,
    ),
    FaultRow("16", "child ignores TERM", "ended within 21 s, by force within 2 s", rows_processes.deaf_child, Pace.WAITS),
    FaultRow("17", "child has 50 helpers", "none left 2 s after stop, kill and kill -9", rows_processes.grandchildren, Pace.ALONE),
    FaultRow("18", "never ready", "failed after 60 s and said so, nothing left running", rows_processes.never_ready, Pace.WAITS),
    FaultRow("19", "hangs later", "restarted within 80 s", rows_processes.hung_child, Pace.WAITS),
    FaultRow("20", "clock changed by a year", "no effect on identity, uptime, delays or stops", rows_program.changed_clock),
    FaultRow("21", "computer sleeps", "0 restarts after waking", rows_program.suspended, Pace.WAITS),
    FaultRow(
        "22",
        "50 launches at once",
        "one goes on, the others end with code 0 (window) or a sentence (without); another folder is free; a single one within 1 s",
        rows_program.parallel_launches,
        Pace.ALONE,
    ),
    FaultRow(
        "23",
        "data folder read-only or gone, at start or later",
        "shows what is true and why within 2 s, changes nothing, works by itself when it is back; never a crash",
        rows_disk.unusable_folder,
        Pace.WAITS,
    ),
    FaultRow("24", "60 awkward names of the data folder", "all work", rows_data.awkward_paths, Pace.ALONE),
    FaultRow(
        "25",
        "100 instances",
        "all up within 60 s apart from GOWA's own time; idle at most 3 % of a core, at most 350 MB",
        rows_fleet.hundred_instances,
        Pace.ALONE,
    ),
    FaultRow("26", "session ends: TERM to all", "the next launch resumes exactly the running set", rows_program.session_end),
    FaultRow("27", "program replaced while 50 run", "0 restarts", rows_program.replaced_program, Pace.ALONE),
    FaultRow(
        "28",
        "WhatsApp logged the instance out",
        "one notice within 20 s that says what to do, no restart",
        rows_logs.logged_out,
    ),
    FaultRow(
        "29",
        "memory leak",
        "over its limit: one graceful restart within 30 s, at most one an hour",
        rows_processes.memory_leak,
        Pace.WAITS,
    ),
    FaultRow(
        "30",
        "fault in our own code",
        "instances untouched, the program goes on, one dialog to copy from, the log says where",
        rows_program.own_fault,
    ),
    FaultRow(
        "start all",
        "50 stopped instances started at once",
        "all healthy within 1.25 times a bare loop",
        rows_fleet.start_all,
        Pace.ALONE,
    ),
    FaultRow("stop all", "50 running instances stopped at once", "all gone within 1.5 times a bare loop", rows_fleet.stop_all, Pace.ALONE),
)
