"""One run of the program on a data directory, from its lock to its end: at work, or only looking while the directory cannot be used.

Looking changes nothing, so it needs no lock; every few seconds a worker tries whether work is possible now, and then the services
are built anew, with a window of their own, while the instances go on. Knows no widgets.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QProcess, QTimer

from gowa_desktop.bootstrap import Access, build
from gowa_desktop.domain.errors import DatabaseBusyError, DatabaseError, DatabaseTooNewError, FolderUnusableError, GowaError, NotRunningError
from gowa_desktop.infra.file_locks import lock_holders
from gowa_desktop.infra.folder_access import check_writable, make_folder
from gowa_desktop.infra.own_log import OwnLog, close_own_log, open_own_log
from gowa_desktop.infra.paths import DataPaths
from gowa_desktop.infra.program_command import program_command
from gowa_desktop.services.commands.command_client import raise_first
from gowa_desktop.services.commands.command_server import CommandServer
from gowa_desktop.services.data.conditions import Remedy
from gowa_desktop.services.data.damage_watch import DAMAGE_KEY
from gowa_desktop.services.data.database_recovery import local_now
from gowa_desktop.services.data.replaced_program import REPLACED_KEY, ReplacedProgram
from gowa_desktop.services.data.upkeep import LOOKING_KEY
from gowa_desktop.services.logs.own_log_keeper import OwnLogKeeper
from gowa_desktop.services.single_instance import SingleInstance
from gowa_desktop.store.write_gate import wait_until_free

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.services.data.conditions import Condition

_RETRY_MS = 3_000
_FREE_WITHIN_S = 0.2
_log = logging.getLogger(__name__)


class Face(Protocol):
    """What a person sees of a run: a window, or lines on a terminal."""

    def open(self, services: Services, *, is_looking: bool) -> None:
        """Get ready to show these services."""

    def show(self) -> None:
        """Show them, once they have begun."""

    def close(self) -> None:
        """Stop showing them; others may follow."""

    def tell(self, sentence: str) -> None:
        """Tell something once."""

    def raise_action(self) -> Callable[[str], None] | None:
        """Give what brings the window to the front and opens a link there, mostly an empty one; None without a window."""

    def offers_remedies(self) -> bool:
        """Tell whether a person can choose when the remedy of a condition is taken; else it is taken at once."""


class ProgramRun:
    """Owns lock, socket, services and face of one run. Main thread."""

    def __init__(self, data_dir: Path, face: Face, owner: QObject, link: str = "") -> None:
        self._data_dir = data_dir
        self._link = link
        self._face = face
        self._owner = owner
        self._first = SingleInstance(data_dir, owner)
        self._services: Services | None = None
        self._server: CommandServer | None = None
        self._retired: list[Services] = []
        self._own_log: OwnLog | None = None
        self._is_trying = False
        # Without a handler Python writes warnings to the terminal, which has a face of its own.
        logging.getLogger("gowa_desktop").addHandler(logging.NullHandler())
        self._retry = QTimer(owner)
        self._retry.setInterval(_RETRY_MS)
        self._retry.timeout.connect(self._try_again)

    @property
    def already_running_error(self) -> GowaError:
        """Say who holds the data directory."""
        return self._first.already_running_error()

    def begin(self) -> bool:
        """Take the data directory and begin to work, or to look while it cannot be used; False when another program has it.

        Raises:
            FolderError: it can never be used, such as a file in its place.
            DatabaseTooNewError: a newer GOWA Desktop wrote the database.
        """
        try:
            if not self._first.acquire():
                return False
        except FolderUnusableError as reason:
            if self._raised_another():
                return False
            self._first.listen_only()
            self._look(reason)
            return True
        try:
            self._work_or_look()
        except GowaError:
            self._first.release()
            raise
        return True

    def end(self, code: int) -> int:
        """End everything in its order; does not return while instances run on."""
        has_earlier = bool(self._retired)
        live = self.close()
        logging.shutdown()
        if live or has_earlier:
            # Qt kills a child with its QProcess. The instances are meant to live on, so nothing may be destroyed any more.
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(OSError, AttributeError, ValueError):
                    stream.flush()
            os._exit(code)
        return code

    def restart(self) -> None:
        """End this program and start the one that lies in its place now; instances go on. Does not return."""
        program, *arguments = program_command(self._data_dir)
        self.close()
        QProcess.startDetached(program, arguments)
        self.end(0)

    def close(self) -> int:
        """End services and face and give the data directory up; the answer is how many instances run on.

        Their processes end with the objects that hold them, so nothing may be destroyed afterwards; see `end`.
        """
        self._retry.stop()
        live = self._stop()
        self._close_log()
        self._first.release()
        return live

    def prepare_session_end(self) -> None:
        """Put on disk what is due, then ask all instances to stop at once: the session ends, and all may be killed at any moment.

        What should run stays what it was, so that the next login brings exactly that back.
        """
        if self._services is not None:
            self._services.upkeep.flush()
            self._services.notices.close()
            self._services.instances.pause_for_session_end()
            self._services.upkeep.flush()

    def go_on_after_all(self) -> None:
        """Start again what was stopped for the end of a session that did not end."""
        if self._services is not None:
            self._services.instances.resume_after_pause()

    def _raised_another(self) -> bool:
        """A program that only looks holds no lock; it is found by its socket alone."""
        try:
            raise_first(self._data_dir, self._link)
        except NotRunningError:
            return False
        except GowaError as error:
            _log.info("%s", error)
        return True

    def _work_or_look(self) -> None:
        self._open_log()
        try:
            services = build(self._data_dir)
        except DatabaseTooNewError:
            raise
        except (FolderUnusableError, DatabaseError) as reason:
            self._look(_named(reason, self._data_dir))
        else:
            self._work(services)

    def _work(self, services: Services) -> None:
        self._retry.stop()
        self._take(services, is_looking=False)
        if services.recovery is not None:
            sentence = services.recovery.sentence(local_now())
            _log.warning("%s", sentence)
            self._face.tell(sentence)
        OwnLogKeeper(self._own_log, services.settings, services.instances, services.logs, services.owner)
        services.begin()
        if getattr(sys, "frozen", False):
            ReplacedProgram(Path(program_command()[0]), services.upkeep.conditions, services.owner)
        self._serve()
        self._face.show()

    def _look(self, reason: GowaError) -> None:
        services = build(self._data_dir, Access.LOOK)
        services.look(reason)
        self._take(services, is_looking=True)
        self._serve()
        self._face.show()
        self._retry.start()

    def _take(self, services: Services, *, is_looking: bool) -> None:
        self._services = services
        self._is_trying = False
        self._face.open(services, is_looking=is_looking)
        services.upkeep.conditions.remedy_requested.connect(self._on_remedy_requested)
        services.upkeep.conditions.began.connect(self._on_condition_began)
        services.upkeep.disk.scarcity_changed.connect(self._on_scarcity_changed)
        services.upkeep.disk.database_replaced.connect(self.start_anew)
        # With a parent, so that Python's collector never destroys it: that may run on a worker, and a QObject belongs to its thread.
        self._server = CommandServer(
            services.instances,
            services.versions,
            services.configs,
            self._face.raise_action(),
            services.owner,
            updates=services.update_commands(),
            logs=services.log_commands(),
            monitoring=services.monitoring_commands(),
        )

    def _serve(self) -> None:
        if self._server is not None:
            self._server.serve(self._first.server)

    def _stop(self) -> int:
        """Take the services away; their processes are not touched, and the objects that hold them live as long as the program."""
        if self._services is None:
            return 0
        services, self._services = self._services, None
        if self._server is not None:
            self._server.stop()
        self._face.close()
        live = services.close()
        self._retired.append(services)
        return live

    def start_anew(self) -> None:
        """Let go of everything and begin again, because what the services hold on to is no longer what lies there."""
        self._stop()
        self._close_log()
        self._first.release()
        try:
            if self.begin():
                return
            reason: GowaError = self._first.already_running_error()
        except GowaError as error:
            reason = error
        self._look(reason)

    def _try_again(self) -> None:
        """Find out on a worker, for a lost disk may not answer, whether work is possible now."""
        if self._services is not None and not self._is_trying:
            self._is_trying = True
            self._services.tasks.run(partial(_check_usable, self._data_dir), lambda _: self._begin_work(), self._on_still_unusable)

    def _begin_work(self) -> None:
        self._is_trying = False
        try:
            if not self._first.is_first:
                self._first.release()
                if not self._first.acquire():
                    raise self._first.already_running_error()
            self._open_log()
            services = build(self._data_dir)
        except GowaError as reason:
            if not self._first.is_first:
                self._first.listen_only()
            self._on_still_unusable(_named(reason, self._data_dir))
            return
        self._stop()
        self._work(services)

    def _on_still_unusable(self, reason: GowaError) -> None:
        self._is_trying = False
        if self._services is not None:
            self._services.upkeep.refuse_changes(reason)

    def _on_remedy_requested(self, key: str) -> None:
        if key == LOOKING_KEY:
            self._try_again()
        elif key == DAMAGE_KEY:
            self.start_anew()
        elif key == REPLACED_KEY:
            QTimer.singleShot(0, self._owner, self.restart)

    def _on_condition_began(self, condition: Condition) -> None:
        if condition.remedy is Remedy.RESTORE and not self._face.offers_remedies():
            QTimer.singleShot(0, self._owner, self.start_anew)

    def _on_scarcity_changed(self, is_scarce: bool) -> None:
        if self._own_log is not None:
            self._own_log.pause(is_paused=is_scarce)

    def _open_log(self) -> None:
        if self._own_log is None:
            self._own_log = open_own_log(DataPaths(self._data_dir).log_file)

    def _close_log(self) -> None:
        if self._own_log is not None:
            close_own_log(self._own_log)
            self._own_log = None


def _check_usable(data_dir: Path) -> None:
    """Check that the data directory can be written and nobody has locked its database. Blocks.

    Raises:
        GowaError: not yet.
    """
    make_folder(data_dir)
    check_writable(data_dir)
    database = DataPaths(data_dir).database
    try:
        is_free = not database.exists() or wait_until_free(database, _FREE_WITHIN_S)
    except DatabaseError:
        is_free = True  # what else is wrong with it is mended, or told, when it is opened
    if not is_free:
        raise _named(DatabaseBusyError(""), data_dir)


def _named(reason: GowaError, data_dir: Path) -> GowaError:
    """Say who has locked the database, where that is the reason and the system tells."""
    if not isinstance(reason, DatabaseBusyError):
        return reason
    paths = DataPaths(data_dir)
    holders = ", ".join(lock_holders(paths.database_files)) or "another program"
    return DatabaseBusyError(f"The database {paths.database} is in use by {holders}.", "Close that program, or wait until it is done.")
