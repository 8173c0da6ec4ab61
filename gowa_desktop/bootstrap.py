"""The composition root: the only place that builds services, connects them to a front end and knows the shut-down order."""

from __future__ import annotations

import contextlib
import logging
import logging.handlers
import os
import signal
import socket
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QSocketNotifier

from gowa_desktop.console import complain
from gowa_desktop.domain.config_parser import ConfigParser
from gowa_desktop.domain.errors import GowaError
from gowa_desktop.infra.dashboard_files import has_page
from gowa_desktop.infra.directories import DirectoryManager
from gowa_desktop.infra.file_locks import lock_holders
from gowa_desktop.infra.paths import DataPaths
from gowa_desktop.infra.releases import ReleaseClient
from gowa_desktop.services.command_client import raise_first
from gowa_desktop.services.command_handlers import CommandHandlers
from gowa_desktop.services.command_server import CommandServer
from gowa_desktop.services.config_planner import ConfigPlanner
from gowa_desktop.services.config_service import ConfigService
from gowa_desktop.services.daily_check import DailyCheck
from gowa_desktop.services.database_recovery import local_now, open_or_recover
from gowa_desktop.services.instance_catalog import InstanceCatalog
from gowa_desktop.services.instance_service import InstanceService
from gowa_desktop.services.instance_update import UpdateTools
from gowa_desktop.services.network_jobs import NetworkJobs
from gowa_desktop.services.process_manager import ProcessManager
from gowa_desktop.services.release_catalog import ReleaseCatalog
from gowa_desktop.services.resource_monitor import ResourceMonitor
from gowa_desktop.services.safekeeping import Safekeeping
from gowa_desktop.services.settings import AppSettings
from gowa_desktop.services.shared_dashboard import SharedDashboard
from gowa_desktop.services.single_instance import SingleInstance
from gowa_desktop.services.snapshot_maker import SnapshotMaker
from gowa_desktop.services.snapshots import SnapshotService
from gowa_desktop.services.start_gate import StartGate
from gowa_desktop.services.system_service import SystemService
from gowa_desktop.services.tasks import TaskRunner
from gowa_desktop.services.template_shelf import TemplateShelf
from gowa_desktop.services.update_commands import UpdateCommands
from gowa_desktop.services.update_planner import UpdatePlanner
from gowa_desktop.services.update_watch import UpdateWatch
from gowa_desktop.services.updater import Updater
from gowa_desktop.services.upkeep import Upkeep
from gowa_desktop.services.version_manager import VersionManager
from gowa_desktop.store.backups import DatabaseCopies
from gowa_desktop.store.database import open_database_to_read
from gowa_desktop.store.definition_rows import DefinitionRows
from gowa_desktop.store.repositories import InstanceRepository, SettingsRepository
from gowa_desktop.store.template_repository import TemplateRepository
from gowa_desktop.store.update_journal import UpdateJournal
from gowa_desktop.store.write_gate import WriteGate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from peewee import SqliteDatabase

    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.launch_options import LaunchOptions
    from gowa_desktop.services.database_recovery import Recovery

_LOG_BYTES = 2 * 1024 * 1024
_LOG_FILES = 3


@dataclass(slots=True)
class Services:
    """Everything that works on one data directory, and the order in which it ends."""

    owner: QObject
    database: SqliteDatabase
    tasks: TaskRunner
    processes: ProcessManager
    monitor: ResourceMonitor
    versions: VersionManager
    instances: InstanceService
    snapshots: SnapshotService
    updater: Updater
    configs: ConfigService
    settings: AppSettings
    paths: DataPaths
    safekeeping: Safekeeping
    daily_check: DailyCheck
    dashboard: SharedDashboard
    upkeep: Upkeep
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
        self.daily_check.begin()
        self.dashboard.begin()
        self.upkeep.begin()

    def update_commands(self) -> UpdateCommands:
        """Make what answers the verbs on updates and snapshots."""
        return UpdateCommands(self.instances, self.updater, self.snapshots)

    def close(self) -> int:
        """End the services and leave instances alone; the answer is how many of them still run."""
        live = self.instances.live_count()
        self.monitor.close()
        self.daily_check.close()
        self.versions.close()
        self.dashboard.close()
        self.tasks.close()
        self.upkeep.close()
        self.safekeeping.close()
        self.processes.release_all()
        self.database.close()
        return live


def keep_files_private() -> None:
    """Make every file of this process and of its children the person's own: GOWA's session keys would be readable by all."""
    if sys.platform != "win32":
        os.umask(0o077)


