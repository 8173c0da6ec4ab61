"""InstanceParts: what everything that works on instances is put together from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gowa_desktop.domain.config_parser import ConfigParser
    from gowa_desktop.infra.directories import DirectoryManager
    from gowa_desktop.services.instances.instance_catalog import InstanceCatalog
    from gowa_desktop.services.instances.shared_dashboard import SharedDashboard
    from gowa_desktop.services.instances.start_gate import StartGate
    from gowa_desktop.services.monitoring.resource_monitor import ResourceMonitor
    from gowa_desktop.services.settings import AppSettings
    from gowa_desktop.services.supervision.process_manager import ProcessManager
    from gowa_desktop.services.tasks import TaskRunner
    from gowa_desktop.services.versions.version_manager import VersionManager


@dataclass(frozen=True, slots=True)
class InstanceParts:
    """The services below `InstanceService`; made once by the composition root."""

    catalog: InstanceCatalog
    parser: ConfigParser
    directories: DirectoryManager
    versions: VersionManager
    processes: ProcessManager
    monitor: ResourceMonitor
    settings: AppSettings
    dashboard: SharedDashboard
    gate: StartGate
    tasks: TaskRunner
