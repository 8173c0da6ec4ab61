"""The composition root: the only place that builds services and knows the order in which they end."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from gowa_desktop import __version__
from gowa_desktop.domain.app_settings import SAMPLE_TRAY_S, SAMPLE_WINDOW_S
from gowa_desktop.domain.config_parser import ConfigParser
from gowa_desktop.domain.publisher import REPOSITORY
from gowa_desktop.infra.dashboard_files import has_page
from gowa_desktop.infra.definition_records import read_definitions
from gowa_desktop.infra.directories import DirectoryManager
from gowa_desktop.infra.file_locks import lock_holders
from gowa_desktop.infra.paths import DataPaths
from gowa_desktop.infra.releases import ReleaseClient
from gowa_desktop.services.commands.command_handlers import CommandHandlers
from gowa_desktop.services.commands.log_commands import LogCommands
from gowa_desktop.services.commands.monitoring_commands import MonitoringCommands
from gowa_desktop.services.commands.update_commands import UpdateCommands
from gowa_desktop.services.configs.config_planner import ConfigPlanner
from gowa_desktop.services.configs.config_service import ConfigService
from gowa_desktop.services.configs.template_shelf import TemplateShelf
from gowa_desktop.services.data.database_recovery import open_or_recover
from gowa_desktop.services.data.safekeeping import Safekeeping
from gowa_desktop.services.data.upkeep import Upkeep
from gowa_desktop.services.instances.instance_catalog import InstanceCatalog
from gowa_desktop.services.instances.instance_parts import InstanceParts
from gowa_desktop.services.instances.instance_service import InstanceService
from gowa_desktop.services.instances.shared_dashboard import SharedDashboard
from gowa_desktop.services.instances.start_gate import StartGate
from gowa_desktop.services.instances.supervising_activity import tell_system
from gowa_desktop.services.logs.diagnostics import Diagnostics
from gowa_desktop.services.logs.log_notices import LogNotices
from gowa_desktop.services.logs.log_store import LogStore
from gowa_desktop.services.monitoring.alerts import AlertService
from gowa_desktop.services.monitoring.resource_monitor import ResourceMonitor
from gowa_desktop.services.monitoring.retention import MediaRetention
from gowa_desktop.services.monitoring.usage_events import UsageEvents
from gowa_desktop.services.monitoring.usage_history import UsageHistory
from gowa_desktop.services.network_jobs import NetworkJobs
from gowa_desktop.services.notices.give_up_watch import GiveUpWatch
from gowa_desktop.services.notices.notice_center import NoticeCenter
from gowa_desktop.services.notices.notice_feed import NoticeFeed
from gowa_desktop.services.notices.notice_store import NoticeStore
from gowa_desktop.services.self_test_run import SelfTestRun
from gowa_desktop.services.settings import AppSettings
from gowa_desktop.services.supervision.process_manager import ProcessManager
from gowa_desktop.services.system_service import SystemService
from gowa_desktop.services.tasks import TaskRunner
from gowa_desktop.services.updates.instance_update import UpdateTools
from gowa_desktop.services.updates.snapshot_maker import SnapshotMaker
from gowa_desktop.services.updates.snapshots import SnapshotService
from gowa_desktop.services.updates.update_planner import UpdatePlanner
from gowa_desktop.services.updates.update_watch import UpdateWatch
from gowa_desktop.services.updates.updater import Updater
from gowa_desktop.services.versions.daily_check import DailyCheck
from gowa_desktop.services.versions.program_updates import ProgramUpdates
from gowa_desktop.services.versions.release_catalog import ReleaseCatalog
from gowa_desktop.services.versions.version_manager import VersionManager
from gowa_desktop.store.backups import DatabaseCopies
from gowa_desktop.store.database import open_database_to_read, share_database
from gowa_desktop.store.database_view import open_database_view
from gowa_desktop.store.definition_rows import DefinitionRows
from gowa_desktop.store.repositories import InstanceRepository, SettingsRepository
from gowa_desktop.store.template_repository import TemplateRepository
from gowa_desktop.store.update_journal import UpdateJournal
from gowa_desktop.store.usage_file import UsageFile
from gowa_desktop.store.write_gate import WriteGate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from peewee import SqliteDatabase

    from gowa_desktop.domain.errors import GowaError
    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.services.data.database_recovery import Recovery

_LOOK_MS = 2_000


@dataclass(slots=True)
class Services:
    """Everything that works on one data directory, and the order in which it ends."""

    owner: QObject
    database: SqliteDatabase
    tasks: TaskRunner
    processes: ProcessManager
    monitor: ResourceMonitor
    history: UsageHistory
    alerts: AlertService
    retention: MediaRetention
    versions: VersionManager
    instances: InstanceService
    snapshots: SnapshotService
    updater: Updater
    configs: ConfigService
    settings: AppSettings
    paths: DataPaths
    safekeeping: Safekeeping
    daily_check: DailyCheck
    program_updates: ProgramUpdates
    dashboard: SharedDashboard
    upkeep: Upkeep
    logs: LogStore
    notices: NoticeCenter
    self_test: SelfTestRun
    give_up: GiveUpWatch
    recovery: Recovery | None
    """What had to be done about the database; None when it was sound."""

    def begin(self) -> None:
        """Adopt what lives, start what should run, and watch; only for the program that holds the data directory."""
        self.safekeeping.begin()
        self.versions.sweep()
        self.tasks.run(DirectoryManager(self.paths).sweep_trash, lambda _: None)
        # What was interrupted is held back, so that nothing starts on half of it.
        self.updater.recover()
        self.snapshots.recover()
        self.instances.recover()
        self.updater.go_on()
        self.snapshots.go_on()
        self.monitor.begin()
        self.history.begin()
        self.alerts.begin()
        self.retention.begin()
        self.daily_check.begin()
        self.program_updates.begin()
        self.dashboard.begin()
        self.upkeep.begin()
        self.logs.begin()
        tell_system(self.instances, self.owner)

    def update_commands(self) -> UpdateCommands:
        """Make what answers the verbs on updates and snapshots."""
        return UpdateCommands(self.instances, self.updater, self.snapshots)

    def log_commands(self, *, is_offline: bool = False) -> LogCommands:
        """Make what answers the verbs on logs."""
        return LogCommands(self.instances, self.logs, self.diagnostics(), self.tasks, is_offline=is_offline)

    def monitoring_commands(self, *, is_offline: bool = False) -> MonitoringCommands:
        """Make what answers the verbs on resource use and old media."""
        return MonitoringCommands(self.instances, self.monitor, self.retention, is_offline=is_offline)

    def diagnostics(self) -> Diagnostics:
        """Make what collects facts for somebody who helps."""
        return Diagnostics(self.instances, self.versions, self.settings, self.logs)

    def look(self, reason: GowaError) -> None:
        """Show what is there, again and again, and change nothing; for a program that cannot use the data directory now."""
        self.upkeep.refuse_changes(reason)
        self.instances.look_again()
        looking = QTimer(self.owner)
        looking.timeout.connect(self.instances.look_again)
        looking.start(_LOOK_MS)
        self.monitor.begin()

    def close(self) -> int:
        """End the services and leave instances alone; the answer is how many of them still run."""
        live = self.instances.live_count()
        self.instances.close()
        self.monitor.close()
        self.alerts.close()
        self.retention.close()
        self.logs.close()
        self.self_test.close()
        self.notices.close()
        self.daily_check.close()
        self.program_updates.close()
        self.versions.close()
        self.dashboard.close()
        self.tasks.close()
        self.history.close()
        self.upkeep.close()
        self.safekeeping.close()
        self.processes.release_all()
        self.database.close()
        return live


class Access(Enum):
    """What services may do with a data directory."""

    WORK = auto()
    """Everything; for the one program that holds it."""
    READ = auto()
    """Read what is stored; damage is an error."""
    LOOK = auto()
    """Show whatever can be read, and change nothing on the disk."""


def build(data_dir: Path, access: Access = Access.WORK) -> Services:
    """Build the services for a data directory.

    Raises:
        FolderError: the directory cannot be used.
        DatabaseError: the database cannot be used.
    """
    paths = DataPaths(data_dir)
    database, recovery = _open_database(paths, access)
    gate = WriteGate(paths.database, lambda: ", ".join(lock_holders(paths.database_files)))
    owner = QObject()
    tasks = TaskRunner(owner)
    settings = AppSettings(SettingsRepository(database, gate), owner)
    parser = ConfigParser(partial(has_page, paths.dashboard))
    directories = DirectoryManager(paths, settings.log_limits)
    jobs = NetworkJobs(tasks, owner)
    releases = ReleaseCatalog(ReleaseClient(paths.release_list), settings, jobs, owner)

    def users() -> list[InstanceStatus]:
        return instances.statuses()  # made below: instances need versions, and a version is removed only when no instance needs it

    versions = VersionManager(paths.versions, releases, users, jobs, tasks, owner)
    repository = InstanceRepository(database, gate=gate)
    safekeeping = Safekeeping(DefinitionRows(database, gate), DatabaseCopies(data_dir), directories, tasks, owner)
    catalog = InstanceCatalog(repository, parser, directories, versions, partial(SystemService, settings), safekeeping)
    processes = ProcessManager(repository, directories, owner)
    monitor = ResourceMonitor(
        processes.live, lambda: {i.id: directories.folder(i.id) for i in catalog.all()}, paths.root, tasks, owner,
        pace=lambda: (settings.get(SAMPLE_WINDOW_S), settings.get(SAMPLE_TRAY_S)),
    )  # fmt: skip
    settings.changed.connect(monitor.apply_pace)
    history = UsageHistory(owner, file=UsageFile(paths.usage) if access is Access.WORK else None, tasks=tasks)
    monitor.measured.connect(history.record)
    monitor.forgotten.connect(history.forget)
    monitor.forgotten.connect(UsageEvents(processes, history, owner).forget)
    maker = SnapshotMaker(directories, settings)
    start_gate = StartGate(catalog, directories, versions, maker, tasks, owner)
    dashboard = SharedDashboard(paths.dashboard, parser, directories, catalog.all, releases, jobs, tasks, owner)
    parts = InstanceParts(catalog, parser, directories, versions, processes, monitor, settings, dashboard, start_gate, tasks)
    instances = InstanceService(parts, owner)
    maintenance = instances.maintenance
    watch = UpdateWatch(catalog, parser, maintenance, tasks, owner)
    tools = UpdateTools(catalog, directories, maintenance, maker, watch, UpdateJournal(paths.updates), tasks)
    templates = TemplateShelf(instances, TemplateRepository(database, gate=gate), parser, safekeeping, owner)
    configs = ConfigService(instances, ConfigPlanner(instances, parser), templates, tasks, owner)
    upkeep = Upkeep(paths, gate, repository, processes, safekeeping, partial(share_database, database), tasks, settings.log_limits, owner)
    store = NoticeStore(paths.notices, owner) if access is Access.WORK else None
    notices = NoticeCenter(owner, settings=settings, store=store)
    alerts = AlertService(SettingsRepository(database, gate), catalog.all, monitor, history, notices, owner)
    instances.instance_removed.connect(alerts.forget)
    retention = MediaRetention(SettingsRepository(database, gate), instances, tasks, owner)
    instances.instance_added.connect(history.forget)  # SQLite gives the highest id anew, and its past must not come with it
    updater = Updater(UpdatePlanner(catalog, directories, versions, start_gate, maintenance), tools, settings, owner)
    versions.set_needed(updater.versions_needed)
    logs = LogStore(catalog, directories, processes.live_logs, paths.log_file, tasks, owner)
    instances.instance_removed.connect(logs.forget)
    LogNotices(logs, notices, lambda key: catalog.get(key).name if catalog.has(key) else "", owner)
    daily_check = DailyCheck(releases, settings, owner)
    own = ReleaseCatalog(ReleaseClient(paths.program_release_list, repository=REPOSITORY), settings, jobs, owner) if REPOSITORY else None
    give_up = GiveUpWatch(instances, owner)
    NoticeFeed(notices, instances, give_up, upkeep.conditions, versions, owner)
    return Services(
        owner=owner,
        database=database,
        tasks=tasks,
        processes=processes,
        monitor=monitor,
        history=history,
        versions=versions,
        instances=instances,
        snapshots=SnapshotService(catalog, directories, versions, start_gate, maintenance, maker, tasks, owner),
        updater=updater,
        configs=configs,
        settings=settings,
        paths=paths,
        safekeeping=safekeeping,
        dashboard=dashboard,
        upkeep=upkeep,
        logs=logs,
        self_test=SelfTestRun(owner),
        notices=notices,
        alerts=alerts,
        retention=retention,
        give_up=give_up,
        daily_check=daily_check,
        program_updates=ProgramUpdates(own, settings, notices, __version__, owner),
        recovery=recovery,
    )


def _open_database(paths: DataPaths, access: Access) -> tuple[SqliteDatabase, Recovery | None]:
    if access is Access.READ:
        return open_database_to_read(paths.root), None
    if access is Access.LOOK:
        return open_database_view(paths.root, read_definitions(paths.instances)), None
    paths.ensure()
    return open_or_recover(paths)


@contextlib.contextmanager
def open_reader(data_dir: Path) -> Iterator[CommandHandlers]:
    """Open a data directory to look at it while no program runs on it; nothing is changed."""
    services = build(data_dir, Access.READ)
    try:
        services.instances.observe()
        yield CommandHandlers(
            services.instances, services.versions, services.configs, updates=services.update_commands(),
            logs=services.log_commands(is_offline=True), monitoring=services.monitoring_commands(is_offline=True), is_offline=True,
        )  # fmt: skip
    finally:
        services.close()
