"""The real program and its command line, as a person or a script meets them; GOWA is the simulator."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import psutil
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ends programs with the signals of Unix")

Outcome = subprocess.CompletedProcess[str]


def gowa_desktop(data_dir: Path, *words: str, environment: dict[str, str] | None = None) -> Outcome:
    """Run the command line to its end."""
    return subprocess.run(
        [sys.executable, "-m", "gowa_desktop", "--data-dir", str(data_dir), *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        env=os.environ | (environment or {}),
        check=False,
    )


def free_port() -> int:
    """Give a port that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Program:
    """The program without a window; ends with the test, and with it every process in its data directory."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self._process: subprocess.Popen[bytes] | None = None
        self._created: list[str] = []
        self.begin()

    def begin(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gowa_desktop", "--no-window", "--data-dir", str(self.data_dir)], stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 30
        # That nothing can be deleted is answered only when the services are ready.
        while gowa_desktop(self.data_dir, "delete", "no-such-one", "--yes").returncode != 1:
            assert self._process.poll() is None
            assert time.monotonic() < deadline

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        if self._process is None:
            return 0
        self._process.send_signal(number)
        code = self._process.wait(30)
        self._process = None
        return code

    def wait(self) -> int:
        """Wait until it has ended by itself."""
        code = self._process.wait(30) if self._process is not None else 0
        self._process = None
        return code

    def __call__(self, *words: str) -> Outcome:
        return gowa_desktop(self.data_dir, *words)

    def create(self, name: str, *words: str) -> Outcome:
        """Create an instance of the simulator, on a port that no program beside this one is going to choose by itself."""
        self._created.append(name)
        return self("create", name, "--gowa", "simulator", "--port", str(free_port()), *words)

    def delete_created(self) -> None:
        while self._created:
            self("delete", self._created.pop(), "--yes")

    def instances(self) -> dict[str, dict[str, object]]:
        return {one["name"]: one for one in json.loads(self("list", "--json").stdout)}

    def clean_up(self) -> None:
        self.end()
        for process in psutil.process_iter():
            try:
                if process.cwd().startswith(str(self.data_dir)):
                    process.kill()
                    process.wait(10)
            except (psutil.Error, OSError):
                continue


@pytest.fixture(scope="module")
def shared_program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    running = Program(tmp_path_factory.mktemp("shared") / "data")
    yield running
    running.clean_up()


@pytest.fixture
def program(shared_program: Program) -> Iterator[Program]:
    """One program for many tests; without instances when each begins."""
    yield shared_program
    shared_program.delete_created()


@pytest.fixture
def own_program(tmp_path: Path) -> Iterator[Program]:
    """A program of the test's own."""
    running = Program(tmp_path / "data")
    yield running
    running.clean_up()


def assert_one_sentence(outcome: Outcome, code: int) -> None:
    assert outcome.returncode == code, outcome.stderr
    assert outcome.stdout == ""
    assert outcome.stderr.count("\n") == 1
    assert "Traceback" not in outcome.stderr
    assert outcome.stderr.rstrip().endswith((".", "NAME"))