def build(data_dir: Path, *, read_only: bool = False) -> Services:
    """Build the services for a data directory.

    Raises:
        FolderError: the directory cannot be used.
        DatabaseError: the database cannot be used.
    """
    paths = DataPaths(data_dir)
    if not read_only:
        paths.ensure()
    database, recovery = (open_database_to_read(data_dir), None) if read_only else open_or_recover(paths)
    gate = WriteGate(paths.database, lambda: ", ".join(lock_holders(paths.database_files)))
    owner = QObject()
    tasks = TaskRunner(owner)
    settings = AppSettings(SettingsRepository(database, gate))
    parser = ConfigParser(partial(has_page, paths.dashboard))
    directories = DirectoryManager(paths)
    jobs = NetworkJobs(tasks, owner)
    releases = ReleaseCatalog(ReleaseClient(paths.release_list), settings, jobs, owner)

    def users() -> list[InstanceStatus]:
        return instances.statuses()  # made below: instances need versions, and a version is removed only when no instance needs it

    versions = VersionManager(paths.versions, releases, users, jobs, tasks, owner)
    repository = InstanceRepository(database, gate=gate)
    safekeeping = Safekeeping(DefinitionRows(database, gate), DatabaseCopies(data_dir), directories, tasks, owner)
    catalog = InstanceCatalog(repository, parser, directories, versions, partial(SystemService, settings), safekeeping)
    processes = ProcessManager(repository, directories, owner)
    monitor = ResourceMonitor(processes.live, lambda: {i.id: directories.folder(i.id) for i in catalog.all()}, tasks, owner)
    maker = SnapshotMaker(directories, settings)
    start_gate = StartGate(catalog, directories, versions, maker, tasks, owner)
    dashboard = SharedDashboard(paths.dashboard, parser, directories, catalog.all, releases, jobs, tasks, owner)
    instances = InstanceService(
        catalog, parser, directories, versions, processes, monitor, settings, owner, dashboard=dashboard, gate=start_gate
    )
    maintenance = instances.maintenance
    watch = UpdateWatch(catalog, parser, maintenance, tasks, owner)
    tools = UpdateTools(catalog, directories, maintenance, maker, watch, UpdateJournal(paths.updates), tasks)
    templates = TemplateShelf(instances, TemplateRepository(database, gate=gate), parser, safekeeping, owner)
    configs = ConfigService(instances, ConfigPlanner(instances, parser), templates, tasks, owner)
    upkeep = Upkeep(paths, gate, repository, processes, safekeeping, tasks, owner)
    daily_check = DailyCheck(releases, settings, owner)
    return Services(
        owner=owner,
        database=database,
        tasks=tasks,
        processes=processes,
        monitor=monitor,
        versions=versions,
        instances=instances,
        snapshots=SnapshotService(catalog, directories, versions, start_gate, maintenance, maker, tasks, owner),
        updater=Updater(UpdatePlanner(catalog, directories, versions, start_gate, maintenance), tools, settings, owner),
        configs=configs,
        settings=settings,
        paths=paths,
        safekeeping=safekeeping,
        dashboard=dashboard,
        upkeep=upkeep,
        daily_check=daily_check,
        recovery=recovery,
    )


@contextlib.contextmanager
def open_reader(data_dir: Path) -> Iterator[CommandHandlers]:
    """Open a data directory to look at it while no program runs on it; nothing is changed."""
    services = build(data_dir, read_only=True)
    try:
        services.instances.observe()
        yield CommandHandlers(services.instances, services.versions, services.configs, updates=services.update_commands(), is_offline=True)
    finally:
        services.close()


def run_without_window(options: LaunchOptions) -> int:
    """Run the services until SIGTERM or Ctrl-C; instances go on running afterwards."""
    keep_files_private()
    application = QCoreApplication(sys.argv[:1])
    first = SingleInstance(options.data_dir)
    if not first.acquire():
        raise first.already_running_error()
    _log_to(DataPaths(options.data_dir))
    try:
        services = build(options.data_dir)
    except GowaError:
        first.release()
        raise
    _tell_recovery(services, complain)
    server = CommandServer(services.instances, services.versions, services.configs, updates=services.update_commands())
    watcher = _SignalWatcher(application.quit, application)
    services.begin()
    server.serve(first.server)
    code = application.exec()
    watcher.close()
    return _end(services, server, first, code)


def run_window(options: LaunchOptions) -> int:
    """Open the window; a second launch raises the first one's and ends."""
    keep_files_private()
    from gowa_desktop.ui.application import create_application, show_fatal_error  # noqa: PLC0415 - graphics on this branch only
    from gowa_desktop.ui.main_window import MainWindow  # noqa: PLC0415
    from gowa_desktop.ui.window_state import WindowState  # noqa: PLC0415

    _refuse_without_display()
    application = create_application(sys.argv[:1])
    first = SingleInstance(options.data_dir)
    try:
        if not first.acquire():
            raise_first(options.data_dir)
            return 0
        _log_to(DataPaths(options.data_dir))
        services = build(options.data_dir)
    except GowaError as error:
        first.release()
        show_fatal_error(error)
        raise
    window = MainWindow(services.instances, services.versions, services.settings, WindowState(services.paths.window_state))
    _tell_recovery(services, window.show_message)
    server = CommandServer(services.instances, services.versions, services.configs, window.raise_and_focus, updates=services.update_commands())
    watcher = _SignalWatcher(application.quit, application)
    window.quit_requested.connect(application.quit)
    services.begin()
    server.serve(first.server)
    if options.minimized:
        window.showMinimized()
    else:
        window.show()
    code = application.exec()
    watcher.close()
    window.close()
    window.deleteLater()
    return _end(services, server, first, code)


