"""What the rows of the fault table share: throw-away folders, ports, the real program, services in this process, bare processes.

Everything that a row starts is written down here, so that nothing outlives the table, however it ends.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

import psutil
from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer

from gowa_desktop.bootstrap import build
from gowa_desktop.domain.config_parser import ConfigParser
from gowa_desktop.domain.errors import GowaError, NotRunningError
from gowa_desktop.domain.instance import NewInstance
from gowa_desktop.domain.versions import SIMULATOR, GowaVersion
from gowa_desktop.infra.network import is_port_free
from gowa_desktop.infra.version_files import program_name
from gowa_desktop.services.commands.command_client import CommandClient
from gowa_desktop.services.commands.command_protocol import Request, Verb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import IO

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.instance import InstanceStatus, LaunchSpec
    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.services.instances.operation import Operation

REPOSITORY = Path(__file__).resolve().parents[2]
_FIRST_PORT, _LAST_PORT = 30_400, 32_767
# Below the ports that systems give to clients (32768 on Linux): one of those may be taken at any moment.


class NotRunHere(Exception):  # noqa: N818 - no error: the row says why it has nothing to measure
    """This row cannot be run on this computer, or what it is about does not exist yet."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a row measured, in words, and whether the promise was kept."""

    measured: str
    is_kept: bool


class _Ledger:
    """Everything that was started and made. Thread-safe."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.processes: set[subprocess.Popen[bytes]] = set()
        self.folders: set[Path] = set()
        self.mounts: set[Path] = set()
        self.next_port = _FIRST_PORT + os.getpid() % 23 * 100  # two that run side by side would take the same free one
        self._bytecode: Path | None = None

    def bytecode(self) -> Path:
        """Give the folder for compiled modules: an installed program comes with its own, and does not compile itself at every launch."""
        with self.lock:
            if self._bytecode is None:
                self._bytecode = Path(tempfile.mkdtemp(prefix="gowa-faults-bytecode-"))
                self.folders.add(self._bytecode)
            return self._bytecode

    def clean_up(self) -> None:
        for process in list(self.processes):
            end_process(process)
        for place in list(self.mounts):
            unmount(place)
        for folder in list(self.folders):
            drop_folder(folder)


LEDGER = _Ledger()


@dataclass(frozen=True, slots=True)
class Bench:
    """What a row is given: how thorough to be, and which real GOWA programs there are."""

    is_quick: bool = False
    programs: Mapping[str, Path] = field(default_factory=dict)
    """Real GOWA by tag, newest first; empty without GOWA_BINARIES."""

    def rounds(self, full: int, quick: int) -> int:
        """Choose a number of repetitions."""
        return quick if self.is_quick else full

    @property
    def newest(self) -> str:
        """The version that stands for GOWA: the newest real one, else the simulator."""
        return next(iter(self.programs), SIMULATOR)

    @property
    def tags(self) -> list[str]:
        """The simulator and the newest real version, where there is one."""
        return list(dict.fromkeys([SIMULATOR, self.newest]))

    def install(self, data_dir: Path, tag: str) -> None:
        """Put a real version into a data directory; nothing to do for the simulator."""
        if tag != SIMULATOR:
            target = data_dir / "bin" / "versions" / tag / program_name()
            target.parent.mkdir(parents=True)
            try:
                target.hardlink_to(self.programs[tag])
            except OSError:
                shutil.copy2(self.programs[tag], target)


# Folders and ports


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """Give a folder; at the end every process that works below it is ended and it is removed."""
    folder = Path(os.path.realpath(tempfile.mkdtemp(prefix="gowa-faults-")))
    LEDGER.folders.add(folder)
    try:
        yield folder
    finally:
        drop_folder(folder)


def drop_folder(folder: Path) -> None:
    """End what works below a folder, and remove it."""
    end_below(folder)
    shutil.rmtree(folder, ignore_errors=True)
    LEDGER.folders.discard(folder)


@contextlib.contextmanager
def mounted(place: Path, *words: str) -> Iterator[None]:
    """Mount something on a folder for a while; at the end every process that works there is ended.

    Raises:
        NotRunHere: this person or system cannot mount.
    """
    mount(place, *words)
    try:
        yield
    finally:
        unmount(place)


def mount(place: Path, *words: str) -> None:
    """Mount something on a folder, as `mount` does with these words.

    Raises:
        NotRunHere: this person or system cannot mount.
    """
    if sys.platform != "linux" or os.geteuid() != 0:
        raise NotRunHere("only the superuser of a Linux system may mount")
    done = subprocess.run(["mount", *words, place], check=False, capture_output=True, text=True)
    if done.returncode:
        raise NotRunHere(f"mounting is not possible here ({done.stderr.strip()})")
    LEDGER.mounts.add(place)


def unmount(place: Path) -> None:
    """Take a mounted disk away, with the processes that work on it: afterwards nobody could tell where they work."""
    end_below(place)
    subprocess.run(["umount", "-l", place], check=False, capture_output=True)
    LEDGER.mounts.discard(place)


def free_ports(count: int) -> list[int]:
    """Give ports that nobody holds and that no other row was given."""
    found: list[int] = []
    with LEDGER.lock:
        while len(found) < count:
            port = LEDGER.next_port
            LEDGER.next_port = port + 1 if port < _LAST_PORT else _FIRST_PORT
            if is_port_free(port):
                found.append(port)
    return found


# Processes


def end_process(process: subprocess.Popen[bytes]) -> None:
    """End a process of ours at once, and wait for it."""
    with contextlib.suppress(OSError):
        process.kill()
    process.wait(10)
    LEDGER.processes.discard(process)


def end_below(folder: Path) -> None:
    """End every process that works below a folder."""
    for _ in range(5):
        pids = [pid for found in pids_by_folder(folder).values() for pid in found]
        if not pids:
            return
        for pid in pids:
            kill(pid)
        time.sleep(0.05)


def pids_by_folder(folder: Path) -> dict[Path, list[int]]:
    """Find every live process that works below a folder, by its working directory."""
    found: dict[Path, list[int]] = {}
    prefix = os.fspath(folder)
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            place = process.cwd().removesuffix(" (deleted)")
            if (place == prefix or place.startswith(prefix + os.sep)) and process.status() != psutil.STATUS_ZOMBIE:
                found.setdefault(Path(place), []).append(process.pid)
    return found


def twins(data_dir: Path) -> list[Path]:
    """Give the instance folders in which two processes work: the one thing that must never be."""
    return [place for place, pids in pids_by_folder(data_dir / "instances").items() if len(pids) > 1]


def kill(pid: int) -> None:
    """End a process at once; one that is gone is fine."""
    with contextlib.suppress(psutil.Error):
        psutil.Process(pid).kill()


def lives(pid: int) -> bool:
    """Tell whether a process runs; a zombie does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def descendants(pid: int) -> list[int]:
    """Give the processes below one."""
    try:
        return [child.pid for child in psutil.Process(pid).children(recursive=True)]
    except psutil.Error:
        return []