def test_settings_are_shown_set_copied_and_go_through_a_file(program: Program, tmp_path: Path) -> None:
    program.create("shop", "--set", "basicAuth=me:hunter2hunter2")
    program.create("other")
    assert program("config", "set", "shop", "debug=true", "os=A #b").returncode == 0
    asked = subprocess.run(
        [sys.executable, "-m", "gowa_desktop", "--data-dir", str(program.data_dir), "config", "set", "shop", "webhookSecret"],
        input="of-my-own-choice\n", capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert asked.returncode == 0, asked.stderr
    shown = program("config", "show", "shop")
    assert "A #b" in shown.stdout
    assert "hunter2" not in shown.stdout
    assert "of-my-own-choice" in program("config", "show", "shop", "--reveal").stdout

    path = tmp_path / "shop.env"
    assert program("config", "export", "shop", str(path), "--with-secrets").returncode == 0
    assert "APP_OS='A #b'\n" in path.read_text()
    preview = program("config", "import", "other", str(path))
    assert preview.stdout.endswith("Nothing was changed.\n")
    assert "hunter2" not in preview.stdout
    assert program("config", "import", "other", str(path), "--yes").returncode == 0
    revealed = [json.loads(program("config", "show", name, "--reveal", "--json").stdout) for name in ("shop", "other")]
    changed = [{one["key"]: one["raw"] for one in rows if one["is_changed"]} for rows in revealed]
    assert changed[0] == changed[1]

    assert program("config", "templates", "save", "shop", "Base").returncode == 0
    assert program("config", "reset", "other", "debug").returncode == 0
    assert program("config", "templates", "apply", "base", "other").returncode == 0
    assert "Base" in program("config", "templates", "list").stdout
    assert "Did you mean debug?" in program("config", "set", "shop", "debgu=true").stderr
    assert_one_sentence(program("config", "copy", "shop", "nobody"), 1)
    assert program("config", "templates", "remove", "Base").returncode == 0


def test_settings_and_templates_can_be_read_while_nothing_runs(own_program: Program) -> None:
    own_program.create("shop", "--set", "debug=true")
    own_program("config", "templates", "save", "shop", "Base")
    own_program.end()
    shown = {one["key"]: one for one in json.loads(own_program("config", "show", "shop", "--json").stdout)}
    assert (shown["debug"]["value"], shown["debug"]["is_changed"]) == ("on", True)
    assert "Base" in own_program("config", "templates", "list").stdout
    assert own_program("config", "set", "shop", "debug=false").returncode == 3


def test_life_of_an_instance(program: Program) -> None:
    created = program.create("shop", "--set", "debug=true", "--start")
    assert created.returncode == 0, created.stderr
    one = program.instances()["shop"]
    assert one["status"] == "running"
    assert one["desired"] == "running"
    assert created.stdout == f"Created shop on port {one['port']}.\nshop is running on {one['base_url']}.\n"
    assert isinstance(one["pid"], int)
    assert {"id", "key", "gowa_version", "uptime_s", "cpu_percent", "memory_bytes", "error_message"} <= one.keys()

    assert "Running" in program("list").stdout
    assert json.loads(program("status", "SHOP", "--json").stdout)["key"] == one["key"]
    assert str(one["key"]) in program("status", str(one["key"])).stdout
    assert program("logs", "shop", "-n", "2").stdout.count("\n") == 2

    assert program("restart", "shop").returncode == 0
    assert program.instances()["shop"]["pid"] != one["pid"]
    stopped = program("stop", "shop")
    assert (stopped.returncode, stopped.stdout) == (0, "shop is stopped.\n")
    assert program.instances()["shop"]["pid"] is None
    assert program("start", "shop").returncode == 0
    assert program("kill", "shop").returncode == 0
    assert program.instances()["shop"]["status"] == "stopped"
    assert program("reset-data", "shop", "--yes").returncode == 0
    assert program("delete", "shop", "--yes").returncode == 0
    assert "shop" not in program.instances()


def test_start_of_several_with_an_unknown_one_starts_the_others(program: Program) -> None:
    for name in ("one", "two"):
        assert program.create(name).returncode == 0

    outcome = program("start", "one", "ghost", "two")

    assert outcome.returncode == 1
    assert outcome.stderr.startswith("ghost: ")
    assert outcome.stderr.count("\n") == 1
    assert {program.instances()[name]["status"] for name in ("one", "two")} == {"running"}
    assert program("stop", "--all").returncode == 0


def test_start_all_without_instances_says_so(program: Program) -> None:
    outcome = program("start", "--all")

    assert outcome.returncode == 0
    assert "no instances" in outcome.stdout


@pytest.mark.parametrize(
    "words",
    [
        ["create", ""],
        ["create", "   "],
        ["create", "x" * 300],
        ["create", "shop😀"],
        ["create", "it's"],
        ["create", 'say "hi"'],
        ["create", "../../etc"],
        ["create", "a/b"],
        ["create", "a\\b"],
        ["create", "line\nbreak"],
        ["create", "--", "-dash"],
        ["create", "p", "--port", "80"],
        ["create", "p", "--port", "0"],
        ["create", "p", "--port", "-1"],
        ["create", "p", "--port", "65536"],
        ["create", "p", "--port", "99999999999"],
        ["create", "v", "--gowa", "v99.0.0"],
        ["create", "v", "--gowa", "nonsense"],
        ["create", "o", "--set", "nonsense=1"],
        ["create", "o", "--set", "debug"],
        ["create", "o", "--set", "debug=perhaps"],
        ["create", "o", "--set", "basicAuth=nocolon"],
        ["create", "o", "--set", "webhooks=ftp://x"],
        ["status", "ghost"],
        ["logs", "ghost"],
        ["versions", "import", "/nowhere/gowa.zip"],
        ["versions", "import", "/"],
    ],
    ids=lambda words: " ".join(words)[:40].encode("ascii", "backslashreplace").decode(),
)
def test_bad_input_is_one_sentence_and_changes_nothing(program: Program, words: list[str]) -> None:
    assert_one_sentence(program(*words), 1)

    assert program.instances() == {}


def test_name_and_port_that_are_taken_are_refused(program: Program) -> None:
    assert program.create("shop").returncode == 0
    port = str(program.instances()["shop"]["port"])
    with closing(socket.socket()) as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()

        assert_one_sentence(program("create", "Shop", "--gowa", "simulator"), 1)
        assert_one_sentence(program("create", "other", "--gowa", "simulator", "--port", port), 1)
        assert_one_sentence(program("create", "other", "--gowa", "simulator", "--port", str(stranger.getsockname()[1])), 1)


def test_broken_zip_is_refused(program: Program, tmp_path: Path) -> None:
    broken = tmp_path / "whatsapp_9.2.0_linux_amd64.zip"
    broken.write_bytes(b"PK\x03\x04 and no more")

    assert_one_sentence(program("versions", "import", str(broken)), 1)


def test_secrets_are_never_printed(program: Program) -> None:
    words = ["--set", "basicAuth=admin:geheim-1", "--set", "webhookSecret=geheim-2"]
    told = [program.create("safe", *words, "--start")]
    told += [program("list", "--json"), program("status", "safe"), program("logs", "safe", "-n", "1000")]
    told += [program("delete", "safe", "--yes")]

    assert [outcome.returncode for outcome in told] == [0] * 5
    assert "geheim" not in "".join(outcome.stdout + outcome.stderr for outcome in told)


def test_output_in_a_c_locale_is_free_of_remarks(program: Program) -> None:
    environment = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}

    outcome = gowa_desktop(program.data_dir, "status", "café", environment=environment)

    assert_one_sentence(outcome, 1)
    assert outcome.stderr.isascii()


