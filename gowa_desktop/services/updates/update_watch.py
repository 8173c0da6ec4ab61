"""The watch over an updated instance: it must be healthy for a while, and its WhatsApp accounts must be as they were."""

from __future__ import annotations

import dataclasses
from time import monotonic
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import GowaAnswerError, StartFailedError
from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.domain.versions import GowaVersion
from gowa_desktop.domain.whatsapp_state import missing_after
from gowa_desktop.infra.gowa_client import GowaAddress, read_whatsapp_state
from gowa_desktop.services.flow import on_worker, pause

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from gowa_desktop.domain.config_parser import ConfigParser
    from gowa_desktop.domain.instance import Instance
    from gowa_desktop.domain.whatsapp_state import WhatsAppState
    from gowa_desktop.services.flow import Flow
    from gowa_desktop.services.instances.instance_catalog import InstanceCatalog
    from gowa_desktop.services.instances.maintenance import Maintenance
    from gowa_desktop.services.tasks import TaskRunner

_ENDED = frozenset({InstanceState.FAILED, InstanceState.BACKOFF})
_STOPPED = frozenset({InstanceState.STOPPED, InstanceState.STOPPING})


@dataclasses.dataclass(frozen=True, slots=True)
class WatchTimes:
    """How patient the watch is."""

    steady_s: float
    """How long it must be well without a break."""
    limit_s: float = 90.0
    """How long it may take to become well; GOWA connects to WhatsApp two seconds after its start, and slowly at times."""
    interval_ms: int = 1_000
    """Between two looks."""


class UpdateWatch:
    """Looks at one instance again and again. Main thread; questions to GOWA are asked on workers."""

    def __init__(self, catalog: InstanceCatalog, parser: ConfigParser, maintenance: Maintenance, tasks: TaskRunner, owner: QObject) -> None:
        self._catalog = catalog
        self._parser = parser
        self._maintenance = maintenance
        self._tasks = tasks
        self._owner = owner

    def look(self, instance_id: int) -> Flow[WhatsAppState]:
        """Ask a running instance for its accounts.

        Raises:
            GowaAnswerError: it does not run, or cannot be asked.
        """
        address = self._address(self._catalog.get(instance_id))
        return (yield from on_worker(self._tasks, lambda: read_whatsapp_state(address)))

    def until_well(self, instance_id: int, before: WhatsAppState | None, times: WatchTimes) -> Flow[str]:
        """Wait until the instance has been well for the whole time; the answer is a remark for the report, mostly empty.

        Args:
            instance_id: an instance that was started.
            before: its accounts before the update; None when they are not known, then only its health counts.
            times: how patient to be.

        Raises:
            StartFailedError: it ended, or did not become well in time; the sentence says what is wrong.
        """
        begun = monotonic()
        well_since: float | None = None
        while True:
            state = self._maintenance.state(instance_id)
            if state in _ENDED:
                raise StartFailedError(self._maintenance.error_message(instance_id) or "It ended.")
            if state in _STOPPED:
                return "It was stopped before it could be compared with what it was."
            problem = yield from self._problem(instance_id, before)
            now = monotonic()
            if problem is None:
                well_since = now if well_since is None else well_since
                if now - well_since >= times.steady_s:
                    return "" if before is not None else "Its WhatsApp accounts could not be asked for before; only its health was watched."
            else:
                well_since = None
                if now - begun > times.limit_s:
                    raise StartFailedError(problem)
            yield from pause(self._owner, times.interval_ms)

    def _problem(self, instance_id: int, before: WhatsAppState | None) -> Flow[str | None]:
        """Say what is wrong now; None when all is well."""
        if not self._maintenance.is_responsive(instance_id):
            return "It does not answer."
        if before is None:
            return None
        spec = self._maintenance.spec(instance_id)
        try:
            after = yield from self.look(instance_id)
        except GowaAnswerError as error:
            return error.message
        return missing_after(before, after, GowaVersion(spec.version)) if spec is not None else "It does not answer."

    def _address(self, instance: Instance) -> GowaAddress:
        spec = self._maintenance.spec(instance.id)
        if spec is None:
            raise GowaAnswerError("It does not run.", "Start it and try again.")
        version = GowaVersion(spec.version)
        details = self._parser.connection(dataclasses.replace(instance, port=spec.port), version)
        return GowaAddress(details.base_url, version, details.users[0] if details.users else None)