class TwinWatch(threading.Thread):
    """Looks again and again for two processes on one instance folder."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(daemon=True)
        self._data_dir = data_dir
        self._is_over = threading.Event()
        self.seen: set[Path] = set()

    def __enter__(self) -> TwinWatch:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self.join()

    def run(self) -> None:
        while not self._is_over.wait(0.03):
            self.seen.update(twins(self._data_dir))


# The real program


class Program:
    """`python -m gowa_desktop` on a data directory, spoken to through its own command socket.

    `prelude` is Python that runs before the program, such as one that moves its clock; `through` are the words of a command that
    starts it, such as one that takes rights away.
    """

    def __init__(self, data_dir: Path, *, prelude: str = "", has_window: bool = False, through: Sequence[str] = ()) -> None:
        self.data_dir = data_dir
        self.errors = data_dir.with_name(f"{data_dir.name}.stderr")
        self._through = list(through)
        self._prelude = prelude
        self._has_window = has_window
        self._process: subprocess.Popen[bytes] | None = None
        self.launched_s = 0.0

    def __enter__(self) -> Program:
        self.begin()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            end_process(self._process)

    @property
    def pid(self) -> int:
        """Its process."""
        return self.process.pid

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """Its process."""
        if self._process is None:
            raise NotRunHere("the program was not begun")
        return self._process

    def command(self) -> list[str]:
        """Give what is run."""
        words = ["--data-dir", os.fspath(self.data_dir), *([] if self._has_window else ["--no-window"])]
        if not self._prelude:
            return [*self._through, sys.executable, "-m", "gowa_desktop", *words]
        # As the program itself begins: a prelude that imports Qt in the usual way would cost it time and memory for every later import.
        first = "import sys\nfrom gowa_desktop.bare_imports import import_qt\nimport_qt()\n"
        code = f"{first}{self._prelude}\nfrom gowa_desktop.__main__ import main\nsys.exit(main(sys.argv[1:]))\n"
        return [*self._through, sys.executable, "-c", code, *words]

    def begin(self, *, is_waiting: bool = True) -> None:
        """Launch it."""
        self.launched_s = time.perf_counter()
        with self.errors.open("ab") as errors:
            self._process = launch(self.command(), errors)
        if is_waiting:
            self.ask(Verb.LIST)

    def ask(self, verb: str, **arguments: Json) -> Json:
        """Ask it to do something and wait for the outcome; a launch that is under way is waited for."""
        deadline = time.monotonic() + 30
        while True:
            try:
                with CommandClient.connect(self.data_dir) as client:
                    return client.ask(Request(verb, dict(arguments)), lambda _: None, 180.0)
            except NotRunningError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.005)

    def all(self, verb: str) -> list[JsonObject]:
        """Carry out a verb on all instances; the answer says of each whether it went well."""
        return cast("list[JsonObject]", self.ask(verb, names=[], all=True))

    def in_background(self, verb: str) -> threading.Thread:
        """Begin a verb on all instances and do not care for its outcome."""

        def work() -> None:
            with contextlib.suppress(GowaError):
                self.all(verb)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        return thread

    def create(self, name: str, port: int, tag: str = SIMULATOR, faults: str = "") -> int:
        """Create an instance; the answer is its id. Faults go through a file that the simulator reads at every start."""
        made = cast("JsonObject", self.ask(Verb.CREATE, name=name, gowa=tag, port=port, set=[]))
        instance_id = cast("int", made["id"])
        if faults:
            self.set_faults(instance_id, faults)
        return instance_id

    def create_fleet(self, count: int, tag: str = SIMULATOR, faults: str = "") -> None:
        """Create many instances."""
        for number, port in enumerate(free_ports(count)):
            self.create(f"fleet {number:03d}", port, tag, faults)

    def set_faults(self, instance_id: int, faults: str) -> None:
        """Say what the simulator is to do wrong from its next start on."""
        (self.folder(instance_id) / "sim-faults").write_text(faults)

    def folder(self, instance_id: int) -> Path:
        """Give the folder of an instance."""
        return self.data_dir / "instances" / str(instance_id)

    def instances(self) -> dict[str, JsonObject]:
        """Give what it says of every instance, by name."""
        return {str(one["name"]): one for one in cast("list[JsonObject]", self.ask(Verb.LIST))}

    def pids(self) -> dict[str, int]:
        """Give the processes that it says to run, by name of the instance."""
        return {name: cast("int", one["pid"]) for name, one in self.instances().items() if one["pid"] is not None}

    def states(self) -> dict[str, str]:
        """Give the states that it tells, by name."""
        return {name: str(one["status"]) for name, one in self.instances().items()}

    def wait(self, condition: Callable[[dict[str, JsonObject]], bool], timeout_s: float, pause_s: float = 0.02) -> float:
        """Wait until what it tells satisfies a condition; the answer is how long that took in seconds.

        Raises:
            TimeoutError: it never did.
        """
        begun = time.perf_counter()
        while not condition(told := self.instances()):
            if time.perf_counter() - begun > timeout_s:
                shown = ", ".join(f"{name}: {one['status']}" for name, one in list(told.items())[:4])
                raise TimeoutError(f"not within {timeout_s:.0f} s ({shown})")
            time.sleep(pause_s)
        return time.perf_counter() - begun

    def said(self) -> str:
        """Give what it has written to its terminal, in all its launches."""
        return self.errors.read_text(encoding="utf-8", errors="replace")

    def wait_to_say(self, words: str, timeout_s: float, after: int = 0) -> float:
        """Wait until it writes these words behind `after` characters; the answer is how long that took in seconds.

        Raises:
            TimeoutError: it never did.
        """
        begun = time.perf_counter()
        while words not in self.said()[after:]:
            if time.perf_counter() - begun > timeout_s:
                raise TimeoutError(f"“{words}” not said within {timeout_s:.0f} s")
            time.sleep(0.02)
        return time.perf_counter() - begun

    def kill(self) -> None:
        """End it as `kill -9` does."""
        end_process(self.process)

    def end(self) -> int:
        """Tell it to end; the answer is its exit code."""
        self.process.terminate()
        code = self.process.wait(30)
        LEDGER.processes.discard(self.process)
        return code


def launch(command: list[str], errors: int | IO[bytes] = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    """Start a program of ours and write it down."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPYCACHEPREFIX": os.fspath(LEDGER.bytecode())}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    process: subprocess.Popen[bytes] = subprocess.Popen(
        command,
        cwd=REPOSITORY,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=errors,
    )
    LEDGER.processes.add(process)
    return process


