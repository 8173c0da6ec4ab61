"""The verbs on versions: how they are written, how their answers read, and how progress looks on a terminal and elsewhere."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.cli.command_line import Mode, parse
from gowa_desktop.cli.command_output import progress_text, release_table, version_table
from gowa_desktop.cli.command_progress import ProgressPrinter
from gowa_desktop.domain.errors import UsageError

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import Json, JsonObject


@pytest.mark.parametrize(
    ("words", "verb", "arguments"),
    [
        (["list"], "versions", {}),
        (["available"], "available-versions", {"pre": False}),
        (["available", "--pre"], "available-versions", {"pre": True}),
        (["available", "--refresh"], "refresh-versions", {"pre": False}),
        (["available", "--refresh", "--pre", "--json"], "refresh-versions", {"pre": True}),
        (["install", "v9.2.0"], "install-version", {"tag": "v9.2.0"}),
        (["install", "latest"], "install-version", {"tag": "latest"}),
        (["remove", "v9.2.0"], "remove-version", {"tag": "v9.2.0"}),
        (["clean"], "clean-versions", {"keep": None}),
        (["clean", "--keep", "1"], "clean-versions", {"keep": 1}),
    ],
)
def test_verbs_on_versions_are_read(words: list[str], verb: str, arguments: JsonObject) -> None:
    invocation = parse(["versions", *words])

    assert invocation.mode is Mode.COMMAND
    assert invocation.request is not None
    assert (invocation.request.verb, invocation.request.arguments) == (verb, arguments)


@pytest.mark.parametrize("words", [[], ["install"], ["remove"], ["clean", "--keep", "x"], ["clean", "v9.2.0"], ["available", "x"], ["update"]])
def test_wrong_use_of_versions_is_refused(words: list[str]) -> None:
    with pytest.raises(UsageError):
        parse(["versions", *words])


def release(tag: str, **changes: Json) -> JsonObject:
    return {
        "tag": tag, "name": tag, "published_at": "2026-08-22T10:00:00+00:00", "is_prerelease": False, "size_bytes": 31_000_000,
        "is_installed": False, **changes,
    }  # fmt: skip


def test_release_table_shows_what_matters_before_an_installation() -> None:
    releases: list[Json] = [
        release("v9.3.0-rc.1", is_prerelease=True, size_bytes=None, published_at=None),
        release("v9.2.0", is_installed=True),
    ]

    lines = release_table({"checked_at": "2026-09-01T00:00:00+00:00", "releases": releases}).splitlines()

    assert lines[1].split("  ")[0] == "v9.3.0-rc.1"
    assert lines[1].endswith("pre-release, no file for this computer")
    assert "31.0 MB  installed" in lines[2]
    assert lines[-1].startswith("As of 2026-")


def test_release_table_without_a_release_says_how_to_ask() -> None:
    assert "versions available --refresh" in release_table({"checked_at": None, "releases": []})


def test_version_table_shows_checksum_and_users() -> None:
    version: JsonObject = {
        "tag": "v9.2.0", "path": "x", "size_bytes": 46_000_000, "source": "x.zip", "installed_at": None, "is_simulator": False,
        "is_verified": True, "used_by": ["a", "b", "c", "d", "e"],
    }  # fmt: skip

    rows = version_table([version, version | {"is_verified": False, "used_by": []}]).splitlines()

    assert "equal" in rows[1]
    assert "a, b, c and 2 more" in rows[1]
    assert "none" in rows[2]


def progress(step: str = "Downloading", done: int = 0, total: int | None = 100, **changes: Json) -> JsonObject:
    return {"step": step, "done": done, "total": total, "unit": "bytes", "speed_bps": None, "eta_s": None, **changes}


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (progress(done=12_000_000, total=31_000_000, speed_bps=5e6, eta_s=3.2), "Downloading, 12.0 MB of 31.0 MB, 5.0 MB/s, 4 s left"),
        (progress(done=12_000_000, total=None), "Downloading, 12.0 MB"),
        (progress("Looking up the release", 0, None, unit="steps"), "Looking up the release"),
        (progress("Updating", 2, 5, unit="steps"), "Updating, 2 of 5"),
    ],
)
def test_progress_text(shown: JsonObject, text: str) -> None:
    assert progress_text(shown) == text


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_on_a_terminal_is_one_line_written_anew() -> None:
    stream = Terminal()
    printer = ProgressPrinter(stream)

    printer.show(progress(done=10, total=1000))
    printer.show(progress("Checking", 0, None, unit="steps"))
    printer.end()
    printer.end()

    assert stream.getvalue() == "\rDownloading, 10 B of 1 kB\rChecking                 \n"


def test_progress_on_a_narrow_terminal_stays_on_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    stream = Terminal()
    ProgressPrinter(stream).show(progress(done=12_000_000, total=31_000_000, speed_bps=5e6, eta_s=3.2))

    assert stream.getvalue() == "\rDownloading, 12.0 M"


def test_progress_elsewhere_is_a_line_now_and_then() -> None:
    stream = io.StringIO()
    printer = ProgressPrinter(stream)

    printer.show(progress("Looking up the release", 0, None, unit="steps"))
    for percent in range(101):
        printer.show(progress(done=percent))
    printer.show(progress("Checking", 0, None, unit="steps"))
    printer.end()

    lines = stream.getvalue().splitlines()
    assert lines == [
        "Looking up the release",
        *(f"Downloading, {done} B of 100 B" for done in (0, 25, 50, 75, 100)),
        "Checking",
    ]
