from __future__ import annotations

import contextlib
import io
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from gowa_desktop import __main__ as program
from gowa_desktop import __version__
from gowa_desktop.cli import verbs
from gowa_desktop.cli.command_line import Mode, parse
from gowa_desktop.cli.command_output import NOTHING, duration, instance_lines, instance_table, size, version_table
from gowa_desktop.domain.errors import GowaError, NotFoundError, UsageError
from gowa_desktop.services.commands.command_protocol import (
    MAX_MESSAGE_BYTES,
    ExitCode,
    Request,
    chunks_of,
    decode_request,
    encode,
    encode_request,
    error_from_json,
    error_to_json,
    exit_code_for,
    failure,
    success,
)
from gowa_desktop.services.single_instance import socket_names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtCore import QCoreApplication

    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.services.commands.command_answer import Answer
    from gowa_desktop.services.commands.command_handlers import CommandHandlers

unix_only = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in program listens on a Unix socket")


# Grammar

LINK = "gowa-desktop://instance/AB12CD34"


def request_of(*words: str) -> tuple[str, JsonObject]:
    request = parse(words).request
    assert request is not None
    return request.verb, request.arguments


@pytest.mark.parametrize(
    ("words", "mode"),
    [
        ([], Mode.WINDOW),
        (["--minimized"], Mode.WINDOW),
        (["--no-window"], Mode.NO_WINDOW),
        (["--demo"], Mode.DEMO),
        (["--self-test", "--json", "--screenshot", "a.png"], Mode.SELF_TEST),
        (["--version"], Mode.VERSION),
        (["list"], Mode.COMMAND),
    ],
)
def test_parse_tells_what_the_program_is_to_be(words: list[str], mode: Mode) -> None:
    assert parse(words).mode is mode


def test_parse_self_test_options() -> None:
    invocation = parse(["--self-test", "--json", "--screenshot", "a.png"])

    assert invocation.as_json
    assert invocation.screenshot == Path("a.png").absolute()


@pytest.mark.parametrize(
    ("words", "verb", "arguments"),
    [
        (["list"], "list", {}),
        (["status", "shop"], "status", {"name": "shop"}),
        (["versions", "list"], "versions", {}),
        (["logs", "shop"], "logs", {"name": "shop", "count": None}),
        (["logs", "shop", "-n", "7"], "logs", {"name": "shop", "count": 7}),
        (["logs", "-n7", "shop"], "logs", {"name": "shop", "count": 7}),
        (["create", "shop"], "create", {"name": "shop", "gowa": None, "port": None, "set": [], "start": False}),
        (
            ["create", "shop", "--gowa", "v9.2.0", "--port", "8123", "--set", "debug=true", "--set", "webhooks=http://a", "--start"],
            "create",
            {"name": "shop", "gowa": "v9.2.0", "port": 8123, "set": ["debug=true", "webhooks=http://a"], "start": True},
        ),
        (["create", ""], "create", {"name": "", "gowa": None, "port": None, "set": [], "start": False}),
        (["create", "a", "--port", "-1"], "create", {"name": "a", "gowa": None, "port": -1, "set": [], "start": False}),
        (["start", "a", "b"], "start", {"names": ["a", "b"], "all": False}),
        (["stop", "--all"], "stop", {"names": [], "all": True}),
        (["restart", "a"], "restart", {"names": ["a"], "all": False}),
        (["kill", "a"], "kill", {"names": ["a"], "all": False}),
        (["kill", "--", "-a", "--all"], "kill", {"names": ["-a", "--all"], "all": False}),
        (["delete", "a", "--yes"], "delete", {"names": ["a"]}),
        (["reset-data", "--yes", "--", "--json"], "reset-data", {"names": ["--json"]}),
        (["config", "show", "a"], "config-show", {"name": "a", "reveal": False, "preview": False}),
        (["config", "show", "--reveal", "a"], "config-show", {"name": "a", "reveal": True, "preview": False}),
        (["config", "set", "a", "os=x y", "debug=1"], "config-set", {"name": "a", "set": ["os=x y", "debug=1"], "preview": False}),
        (["config", "reset", "a", "os", "--dry-run"], "config-reset", {"name": "a", "options": ["os"], "preview": True}),
        (
            ["config", "copy", "a", "b", "c", "--option", "os", "--with-secrets"],
            "config-copy",
            {"name": "a", "names": ["b", "c"], "options": ["os"], "with_secrets": True, "preview": False},
        ),
        (["config", "templates", "list"], "templates", {}),
        (
            ["config", "templates", "save", "a", "T", "--force"],
            "template-save",
            {"template": "T", "name": "a", "with_secrets": False, "force": True},
        ),
        (["config", "templates", "apply", "T", "a", "b"], "template-apply", {"template": "T", "names": ["a", "b"], "preview": False}),
        (["config", "templates", "rename", "T", "U"], "template-rename", {"template": "T", "to": "U"}),
        (["config", "templates", "remove", "T"], "template-remove", {"template": "T"}),
    ],
    ids=" ".join,
)
def test_parse_verbs(words: list[str], verb: str, arguments: JsonObject) -> None:
    assert request_of(*words) == (verb, arguments)