# Services in this process


@contextlib.contextmanager
def own_services(bench: Bench, tag: str = SIMULATOR, data_dir: Path | None = None) -> Iterator[Services]:
    """Build the services in this process, on the main thread, where single events can be timed."""
    with temporary_folder() as folder:
        where = data_dir or folder / "data"
        bench.install(where, tag)
        services = build(where)
        services.begin()
        try:
            yield services
        finally:
            services.close()
            end_below(where)
            pump(0.05)  # Qt notices that its children are gone before it forgets them


def create(services: Services, name: str, tag: str = SIMULATOR, faults: str = "") -> InstanceStatus:
    """Create an instance with a port of the table's own range."""
    config: JsonObject = {"env": {"GOWA_SIM_FAULTS": faults}} if faults else {}
    return services.instances.create(NewInstance(name=name, port=free_ports(1)[0], gowa_version=tag, config=config))


def pump(seconds: float) -> None:
    """Let events happen for a while."""
    deadline = time.perf_counter() + seconds
    _run_events(lambda: time.perf_counter() >= deadline)


def wait_until(condition: Callable[[], bool], timeout_s: float) -> None:
    """Let events happen until a condition holds.

    Raises:
        TimeoutError: it never did.
    """
    deadline = time.perf_counter() + timeout_s
    _run_events(lambda: condition() or time.perf_counter() > deadline)
    if not condition():
        raise TimeoutError(f"not within {timeout_s:.1f} s")


