"""What an instance is doing, in words: state texts, summary line, what needs attention. Plain functions, no widgets."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from gowa_desktop.domain.exposure import ExposureTiming
from gowa_desktop.domain.instance import LATEST, InstanceState
from gowa_desktop.ui.look.format import NOTHING, format_bytes, format_cpu, format_duration
from gowa_desktop.ui.look.sentences import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gowa_desktop.domain.exposure import Exposure
    from gowa_desktop.domain.instance import InstanceStatus

ATTENTION_STATES = frozenset({InstanceState.FAILED, InstanceState.BACKOFF})
"""States that somebody should look at."""


@dataclass(frozen=True, slots=True)
class Activity:
    """What was asked of an instance a moment ago and does not show in its state yet; `hides` are the states it covers."""

    text: str
    mark: InstanceState
    hides: frozenset[InstanceState]


def _tr(text: str) -> str:
    return QCoreApplication.translate("status", text)


def state_text(status: InstanceStatus, activity: Activity | None = None) -> str:
    """Name the state, with a countdown where something is waited for."""
    if activity is not None and (status.is_busy or status.status in activity.hides):
        return activity.text
    if status.is_busy or status.is_waiting:
        return _tr("Working") if status.is_busy else _tr("Waiting")
    if status.status is InstanceState.STOPPING and status.stop_deadline_s is not None:
        return _tr("Stopping, {seconds} s").format(seconds=max(0, ceil(status.stop_deadline_s)))
    if status.status is InstanceState.BACKOFF:
        left = _until_retry(status)
        return _tr("Retry in {duration}").format(duration=left) if left else _tr("Restarting")
    if is_uneasy(status):
        return _tr("Running, not answering")
    return state_word(status)


def state_word(status: InstanceStatus) -> str:
    """Name the state alone, so that instances in the same state can be counted."""
    return {
        InstanceState.STOPPED: _tr("Stopped"),
        InstanceState.STARTING: _tr("Starting"),
        InstanceState.RUNNING: _tr("Running"),
        InstanceState.STOPPING: _tr("Stopping"),
        InstanceState.BACKOFF: _tr("Retrying"),
        InstanceState.FAILED: _tr("Failed"),
    }[status.status]


def is_uneasy(status: InstanceStatus) -> bool:
    """Tell whether an instance runs but did not answer when it was asked last."""
    return status.status is InstanceState.RUNNING and status.is_unresponsive


def shown_state(status: InstanceStatus, activity: Activity | None = None) -> InstanceState:
    """Give the state whose mark is shown."""
    if activity is not None and (status.is_busy or status.status in activity.hides):
        return activity.mark
    return status.status


def version_text(status: InstanceStatus) -> str:
    """Name the version as the table shows it."""
    if status.is_simulated:
        return _tr("simulator")
    if status.resolved_version:
        return status.resolved_version
    return NOTHING if status.gowa_version == LATEST else status.gowa_version


def summary_line(status: InstanceStatus, activity: Activity | None = None) -> str:
    """Say in one line how an instance is, such as `Running for 2 h 04 m · v9.2.0 · port 8001`."""
    first = state_text(status, activity)
    shown = shown_state(status, activity)
    if shown is InstanceState.RUNNING and status.uptime_s is not None:
        text = _tr("Running for {duration}, not answering") if is_uneasy(status) else _tr("Running for {duration}")
        first = text.format(duration=format_duration(status.uptime_s))
    elif shown is InstanceState.FAILED and (left := _until_retry(status)):
        first = _tr("Failed, next try in {duration}").format(duration=left)
    parts = [first, version_text(status)]
    if status.port is not None:
        parts.append(_tr("port {port}").format(port=status.port))
    return " · ".join(part for part in parts if part != NOTHING)


def exposure_line(exposure: Exposure) -> str:
    """Say what lets strangers in, and when that is not simply now."""
    timings = {
        ExposureTiming.NOW: "",
        ExposureTiming.UNTIL_RESTART: _tr("Closed in the settings, open until it is restarted."),
        ExposureTiming.AFTER_RESTART: _tr("Not yet: from its next start on."),
    }
    return f"{told(exposure.sentence)} {timings[exposure.timing]}".rstrip()


def exposure_lines(status: InstanceStatus) -> tuple[str, ...]:
    """Say everything that lets strangers in, the worst first."""
    return tuple(exposure_line(exposure) for exposure in status.exposures)


def needs_attention(status: InstanceStatus) -> bool:
    """Tell whether somebody should look at this instance."""
    has_failed = status.status in ATTENTION_STATES or is_uneasy(status)
    return has_failed or (status.error_message is not None and status.status is not InstanceState.RUNNING)


def count_running(statuses: Iterable[InstanceStatus]) -> int:
    """Count the instances that run."""
    return sum(1 for status in statuses if status.status is InstanceState.RUNNING)


def totals_line(statuses: Sequence[InstanceStatus]) -> str:
    """Say how all instances together are, such as `9 of 12 running · CPU 6 % of one core · memory 340 MB`."""
    if not statuses:
        return _tr("No instances yet")
    parts = [_tr("{running} of {count} running").format(running=count_running(statuses), count=len(statuses))]
    samples = [status.sample for status in statuses if status.sample is not None]
    shares = [sample.cpu_percent for sample in samples if sample.cpu_percent is not None]
    if shares:
        parts.append(_tr("CPU {cpu} of one core").format(cpu=format_cpu(sum(shares))))
    if samples:
        parts.append(_tr("memory {memory}").format(memory=format_bytes(sum(sample.memory_bytes for sample in samples))))
    return " · ".join(parts)


def _until_retry(status: InstanceStatus) -> str:
    """Say how long it is until the announced restart; empty when it is due or none is announced."""
    seconds = ceil(status.retry_in_s or 0)
    return format_duration(seconds) if seconds > 0 else ""