def test_second_program_on_the_folder_is_refused_and_another_folder_is_free(program: Program, tmp_path: Path) -> None:
    refused = gowa_desktop(program.data_dir, "--no-window")
    assert_one_sentence(refused, 1)
    assert "already running" in refused.stderr

    beside = Program(tmp_path / "beside")
    try:
        assert beside.instances() == {}
        assert program("list").returncode == 0
    finally:
        beside.clean_up()


def test_program_told_to_end_leaves_instances_running_and_finds_them_again(own_program: Program) -> None:
    assert own_program.create("shop", "--start").returncode == 0
    pid = own_program.instances()["shop"]["pid"]

    assert own_program.end() == 0

    # Reading goes on without it; what changes something does not.
    offline = own_program.instances()["shop"]
    assert (offline["status"], offline["pid"]) == ("running", pid)
    assert "shop" in own_program("status", "shop").stdout
    assert own_program("logs", "shop", "-n", "1").stdout
    assert "simulator" in own_program("versions", "list").stdout
    assert_one_sentence(own_program("status", "ghost"), 1)
    assert_one_sentence(own_program("stop", "shop"), 3)

    own_program.begin()
    assert own_program.instances()["shop"]["pid"] == pid


def test_program_after_kill_9_starts_again_and_finds_its_instance(own_program: Program) -> None:
    assert own_program.create("shop", "--start").returncode == 0
    pid = own_program.instances()["shop"]["pid"]

    own_program.end(signal.SIGKILL)

    assert_one_sentence(own_program("stop", "shop"), 3)
    own_program.begin()
    assert own_program.instances()["shop"]["pid"] == pid
    assert own_program("stop", "shop").returncode == 0
    assert isinstance(pid, int)
    assert not _lives(pid)


def test_stored_settings_that_are_broken_are_told_and_harm_no_other(own_program: Program) -> None:
    for name in ("good", "bad"):
        assert own_program.create(name).returncode == 0
    own_program.end()
    with closing(sqlite3.connect(own_program.data_dir / "gowa.db")) as database:
        database.execute("UPDATE instances SET config = '{broken' WHERE name = 'bad'")
        database.commit()
    own_program.begin()

    outcome = own_program("start", "--all")

    assert outcome.returncode == 1
    assert outcome.stderr.startswith("bad: ")
    assert outcome.stderr.count("\n") == 1
    assert own_program.instances()["good"]["status"] == "running"
    assert "Error" in own_program("status", "bad").stdout