def _run_events(is_over: Callable[[], bool]) -> None:
    heartbeat = QTimer()  # so that there is always something to wake up for
    heartbeat.start(5)
    while not is_over():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


def finish(operation: Operation, timeout_s: float = 60.0) -> GowaError | None:
    """Wait for the outcome of an operation."""
    wait_until(lambda: operation.is_finished, timeout_s)
    return operation.error


def launch_spec(services: Services, instance_id: int) -> LaunchSpec:
    """Give what the program itself would start."""
    instance = next(one for one in services.instances.instances() if one.id == instance_id)
    installed = services.versions.resolve(instance.gowa_version)
    folder = services.instances.folder(instance_id)
    places = (folder, folder / "logs" / "bare.log")
    return ConfigParser().launch_spec(instance, GowaVersion(installed.tag), services.versions.command(installed), places, os.environ)


# Bare processes: the floor


def spawn(spec: LaunchSpec) -> subprocess.Popen[bytes]:
    """Start what a spec describes, with nothing around it."""
    with spec.log_file.open("ab") as log:
        process = subprocess.Popen(
            [spec.program, *spec.arguments],
            cwd=spec.working_directory,
            env=dict(spec.environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    LEDGER.processes.add(process)
    return process


def wait_for_answers(specs: Iterable[LaunchSpec], pause_s: float = 0.001) -> None:
    """Wait until each of these answers."""
    missing = list(specs)
    while missing:
        missing = [spec for spec in missing if not answers(spec.port, spec.ready_path)]
        if missing:
            time.sleep(pause_s)


def answers(port: int, path: str = "/health", timeout_s: float = 5.0) -> bool:
    """Tell whether anything answers, at the least cost."""
    with contextlib.suppress(OSError), socket.socket() as client:
        client.settimeout(timeout_s)
        client.connect(("127.0.0.1", port))
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        return client.recv(64).startswith(b"HTTP/1.")
    return False


def tell_simulator(port: int, path: str, body: str) -> None:
    """Use the control interface of a running simulator."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=body.encode(), method="POST")
    urllib.request.urlopen(request, timeout=5).close()


# Words


def number(value: object) -> int:
    """Take a number out of an answer.

    Raises:
        TimeoutError: there is none, because what it belongs to does not run.
    """
    if not isinstance(value, int):
        raise TimeoutError("it does not run")
    return value


def milliseconds(seconds: float) -> str:
    """Write a short time."""
    return f"{seconds * 1000:.0f} ms" if seconds < 10 else f"{seconds:.1f} s"


def median(values: Iterable[float]) -> float:
    """Give the middle one."""
    return statistics.median(values)
