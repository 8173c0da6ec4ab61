"""The instance, its states and legal transitions, and the values that travel between services and front ends."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import SettingInvalidError
from gowa_desktop.domain.restart_policy import RestartPolicy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from gowa_desktop.domain.exposure import Exposure
    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.domain.samples import ResourceSample

LEAST_LIMIT_MB = 32
MOST_LIMIT_MB = 65_536

LATEST = "latest"
"""The version alias that stands for the highest installed version."""

_KEY_ALPHABET = string.ascii_uppercase + string.digits


class InstanceState(StrEnum):
    """What an instance is seen to be doing."""

    STOPPED = "stopped"
    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    BACKOFF = "backoff"
    FAILED = "failed"


class DesiredState(StrEnum):
    """What the person wants an instance to do."""

    STOPPED = "stopped"
    RUNNING = "running"


class Priority(StrEnum):
    """How much of the processor an instance may claim against others."""

    NORMAL = "normal"
    LOW = "low"


TRANSITIONS: Mapping[InstanceState, frozenset[InstanceState]] = {
    InstanceState.STOPPED: frozenset({InstanceState.STARTING, InstanceState.BACKOFF, InstanceState.FAILED}),
    InstanceState.STARTING: frozenset(
        {InstanceState.RUNNING, InstanceState.STOPPING, InstanceState.FAILED, InstanceState.BACKOFF}
    ),
    InstanceState.RUNNING: frozenset({InstanceState.STOPPING, InstanceState.FAILED, InstanceState.BACKOFF}),
    InstanceState.STOPPING: frozenset({InstanceState.STOPPED, InstanceState.BACKOFF, InstanceState.FAILED}),
    InstanceState.BACKOFF: frozenset({InstanceState.STARTING, InstanceState.STOPPED, InstanceState.FAILED}),
    InstanceState.FAILED: frozenset({InstanceState.STARTING, InstanceState.BACKOFF, InstanceState.STOPPED}),
}
"""Every legal move of the state machine; anything else is a programming error."""

LIVE_STATES = frozenset({InstanceState.STARTING, InstanceState.RUNNING, InstanceState.STOPPING})
"""States in which a process of the instance exists."""


def check_memory_limit(megabytes: int) -> None:
    """Check a memory limit; 0 stands for none.

    Raises:
        SettingInvalidError: out of 32 to 65536.
    """
    if megabytes != 0 and not LEAST_LIMIT_MB <= megabytes <= MOST_LIMIT_MB:
        raise SettingInvalidError(
            f"A memory limit is {LEAST_LIMIT_MB} to {MOST_LIMIT_MB} MB, or 0 for none.", "Choose a number of megabytes between them."
        )


def may_move(source: InstanceState, target: InstanceState) -> bool:
    """Tell whether the state machine allows this move."""
    return target in TRANSITIONS[source]


def new_key() -> str:
    """Make the 8-character key (A-Z, 0-9) that names an instance for ever."""
    return "".join(secrets.choice(_KEY_ALPHABET) for _ in range(8))


@dataclass(frozen=True, slots=True)
class Instance:
    """One stored instance. `config` holds overrides only; `config_error` tells why stored text could not be read."""

    id: int
    key: str
    name: str
    port: int | None
    status: InstanceState
    desired: DesiredState
    config: JsonObject
    gowa_version: str
    error_message: str | None
    created_at: datetime
    updated_at: datetime
    config_error: str | None = None
    restart_policy: RestartPolicy = RestartPolicy.ON_FAILURE
    memory_limit_mb: int | None = None
    """Resident memory of the whole tree, megabytes of 10^6 bytes, over which it is restarted; None for no limit."""
    priority: Priority = Priority.NORMAL
    tags: tuple[str, ...] = ()
    """In alphabetical order, none twice whatever its case."""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class NewInstance:
    """What a person says when creating an instance; everything left out gets a safe value."""

    name: str | None = None
    port: int | None = None
    gowa_version: str = LATEST
    config: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InstanceChanges:
    """What an update changes; None leaves a field alone."""

    name: str | None = None
    port: int | None = None
    gowa_version: str | None = None
    config: JsonObject | None = None
    restart_policy: RestartPolicy | None = None
    memory_limit_mb: int | None = None
    """0 takes the limit away."""
    priority: Priority | None = None
    tags: tuple[str, ...] | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class LaunchSpec:
    """Everything needed to start one GOWA process; made by the config parser only. Never passed through a shell."""

    program: Path
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    working_directory: Path
    log_file: Path
    host: str
    port: int
    version: str
    ready_path: str
    """Path that answers when GOWA is ready."""
    ready_needs_ok: bool
    """True: only 200 counts as ready (`/health`). False: any HTTP answer does (before v8.4.0)."""


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """How a process is recognised again: a bare pid is never enough.

    `start_time` is the kernel's start time of the process in seconds: since the boot on Linux, since the epoch elsewhere.
    """

    pid: int
    start_time: float
    executable: str
    working_directory: str
    port: int
    version: str
    log_file: str
    log_offset: int
    """The position in the log at which this run began; see `infra.log_parts`."""
    started_at: float
    """Wall clock, seconds since the epoch, for display only."""
    host: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class ExitReport:
    """How a process ended. `code` is None when it is unknown (an adopted process); `signal` is set when a signal ended it."""

    code: int | None
    signal: int | None
    sentence: str
    """One sentence for people, with a next step where there is one."""
    log_tail: tuple[str, ...] = ()
    """The last lines of the run, oldest first, free of secrets."""
    ended_at: float | None = None
    """Wall clock, seconds since the epoch; None before it was recorded."""
    advice: tuple[str, ...] = ()
    """What known lines of the log mean."""
    changes: tuple[str, ...] = ()
    """What is different from the last start that went well."""
    ran_well_before: bool = False
    """True when there was such a start; without one, no changes means nothing."""
    is_clean: bool = False
    """True when it ended in order by itself, as its code tells, or the end of its log where the code is unknown."""

    @property
    def judged_code(self) -> int | None:
        """The exit code to judge it by: 0 for every end in order."""
        return 0 if self.is_clean else self.code


@dataclass(frozen=True, slots=True)
class InstanceStatus:
    """One instance as front ends see it: a frozen picture, checked against the world, free of secrets."""

    id: int
    key: str
    name: str
    port: int | None
    status: InstanceState
    desired: DesiredState
    gowa_version: str
    resolved_version: str | None
    """The installed version that `gowa_version` stands for now, or of the running process; None when none is installed."""
    host: str
    base_url: str | None
    pid: int | None
    uptime_s: float | None
    error_message: str | None
    sample: ResourceSample | None
    disk_bytes: int | None
    created_at: datetime
    updated_at: datetime
    is_simulated: bool = False
    stop_deadline_s: float | None = None
    """Seconds until a stop is forced; None when nothing is stopping."""
    retry_in_s: float | None = None
    """Seconds until the announced restart; None when none is announced."""
    restart_count: int = 0
    """Restarts without a person's doing, in this run of the program."""
    is_unresponsive: bool = False
    """True while the process runs but has not answered the last question."""
    restart_policy: RestartPolicy = RestartPolicy.ON_FAILURE
    memory_limit_mb: int | None = None
    priority: Priority = Priority.NORMAL
    is_busy: bool = False
    """True while reset data or delete holds the instance."""
    exposures: tuple[Exposure, ...] = ()
    """What lets strangers in, the worst first."""
    tags: tuple[str, ...] = ()
    notes: str = ""
    is_view_only: bool = False
    """True when nothing can be done to the instance, because the program only looks."""
    is_waiting: bool = False
    """True while its start waits for that of others; no process is there yet."""


def has_given_up(status: InstanceStatus) -> bool:
    """Tell whether an instance failed so often that it is tried only now and then."""
    return status.status is InstanceState.FAILED and status.retry_in_s is not None