def test_parse_import_makes_the_path_absolute() -> None:
    assert request_of("versions", "import", "gowa.zip", "--tag", "v9.2.0") == (
        "import-version",
        {"file": str(Path("gowa.zip").absolute()), "tag": "v9.2.0"},
    )


def test_parse_config_files_are_absolute_and_an_import_is_a_preview_without_yes() -> None:
    path = str(Path("shop.env").absolute())
    assert request_of("config", "export", "a", "shop.env", "--format", "env", "--with-secrets") == (
        "config-export",
        {"name": "a", "file": path, "format": "env", "with_secrets": True, "force": False, "preview": False},
    )
    assert request_of("config", "import", "a", "shop.env") == ("config-import", {"name": "a", "file": path, "preview": True})
    assert request_of("config", "import", "a", "shop.env", "--yes")[1]["preview"] is False


@pytest.mark.parametrize(
    "words",
    [
        ["--data-dir", "/d", "--json", "start", "a", "b"],
        ["start", "--data-dir", "/d", "--json", "a", "b"],
        ["start", "a", "--data-dir=/d", "b", "--json"],
        ["start", "a", "b", "--json", "--data-dir", "/d"],
    ],
    ids=" ".join,
)
def test_parse_data_dir_and_json_count_anywhere(words: list[str]) -> None:
    invocation = parse(words)

    assert invocation.data_dir == Path("/d").absolute()
    assert invocation.as_json
    assert invocation.request is not None
    assert invocation.request.arguments["names"] == ["a", "b"]


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["start"],
        ["start", "a", "--all"],
        ["create"],
        ["create", "a", "--port", "abc"],
        ["create", "a", "--port"],
        ["create", "a", "b"],
        ["delete", "a"],
        ["reset-data", "a"],
        ["versions"],
        ["versions", "remove"],
        ["logs", "a", "-n", "many"],
        ["list", "--nonsense"],
        ["--no-window", "list"],
        ["--minimized", "list"],
        ["--minimized", "--no-window"],
        ["--demo", "--self-test"],
        ["--json"],
        ["--screenshot", "a.png"],
        ["--data-dir"],
        ["--data-dir", "", "list"],
    ],
    ids=" ".join,
)
def test_wrong_use_ends_with_2_and_one_line(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(words) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "Traceback" not in err


@pytest.mark.parametrize("verb", ["delete", "reset-data"])
def test_destructive_verb_without_yes_names_what_would_happen(verb: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse([verb, "shop"])

    assert "shop" in caught.value.message
    assert "--yes" in caught.value.next_step


def test_help_names_every_verb_and_ends_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["--help"]) == 0

    text = capsys.readouterr().out
    for verb in ("list", "status", "create", "start", "stop", "restart", "kill", "reset-data", "delete", "versions", "logs"):
        assert verb in text


# Protocol


def test_request_survives_the_way_whatever_its_text() -> None:
    request = Request("create", {"name": 'a"\n\u2028é😀\udcff', "port": 5, "set": ["x=y"]})

    line = encode_request(request)

    assert line.count(b"\n") == 1
    assert decode_request(line) == request


def test_request_that_is_too_long_is_wrong_use() -> None:
    with pytest.raises(UsageError):
        encode_request(Request("create", {"name": "x" * MAX_MESSAGE_BYTES}))


def test_error_survives_the_way() -> None:
    error = error_from_json(error_to_json(NotFoundError("Not there.", "Look.")))

    assert (error.code, error.message, error.next_step) == ("not_found", "Not there.", "Look.")
    assert exit_code_for(error) is ExitCode.FAILED


@pytest.mark.parametrize("value", [None, 5, [], {}, {"message": None}])
def test_error_of_garbage_is_still_a_sentence(value: Json) -> None:
    assert error_from_json(value).message


def test_chunks_keep_order_and_fit_in_a_message() -> None:
    lines = [f"{n} {'€' * 3000}" for n in range(300)]

    chunks = list(chunks_of(lines))

    assert [line for chunk in chunks for line in chunk] == lines
    assert len(chunks) > 1
    assert all(len(encode({"lines": chunk})) < MAX_MESSAGE_BYTES for chunk in chunks)


def test_chunks_of_a_monstrous_line_of_emoji_fit_in_a_message() -> None:
    (chunk,) = chunks_of(["😀" * MAX_MESSAGE_BYTES])

    assert len(encode({"lines": chunk})) < MAX_MESSAGE_BYTES


# What people see


def instance(**changes: Json) -> JsonObject:
    one: JsonObject = {
        "id": 1,
        "key": "ABCD1234",
        "name": "shop",
        "port": 8001,
        "status": "running",
        "desired": "running",
        "gowa_version": "latest",
        "resolved_version": "v9.2.0",
        "host": "127.0.0.1",
        "base_url": "http://127.0.0.1:8001",
        "pid": 4711,
        "uptime_s": 7440.9,
        "cpu_percent": 1.2,
        "memory_bytes": 38_000_000,
        "disk_bytes": 210_400_000,
        "error_message": None,
        "created_at": "2026-01-02T03:04:05+00:00",
        "updated_at": "2026-01-02T03:04:05+00:00",
        "is_simulated": False,
    }
    return one | changes


def test_instance_table_is_aligned_and_has_a_dash_for_nothing() -> None:
    off: dict[str, Json] = {"uptime_s": None, "cpu_percent": None, "memory_bytes": None, "resolved_version": None}
    table = instance_table([instance(), instance(name="店", port=None, status="backoff", **off)])

    assert table.splitlines() == [
        "Name  State     Port  Version            Uptime    CPU   Memory",
        "shop  Running   8001  latest (v9.2.0)  2 h 04 m  1.2 %  38.0 MB",
        f"店    Retrying     {NOTHING}  latest                  {NOTHING}      {NOTHING}        {NOTHING}",
    ]


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"is_unresponsive": True}, "Running, not answering"),
        ({"is_unresponsive": False}, "Running"),
        ({"status": "stopping", "is_unresponsive": True}, "Stopping"),
        ({"status": "backoff", "retry_in_s": 7.2}, "Retry in 8 s"),
        ({"status": "backoff", "retry_in_s": 0}, "Retrying"),
        ({"status": "failed", "retry_in_s": 800}, "Failed"),
    ],
)
def test_state_says_what_is_true_now(changes: dict[str, Json], state: str) -> None:
    assert instance_table([instance(**changes)]).splitlines()[1].split("  ")[1].strip() == state
    assert instance_lines(instance(**changes)).splitlines()[1].split(None, 1) == ["State", state]


