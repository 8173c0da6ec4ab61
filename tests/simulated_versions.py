"""Programs that pass for installed versions of GOWA: the simulator in the era of a tag, with faults of that version alone."""

from __future__ import annotations

import json
import sqlite3
import sys
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, cast

import gowa_desktop
from gowa_desktop.domain.versions import GowaVersion
from gowa_desktop.infra.version_files import program_name

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import JsonObject

_PROGRAM = """{begin}import sys
sys.path.insert(0, {root!r})
from gowa_desktop.simulator.program import main
words = {faults!r}
try:
    with open("sim-faults-{tag}") as stream:
        words = ["--sim-faults=" + stream.read()]
except OSError:
    pass
main(["--sim-era={era}", *words, *sys.argv[1:]])
"""


def script_begin() -> str:
    """Give the first lines of a script for this Python. Where its path has spaces a shell reads them first, and gives way to Python."""
    if " " not in sys.executable:
        return f"#!{sys.executable} -IS\n"
    return f"#!/bin/sh\n'''exec' \"{sys.executable}\" -IS \"$0\" \"$@\"\n' '''\n"


def install_simulated(versions: Path, tag: str, faults: str = "") -> None:
    """Put a version into `bin/versions`; it plays the generation that its tag belongs to.

    A file `sim-faults-<tag>` in the folder of an instance says what this version does wrong there.
    """
    version = GowaVersion.parse(tag)
    era = "v9" if version.at_least("v9.0.0") else "v8" if version.has_devices else "v7"
    program = versions / tag / program_name()
    program.parent.mkdir(parents=True, exist_ok=True)
    root = str(Path(gowa_desktop.__file__).parents[1])
    words = [f"--sim-faults={faults}"] if faults else []
    program.write_text(_PROGRAM.format(begin=script_begin(), root=root, era=era, tag=tag, faults=words))
    program.chmod(0o755)


def call(port: int | None, path: str, body: JsonObject | None = None, method: str = "GET") -> JsonObject:
    """Ask an instance and give its answer."""
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=data, method=method)
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=10) as answer:
        return cast("JsonObject", json.loads(answer.read()))


def results(port: int | None, path: str) -> JsonObject:
    """Ask for an object."""
    return cast("JsonObject", call(port, path)["results"])


def first_device(port: int | None) -> JsonObject:
    """Give the first device of v8 or later."""
    return cast("list[JsonObject]", call(port, "/devices")["results"])[0]


def pair(port: int | None, tag: str, phone: str = "628110000001") -> None:
    """Make an instance paired and logged in."""
    if GowaVersion.parse(tag).has_devices:
        call(port, "/devices", {"device_id": "shop"}, "POST")
    call(port, "/sim/pair", {"phone": phone}, "POST")


def rows(database: Path, query: str) -> list[tuple[object, ...]]:
    """Ask a database that may be in use."""
    with closing(sqlite3.connect(database, timeout=10)) as connection:
        return list(connection.execute(query))


def execute(database: Path, *statements: str) -> None:
    """Change a database that may be in use, and leave the change in its log."""
    with closing(sqlite3.connect(database, timeout=10)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
