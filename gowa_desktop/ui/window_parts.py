"""WindowParts: the services that the main window and its desks use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from gowa_desktop.infra.login_start import Autostart
    from gowa_desktop.services.configs.config_service import ConfigService
    from gowa_desktop.services.data.conditions import Conditions
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.services.monitoring.alerts import AlertService
    from gowa_desktop.services.monitoring.resource_monitor import ResourceMonitor
    from gowa_desktop.services.monitoring.retention import MediaRetention
    from gowa_desktop.services.monitoring.usage_history import UsageHistory
    from gowa_desktop.services.notices.give_up_watch import GiveUpWatch
    from gowa_desktop.services.notices.notice_center import NoticeCenter
    from gowa_desktop.services.self_test_run import SelfTestRun
    from gowa_desktop.services.settings import AppSettings
    from gowa_desktop.services.updates.snapshots import SnapshotService
    from gowa_desktop.services.updates.updater import Updater
    from gowa_desktop.services.versions.version_manager import VersionManager
    from gowa_desktop.ui.logs.log_desk import LogParts
    from gowa_desktop.ui.notices.notice_show import NoticeShow
    from gowa_desktop.ui.tray.tray import Tray


@dataclass(frozen=True, slots=True)
class WindowParts:
    """What the window is put together from; `launch.window_parts` makes it from the services."""

    instances: InstanceService
    versions: VersionManager
    settings: AppSettings
    configs: ConfigService
    updater: Updater
    snapshots: SnapshotService
    conditions: Conditions
    notices: NoticeCenter
    give_up: GiveUpWatch
    history: UsageHistory
    monitor: ResourceMonitor
    alerts: AlertService
    retention: MediaRetention
    logs: LogParts
    self_test: SelfTestRun
    notice_show: NoticeShow | None = None
    """What shows notices outside the window; None where nothing does, as with `tray`."""
    autostart: Autostart | None = None
    """Start at login; None in the demonstration and the self-test."""
    data_dir: Path | None = None
    tray: Tray | None = None
    """Outlives the window; None where closing the window is the end: in the demonstration and the self-test."""