def test_instance_table_when_empty_says_what_to_do() -> None:
    assert "gowa-desktop create" in instance_table([])


def test_instance_lines_show_the_error_only_when_there_is_one() -> None:
    assert "Error" not in instance_lines(instance())
    assert instance_lines(instance(error_message="It ended.")).splitlines()[-1].split(None, 1) == ["Error", "It ended."]


def test_version_table_without_a_real_version_says_what_to_do() -> None:
    simulator: JsonObject = {
        "tag": "simulator", "path": "x", "size_bytes": 0, "source": "built in", "installed_at": None, "is_simulator": True,
        "is_verified": None, "used_by": [],
    }  # fmt: skip
    real = simulator | {"tag": "v9.2.0", "size_bytes": 17_000_000, "is_simulator": False}

    assert "versions import" in version_table([])
    assert "versions import" in version_table([simulator])
    assert "versions import" not in version_table([real, simulator])


@pytest.mark.parametrize(
    ("seconds", "text"), [(None, NOTHING), (0, "0 s"), (59.9, "59 s"), (61, "1 m 01 s"), (7440, "2 h 04 m"), (90_000, "1 d 01 h")]
)
def test_duration(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"), [(None, NOTHING), (0, "0 B"), (999, "999 B"), (38_400_000, "38.4 MB"), (210_400_000, "210 MB"), (5e12, "5000 GB")]
)
def test_size(count: float | None, text: str) -> None:
    assert size(count) == text


# The client, against a stand-in program


class StandIn:
    """Listens where the program would, answers one request with given messages and hangs up."""

    def __init__(self, data_dir: Path, *messages: JsonObject) -> None:
        self._messages = messages
        self._listener = socket.socket(socket.AF_UNIX)
        path = Path(next(socket_names(data_dir)))
        path.parent.mkdir(mode=0o700, exist_ok=True)
        self._listener.bind(str(path))
        self._listener.listen()
        self.asked: list[JsonObject] = []
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> StandIn:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection, connection.makefile("rb") as lines:
            self.asked.append(json.loads(lines.readline()))
            for message in self._messages:
                connection.sendall(encode(message))


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: QCoreApplication) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="g") as runtime_dir:  # short, for socket paths are
        monkeypatch.setenv("XDG_RUNTIME_DIR", runtime_dir)
        yield tmp_path