@pytest.mark.parametrize(
    ("words", "fault"), [(["list"], "damaged"), (["list"], "newer"), (["list"], "file"), (["--no-window"], "newer"), (["--no-window"], "file")]
)
def test_folder_that_cannot_be_used_is_one_sentence(tmp_path: Path, words: list[str], fault: str) -> None:
    data_dir = tmp_path / "data"
    if fault == "file":
        data_dir.touch()
    else:
        data_dir.mkdir()
        _spoil(data_dir / "gowa.db", fault)

    assert_one_sentence(gowa_desktop(data_dir, *words), 1)


@pytest.mark.skipif(sys.platform != "linux", reason="needs a folder in which nobody may write")
def test_folder_that_nobody_can_write_is_told_once_and_waited_for() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "gowa_desktop", "--data-dir", "/proc/sys", "--no-window"], stderr=subprocess.PIPE, text=True
    ) as program:
        assert program.stderr is not None
        said = program.stderr.readline()
        program.terminate()
        rest = program.stderr.read()

    assert said.startswith("The data folder /proc/sys cannot be written: ")
    assert "only shown" in said
    assert (program.returncode, rest) == (0, "")


def test_missing_folder_is_one_sentence_for_a_reading_verb(tmp_path: Path) -> None:
    assert_one_sentence(gowa_desktop(tmp_path / "missing", "list"), 1)


def test_command_line_imports_no_graphics(own_program: Program) -> None:
    code = (
        "import sys; from gowa_desktop.__main__ import main; code = main(sys.argv[1:]);"
        "bad = [m for m in sys.modules if 'QtGui' in m or 'QtWidgets' in m or m.startswith('gowa_desktop.ui')];"
        "sys.exit(f'imported {bad}' if bad else code)"
    )
    for is_running in (True, False):
        if not is_running:
            own_program.end()
        outcome = subprocess.run(
            [sys.executable, "-c", code, "--data-dir", str(own_program.data_dir), "list"], capture_output=True, text=True, check=False
        )
        assert outcome.returncode == 0, outcome.stderr


def _lives(pid: int) -> bool:
    # An orphan that has ended stays visible until the first process of a container takes notice.
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _spoil(database: Path, fault: str) -> None:
    if fault == "damaged":
        database.write_bytes(b"this is no database " * 100)
        return
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA user_version = 9999")
        connection.execute("CREATE TABLE later (id INTEGER)")
        connection.commit()


def test_quit_leaves_instances_running_and_says_when_nothing_runs(own_program: Program) -> None:
    own_program.create("shop", "--start")
    pid = own_program.instances()["shop"]["pid"]
    assert own_program("quit").returncode == 0
    assert own_program.wait() == 0
    assert isinstance(pid, int)
    assert psutil.Process(pid).is_running()
    assert_one_sentence(own_program("quit"), 3)
    own_program.begin()
    assert own_program.instances()["shop"]["pid"] == pid


def test_quit_ends_the_window_without_asking_back(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "gowa_desktop", "--data-dir", str(data_dir)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as window:
        try:
            deadline = time.monotonic() + 30
            while gowa_desktop(data_dir, "delete", "no-such-one", "--yes").returncode != 1:
                assert window.poll() is None
                assert time.monotonic() < deadline
            created = gowa_desktop(data_dir, "create", "shop", "--gowa", "simulator", "--port", str(free_port()), "--start")
            assert created.returncode == 0, created.stderr
            assert gowa_desktop(data_dir, "quit").returncode == 0
            assert window.wait(30) == 0
            assert [one["name"] for one in json.loads(gowa_desktop(data_dir, "list", "--json").stdout)] == ["shop"]
        finally:
            window.kill()
            gowa_desktop(data_dir, "quit", "--stop-instances")


@pytest.mark.parametrize("is_program_running", [True, False])
def test_quit_with_instances_ends_all_and_the_next_run_brings_them_back(own_program: Program, is_program_running: bool) -> None:
    own_program.create("shop", "--start")
    own_program.create("idle")
    pid = own_program.instances()["shop"]["pid"]
    if not is_program_running:
        own_program.end()
    assert own_program("quit", "--stop-instances").returncode == 0
    assert own_program.wait() == 0
    assert isinstance(pid, int)
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    assert own_program("quit", "--stop-instances").returncode == 0

    own_program.begin()
    deadline = time.monotonic() + 30
    while own_program.instances()["shop"]["status"] != "running":
        assert time.monotonic() < deadline
    assert own_program.instances()["idle"]["status"] == "stopped"
