"""One program per data directory: a lock file decides who is first, a local socket only carries messages.

The socket's place follows from the directory alone, so that a second launch finds it; nothing here knows what is said over it.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from PySide6.QtCore import QLockFile, QObject
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from gowa_desktop.domain.errors import AlreadyRunningError, FolderError
from gowa_desktop.infra.bare_lock import BareLock
from gowa_desktop.infra.folder_access import check_writable, make_folder, unusable
from gowa_desktop.infra.paths import DataPaths

if TYPE_CHECKING:
    from collections.abc import Iterator

_BEING_WRITTEN_S = 2.0
_SERVED_MS = 300
_MAX_SOCKET_PATH_BYTES = 100
"""Room for a path in `sockaddr_un` is 104 bytes on macOS and 108 on Linux, its end included."""


def socket_names(data_dir: Path) -> Iterator[str]:
    """Give every name under which the program of a data directory may listen, the likeliest first.

    A command from cron or over ssh may have another environment than the program, so a client tries them all.
    """
    resolved = os.path.normcase(os.path.realpath(data_dir))
    digest = hashlib.sha256(os.fsencode(resolved)).hexdigest()[:20]
    if sys.platform == "win32":
        user = hashlib.sha256(os.environ.get("USERNAME", "").casefold().encode()).hexdigest()[:8]
        yield f"gowa-desktop-{user}-{digest}"
    else:
        paths = (str(folder / f"{digest}.sock") for folder in _socket_folders())
        yield from (path for path in paths if len(os.fsencode(path)) < _MAX_SOCKET_PATH_BYTES)


def is_safe_socket(name: str) -> bool:
    """Tell whether nobody but this user can have put the socket there."""
    return sys.platform == "win32" or _is_private_folder(Path(name).parent)


def running_pid(data_dir: Path) -> int | None:
    """Give the process that works on a data directory, as far as the lock file tells without touching it."""
    file = DataPaths(data_dir).lock_file
    pid = _recorded_pid(file)
    if pid is None:
        return None
    try:
        # A process younger than the lock file took over the number of a dead one.
        is_younger = psutil.Process(pid).create_time() > file.stat().st_mtime + 2
    except (psutil.Error, OSError, ValueError):
        return None
    return None if is_younger else pid


class SingleInstance(QObject):
    """Owns the lock and the socket of one data directory. Main thread; lives as long as the program works there."""

    def __init__(self, data_dir: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data_dir = data_dir
        self._lock = QLockFile(str(DataPaths(data_dir).lock_file))
        self._lock.setStaleLockTime(0)  # a lock grows old while its program works; age proves nothing
        self._bare_lock = BareLock(DataPaths(data_dir).lock_file)
        self._server = QLocalServer(self)
        if sys.platform == "win32":
            self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)

    @property
    def server(self) -> QLocalServer:
        """The listening socket; connections that come before anyone serves them wait in it."""
        return self._server

    @property
    def is_first(self) -> bool:
        """True while this program holds the data directory."""
        return self._lock.isLocked() or self._bare_lock.is_locked

    def acquire(self) -> bool:
        """Take the data directory and begin to listen; False when another program has it.

        Makes the directory when it is missing.

        Raises:
            FolderUnusableError: the directory cannot be made or written just now.
            FolderError: it never can, or the socket cannot be opened.
        """
        make_folder(self._data_dir)
        if not self._take_lock():
            return False
        try:
            self._listen()
        except FolderError:
            self._unlock()
            raise
        return True

    def listen_only(self) -> bool:
        """Listen without holding the directory, for a program that changes nothing; False when another listens or it is not possible."""
        for name in socket_names(self._data_dir):
            if _is_served(name):
                return False
            with suppress(FolderError):
                self._listen_at(name)
                return True
        return False

    def release(self) -> None:
        """Stop listening and give the data directory up. May be called twice."""
        if self._server.isListening():
            self._server.close()
        self._unlock()

    def already_running_error(self) -> AlreadyRunningError:
        """Say who holds the data directory."""
        pid = running_pid(self._data_dir)
        who = f" (process {pid})" if pid is not None else ""
        return AlreadyRunningError(
            f"GOWA Desktop is already running on {self._data_dir}{who}.",
            "Use the one that runs, quit it first, or choose another folder with --data-dir.",
        )

    def _unlock(self) -> None:
        if self._lock.isLocked():
            self._lock.unlock()
        self._bare_lock.unlock()

    def _take_lock(self) -> bool:
        # Twice: a lock that a dead program left is removed after the first attempt.
        for _ in range(2):
            if self._lock.tryLock(0):
                return True
            if self._lock.error() is not QLockFile.LockError.LockFailedError:
                return self._take_bare_lock()
            if not _remove_abandoned(DataPaths(self._data_dir).lock_file):
                break
        if not _is_held(DataPaths(self._data_dir).lock_file):
            check_writable(self._data_dir)  # what a dead program left there cannot be taken away in a folder that is read-only
        return False

    def _take_bare_lock(self) -> bool:
        """QLockFile writes its process number, for which a full disk has no room; anything else is no matter of room."""
        check_writable(self._data_dir)
        if self._bare_lock.try_lock():
            return True
        if DataPaths(self._data_dir).lock_file.exists():
            return False
        raise unusable(self._data_dir, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))

    def _listen(self) -> None:
        problem = FolderError("There is no folder for the command socket.", "Set XDG_RUNTIME_DIR to a folder of yours.")
        for name in socket_names(self._data_dir):
            try:
                self._listen_at(name)
            except FolderError as error:
                problem = error
            else:
                return
        raise problem

    def _listen_at(self, name: str) -> None:
        if sys.platform != "win32":
            _make_private_folder(Path(name).parent)
        # Whoever holds the lock is alone, so a socket that is there already belonged to a dead program.
        QLocalServer.removeServer(name)
        if not self._server.listen(name):
            raise FolderError(
                f"The command socket {name} cannot be opened: {self._server.errorString()}.",
                "Make its folder writable for you and start again.",
            )
        if sys.platform != "win32":
            with suppress(OSError):  # the folder keeps others out in any case
                Path(name).chmod(0o600)


def _is_served(name: str) -> bool:
    socket = QLocalSocket()
    socket.connectToServer(name)
    is_served = socket.waitForConnected(_SERVED_MS)
    socket.abort()
    return is_served


def _recorded_pid(path: Path) -> int | None:
    # PySide6 leaves the truth value of getLockInfo out of its tuple; an unreadable file gives the number 0.
    pid = QLockFile(str(path)).getLockInfo()[0]
    return pid if pid > 0 else None


def _remove_abandoned(path: Path) -> bool:
    """Remove a lock file whose program is dead; True when it is gone.

    QLockFile goes by process number and name, and both may belong to an unrelated Python program after kill -9, in a container
    or in a folder copied from another computer. The kernel's own lock on the file ends with the process, and so tells for sure.
    """
    if _recorded_pid(path) is None:
        # A program that starts at this moment has not written it yet; one on a full disk never will, but holds it.
        try:
            if abs(time.time() - path.stat().st_mtime) < _BEING_WRITTEN_S:
                return False
        except OSError:
            return not path.exists()
    try:
        _remove_unless_held(path)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def _is_held(path: Path) -> bool:
    """Tell whether a live program has locked a file; True also when that cannot be told."""
    if sys.platform == "win32":
        return True
    import fcntl  # noqa: PLC0415 - does not exist on Windows

    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def _remove_unless_held(path: Path) -> None:
    if sys.platform == "win32":
        path.unlink()  # refused while its program has it open
    else:
        import fcntl  # noqa: PLC0415 - does not exist on Windows

        descriptor = os.open(path, os.O_RDWR)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Unless another program removed it meanwhile and has made its own.
            if os.fstat(descriptor).st_ino == path.stat().st_ino:
                path.unlink()
        finally:
            os.close(descriptor)


def _socket_folders() -> Iterator[Path]:
    """Give the folders that may hold the socket, each once."""
    user_id = int(sys.platform != "win32" and os.getuid())
    seen: set[Path] = set()
    for parent in (os.environ.get("XDG_RUNTIME_DIR", ""), f"/run/user/{user_id}"):
        folder = Path(parent) / "gowa-desktop"
        if parent.startswith("/") and _is_own_folder(Path(parent)) and folder not in seen:
            seen.add(folder)
            yield folder
    for parent in (tempfile.gettempdir(), "/tmp"):  # noqa: S108 - the folder inside is private and checked
        folder = Path(parent) / f"gowa-desktop-{user_id}"
        if folder not in seen:
            seen.add(folder)
            yield folder


def _make_private_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        if _is_own_folder(folder):
            folder.chmod(0o700)
    except OSError as error:
        raise FolderError(
            f"The folder {folder} for the command socket cannot be used: {_reason(error)}.",
            "Make the folder above it writable for you and start again.",
        ) from error
    if not _is_private_folder(folder):
        raise FolderError(
            f"The folder {folder} for the command socket belongs to someone else.", "Remove it, or have it removed, and start again."
        )


def _is_own_folder(folder: Path) -> bool:
    try:
        status = folder.lstat()
    except OSError:
        return False
    return sys.platform == "win32" or (stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid())


def _is_private_folder(folder: Path) -> bool:
    try:
        return _is_own_folder(folder) and folder.lstat().st_mode & 0o077 == 0
    except OSError:
        return False


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