def main_on(data_dir: Path, *words: str) -> int:
    return program.main([f"--data-dir={data_dir}", *words])


@unix_only
def test_verb_prints_progress_and_ends_with_0(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with StandIn(data_dir, {"progress": "shop is running."}, success([{"name": "shop", "ok": True}])) as stand_in:
        assert main_on(data_dir, "start", "shop") == 0

    assert capsys.readouterr() == ("shop is running.\n", "")
    assert stand_in.asked == [{"v": 1, "verb": "start", "args": {"names": ["shop"], "all": False}}]


@unix_only
def test_failures_of_several_are_a_sentence_each_and_end_with_1(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results: list[Json] = [
        {"name": "a", "ok": True},
        {"name": "b", "ok": False, "error": error_to_json(GowaError("Port 1 is taken.", "Choose another."))},
        {"name": "c", "ok": False, "error": error_to_json(NotFoundError("There is none."))},
    ]
    with StandIn(data_dir, success(results)):
        assert main_on(data_dir, "start", "a", "b", "c") == 1

    assert capsys.readouterr().err == "b: Port 1 is taken. Choose another.\nc: There is none.\n"


@unix_only
def test_fault_of_the_program_is_its_sentence(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with StandIn(data_dir, failure(NotFoundError("There is no instance named “x”.", "Look."))):
        assert main_on(data_dir, "status", "x") == 1

    assert capsys.readouterr() == ("", "There is no instance named “x”. Look.\n")


@unix_only
def test_program_that_ends_meanwhile_is_told(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with StandIn(data_dir, {"progress": "Working."}):
        assert main_on(data_dir, "start", "shop") == 1

    assert "ended before it answered" in capsys.readouterr().err


@unix_only
@pytest.mark.parametrize("final", [[], {"ok": "maybe"}])
def test_program_that_answers_nonsense_is_told(data_dir: Path, capsys: pytest.CaptureFixture[str], final: Json) -> None:
    with StandIn(data_dir, cast("JsonObject", final)):
        assert main_on(data_dir, "start", "shop") == 1

    assert capsys.readouterr().err.count("\n") == 1


@unix_only
def test_list_as_json_is_ascii_and_nothing_else(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with StandIn(data_dir, {"progress": "Hm."}, success([instance(name="café")])):
        assert main_on(data_dir, "list", "--json") == 0

    text = capsys.readouterr().out
    assert text.isascii()
    assert json.loads(text)[0]["name"] == "café"


@unix_only
def test_logs_are_printed_in_order(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with StandIn(data_dir, {"lines": ["1", "2"]}, {"lines": ["3"]}, success(None)):
        assert main_on(data_dir, "logs", "shop") == 0

    assert capsys.readouterr().out == "1\n2\n3\n"


@unix_only
def test_logs_of_nothing_say_what_to_do(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with StandIn(data_dir, success(None)):
        assert main_on(data_dir, "logs", "shop") == 0

    assert "gowa-desktop start shop" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [["create", "a"], ["start", "a"], ["stop", "--all"], ["delete", "a", "--yes"], ["versions", "import", "x.zip"]],
    ids=" ".join,
)
def test_changing_verb_without_a_program_ends_with_3(data_dir: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main_on(data_dir, *words) == 3

    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "not running" in err


def test_reading_verb_in_a_missing_folder_ends_with_1(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main_on(data_dir / "missing", "list") == 1

    assert "--data-dir" in capsys.readouterr().err
    assert not (data_dir / "missing").exists()


def test_reading_verb_without_a_program_uses_the_reader(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    class Handlers:
        def handle(self, _request: Request, answer: Answer) -> None:
            answer.succeed([instance()])

    @contextlib.contextmanager
    def open_reader(_data_dir: Path) -> Iterator[CommandHandlers]:
        yield cast("CommandHandlers", Handlers())

    assert verbs.run(Request("list", {}), data_dir, open_reader) == 0

    assert "shop" in capsys.readouterr().out


# The last line of defence


def test_unforeseen_fault_is_a_sentence_and_its_details_are_in_the_log(
    data_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verbs, "run", _raise(RuntimeError("the roof fell in\nmore")))

    assert main_on(data_dir, "list") == 1

    err = capsys.readouterr().err
    log = data_dir / "gowa-desktop.log"
    assert err == f"Something went wrong inside GOWA Desktop: the roof fell in. The details are in {log}.\n"
    assert "Traceback" in log.read_text(encoding="utf-8")
    assert sys.platform == "win32" or log.stat().st_mode & 0o077 == 0


def test_unforeseen_fault_in_verbose_mode_shows_its_details(
    data_dir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verbs, "run", _raise(RuntimeError("the roof fell in")))

    assert main_on(data_dir, "list", "--verbose") == 1

    assert "Traceback" in capsys.readouterr().err


def test_ctrl_c_ends_with_130(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verbs, "run", _raise(KeyboardInterrupt()))

    assert main_on(data_dir, "list") == 130


def test_windowless_program_without_streams_does_not_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)

    assert program.main(["--version"]) == 0
    assert program.main(["nonsense"]) == 2

    sys.stdout.close()
    sys.stderr.close()


def test_text_that_the_locale_cannot_show_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(raw, encoding="ascii"))

    assert program.main(["café\N{EN DASH}😀"]) == 2

    assert b"caf\\xe9\\u2013" in raw.getvalue()


def test_version_and_help_import_no_qt() -> None:
    code = "import sys; from gowa_desktop.__main__ import main; main(sys.argv[1:]); assert not any('PySide6' in m for m in sys.modules)"
    for word in ("--version", "--help"):
        outcome = subprocess.run([sys.executable, "-c", code, word], capture_output=True, text=True, check=False)
        assert outcome.returncode == 0, outcome.stderr
    assert __version__ in subprocess.run(
        [sys.executable, "-m", "gowa_desktop", "--version"], capture_output=True, text=True, check=True
    ).stdout  # fmt: skip


@unix_only
@pytest.mark.parametrize("words", [["--help"], ["--version"], ["list", "--data-dir"]], ids=" ".join)
def test_reader_that_hangs_up_is_no_fault(words: list[str], tmp_path: Path) -> None:
    # Held back until the end, as Python does by itself with a pipe.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    command = [sys.executable, "-m", "gowa_desktop", *words, *([str(tmp_path)] if words[-1] == "--data-dir" else [])]
    reading, writing = os.pipe()
    os.close(reading)
    outcome = subprocess.run(command, env=environment, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)

    assert outcome.stderr == ""
    assert outcome.returncode == ExitCode.FAILED


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("words", [["--help"], ["--version"]], ids=" ".join)
def test_output_onto_a_full_disk_is_told_in_words(words: list[str]) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "gowa_desktop", *words]
        outcome = subprocess.run(command, env=environment, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert outcome.returncode == ExitCode.FAILED
    assert "No space left on device" in outcome.stderr
    assert "Traceback" not in outcome.stderr


def _raise(error: BaseException) -> Callable[..., int]:
    def run(*_: object, **__: object) -> int:
        raise error

    return run


@pytest.mark.parametrize("wish", ["start-all", "stop-all"])
def test_parse_wish_of_the_menu_is_for_the_window(wish: str) -> None:
    assert (parse(["--then", wish]).mode, parse(["--then", wish]).then) == (Mode.WINDOW, wish)
    with pytest.raises(UsageError, match="--then goes with the window"):
        parse(["--no-window", "--then", wish])


def test_parse_link_opens_the_window_and_does_nothing_else() -> None:
    invocation = parse([LINK])
    assert (invocation.mode, invocation.request, invocation.then, invocation.link) == (Mode.WINDOW, None, None, LINK)


def test_parse_link_after_the_data_folder(tmp_path: Path) -> None:
    for words in (["--data-dir", str(tmp_path), LINK], [f"--data-dir={tmp_path}", LINK]):
        invocation = parse(words)
        assert (invocation.mode, invocation.data_dir, invocation.link) == (Mode.WINDOW, tmp_path, LINK)


def test_parse_malformed_link_is_left_to_the_window_which_says_so() -> None:
    assert parse(["gowa-desktop:nonsense"]).link == "gowa-desktop:nonsense"
    assert len(parse(["GOWA-Desktop://" + 5_000 * "x"]).link) == 201


@pytest.mark.parametrize(
    "words", [[LINK, "delete"], [LINK, "--data-dir", "x"], ["--then", "stop-all", LINK], ["--no-window", LINK], [LINK, LINK], ["--", LINK]]
)
def test_parse_link_brings_no_other_word_along(words: list[str]) -> None:
    with pytest.raises(UsageError):
        parse(words)