def run_demo(options: LaunchOptions) -> int:
    """Open the window on a throw-away data directory with three simulated instances; they end with it."""
    keep_files_private()
    _refuse_without_display()
    from gowa_desktop.ui.application import create_application  # noqa: PLC0415 - graphics on this branch only
    from gowa_desktop.ui.demo import DemoFleet  # noqa: PLC0415
    from gowa_desktop.ui.main_window import MainWindow  # noqa: PLC0415
    from gowa_desktop.ui.window_state import WindowState  # noqa: PLC0415

    application = create_application(sys.argv[:1])
    with tempfile.TemporaryDirectory(prefix="gowa-desktop-demo-", ignore_cleanup_errors=True) as folder:
        services = build(Path(folder))
        services.settings.set_checks_daily(is_on=False)
        fleet = DemoFleet(services.instances)
        window = MainWindow(services.instances, services.versions, services.settings, WindowState(services.paths.window_state), is_demo=True)
        watcher = _SignalWatcher(fleet.end, application)
        window.quit_requested.connect(fleet.end)
        fleet.ended.connect(application.quit)
        services.begin()
        fleet.begin()
        if options.minimized:
            window.showMinimized()
        else:
            window.show()
        code = application.exec()
        watcher.close()
        window.deleteLater()
        services.close()
    return code


def run_self_test(options: LaunchOptions) -> int:
    """Perform the main job with the simulator on a throw-away data directory and print each step; 0 when all went well."""
    keep_files_private()
    if sys.platform == "linux" and not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from gowa_desktop.ui.application import create_application  # noqa: PLC0415 - graphics on this branch only
    from gowa_desktop.ui.main_window import MainWindow  # noqa: PLC0415
    from gowa_desktop.ui.self_test import SelfTest  # noqa: PLC0415
    from gowa_desktop.ui.window_state import WindowState  # noqa: PLC0415

    application = create_application(sys.argv[:1])
    with tempfile.TemporaryDirectory(prefix="gowa-desktop-test-", ignore_cleanup_errors=True) as folder:
        services = build(Path(folder))
        services.settings.set_checks_daily(is_on=False)
        services.begin()
        window = MainWindow(services.instances, services.versions, services.settings, WindowState(services.paths.window_state), is_demo=True)
        test = SelfTest(services.instances, window, as_json=options.as_json, screenshot=options.screenshot)
        test.ended.connect(application.exit)
        test.begin()
        code = application.exec()
        window.deleteLater()
        services.close()
    return code


def _tell_recovery(services: Services, tell: Callable[[str], object]) -> None:
    if services.recovery is not None:
        sentence = services.recovery.sentence(local_now())
        logging.getLogger(__name__).warning("%s", sentence)
        tell(sentence)


def _refuse_without_display() -> None:
    """Say what is missing before Qt ends the program.

    Raises:
        GowaError: there is no display to open a window on.
    """
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform == "linux" and not any(os.environ.get(name) for name in names):
        raise GowaError("There is no display to open a window on.", "Start it in a desktop session, or with --no-window.")


class _SignalWatcher(QObject):
    """Turns SIGTERM, SIGINT and SIGHUP into an ordinary end: Python runs handlers only between its own steps, Qt waits outside."""

    def __init__(self, action: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._action = action
        self._receiver, self._sender = socket.socketpair()
        for end in (self._receiver, self._sender):
            end.setblocking(False)
        self._previous = {number: signal.signal(number, lambda *_: None) for number in self._numbers()}
        signal.set_wakeup_fd(self._sender.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._receiver.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_notifier_activated)

    def close(self) -> None:
        """Give the signals back."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(-1)
        for number, handler in self._previous.items():
            signal.signal(number, handler)
        self._receiver.close()
        self._sender.close()

    def _on_notifier_activated(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._receiver.recv(64)
        self._action()

    def _numbers(self) -> list[signal.Signals]:
        if sys.platform == "win32":
            return [signal.SIGTERM, signal.SIGINT]
        return [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]


def _end(services: Services, server: CommandServer, first: SingleInstance, code: int) -> int:
    server.stop()
    live = services.close()
    first.release()
    logging.shutdown()
    if live:
        # Qt kills a child with its QProcess. The instances are meant to live on, so nothing may be destroyed any more.
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, AttributeError, ValueError):
                stream.flush()
        os._exit(code)
    return code


def _log_to(paths: DataPaths) -> None:
    try:
        paths.log_file.touch(mode=0o600)
        handler = logging.handlers.RotatingFileHandler(
            paths.log_file, maxBytes=_LOG_BYTES, backupCount=_LOG_FILES, encoding="utf-8", delay=True
        )
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger("gowa_desktop").addHandler(handler)
    logging.getLogger("gowa_desktop").setLevel(logging.INFO)
