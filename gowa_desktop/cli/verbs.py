"""The verbs of the command line: asks the running program, or reads without it, and prints the answer.

The window's twin: it shows what the facade says and decides nothing itself. Qt is imported when a verb is carried out.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from gowa_desktop.cli.command_output import (
    instance_lines,
    instance_table,
    release_table,
    snapshot_table,
    stats_page,
    trash_table,
    update_lines,
    version_table,
)
from gowa_desktop.cli.command_progress import ProgressPrinter
from gowa_desktop.cli.config_output import config_table, template_table
from gowa_desktop.cli.console import ask_secret, complain, tell
from gowa_desktop.cli.speech import said, told
from gowa_desktop.domain.errors import FolderError, NotRunningError
from gowa_desktop.services.commands.command_protocol import READING_VERBS, ExitCode, Request, Verb, error_from_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.services.commands.command_handlers import CommandHandlers

    ReaderOpener = Callable[[Path], AbstractContextManager[CommandHandlers]]


def run(request: Request, data_dir: Path, open_reader: ReaderOpener, *, as_json: bool = False, must_exist: bool = False) -> ExitCode:
    """Carry out one verb and print its answer.

    Args:
        request: what is asked for.
        data_dir: whose program is asked.
        open_reader: opens the data for reading verbs when no program runs.
        as_json: print the result as JSON and nothing else.
        must_exist: the person named the folder, so a missing one is a mistake.

    Raises:
        GowaError: it failed as a whole.
    """
    from PySide6.QtCore import QCoreApplication, qInstallMessageHandler  # noqa: PLC0415 - see the module's docstring

    previous = qInstallMessageHandler(_ignore_qt_message)
    application = QCoreApplication.instance() or QCoreApplication(["gowa-desktop"])
    request = _with_asked_values(request)
    output = _Output(request, as_json=as_json)
    try:
        if request.verb == Verb.QUIT:
            _leave(request, data_dir)
            return ExitCode.DONE
        result = _ask(request, data_dir, open_reader, output, must_exist=must_exist)
    finally:
        output.end_progress()
        del application
        qInstallMessageHandler(previous)
    return output.finish(result)


def _leave(request: Request, data_dir: Path) -> None:
    from gowa_desktop.services.commands.leaving import leave  # noqa: PLC0415 - imports Qt

    leave(data_dir, stops_instances=request.is_set("stop_instances"))


def _with_asked_values(request: Request) -> Request:
    """Ask for the values of options that were named without one: a secret on a command line is seen by every user of the computer."""
    if request.verb != Verb.CONFIG_SET:
        return request
    assignments = [one if "=" in one else f"{one}={ask_secret(one)}" for one in request.texts("set")]
    return Request(request.verb, {**request.arguments, "set": [*assignments]})


def _ask(request: Request, data_dir: Path, open_reader: ReaderOpener, output: _Output, *, must_exist: bool) -> Json:
    from gowa_desktop.services.commands.command_client import READ_TIMEOUT_S, CommandClient  # noqa: PLC0415 - imports Qt

    is_reading = request.verb in READING_VERBS
    try:
        client = CommandClient.connect(data_dir)
    except NotRunningError:
        if not is_reading:
            raise
        if must_exist and not _is_folder(data_dir):
            raise FolderError(
                f"There is no data folder {data_dir}.", "Check the path after --data-dir, or start GOWA Desktop with it once."
            ) from None
        return _read(request, data_dir, open_reader, output)
    with client:
        return client.ask(request, output.on_message, READ_TIMEOUT_S if is_reading and not request.is_set("follow") else None)


def _read(request: Request, data_dir: Path, open_reader: ReaderOpener, output: _Output) -> Json:
    from gowa_desktop.services.commands.command_answer import Answer  # noqa: PLC0415 - imports Qt

    messages: list[JsonObject] = []
    with open_reader(data_dir) as handlers:
        handlers.handle(request, Answer(messages.append))
    *before, final = messages
    for message in before:
        output.on_message(message)
    if final["ok"] is not True:
        raise error_from_json(final.get("error"))
    return final.get("result")


class _Output:
    """Prints one answer: progress as it comes, the result at the end."""

    def __init__(self, request: Request, *, as_json: bool) -> None:
        self._request = request
        self._as_json = as_json
        self._lines: list[Json] = []
        self._progress = ProgressPrinter(sys.stderr)

    def on_message(self, message: JsonObject) -> None:
        """Take what comes before the result."""
        lines, progress, advance = message.get("lines"), message.get("progress"), message.get("advance")
        if isinstance(lines, list) and self._request.is_set("follow"):
            for line in lines:
                tell(json.dumps(line) if self._as_json else str(line))
        elif isinstance(lines, list):
            self._lines += lines
        elif self._as_json:
            return
        elif isinstance(advance, dict):
            self._progress.show(advance)
        elif isinstance(progress, str):
            self._progress.end()
            tell(told(progress))

    def end_progress(self) -> None:
        """Leave the line that shows how far it is, so that what follows stands on its own."""
        self._progress.end()

    def finish(self, result: Json) -> ExitCode:
        """Print the result and tell what to end with."""
        if self._request.verb == Verb.LOGS:
            result = self._lines
        if self._as_json:
            tell(json.dumps(result, indent=2))  # plain ASCII, so that no locale can spoil it
        elif self._request.verb == Verb.LOGS:
            self._print_lines()
        elif (text := _readable(self._request.verb, result)) is not None:
            tell(text)
        return self._print_failures(result)

    def _print_lines(self) -> None:
        if self._lines:
            tell("\n".join(str(line) for line in self._lines))
        else:
            name = self._request.optional_text("name")
            if not name or self._request.optional_text("grep") or self._request.optional_text("level"):
                complain(told("No line fits."))
                return
            complain(f"{told(f'{name} has written nothing yet.')} {told(f'Start it with: gowa-desktop start {name}')}")

    def _print_failures(self, result: Json) -> ExitCode:
        failed = [one for one in _objects(result) if one.get("ok") is False]
        for one in failed:
            complain(f"{one.get('name')}: {said(error_from_json(one.get('error')))}")
        return ExitCode.FAILED if failed else ExitCode.DONE


def _readable(verb: str, result: Json) -> str | None:
    if (table := _TABLES.get(verb)) is not None:
        return table(_objects(result))
    if (page := _PAGES.get(verb)) is not None and isinstance(result, dict):
        return page(result)
    return None


_TABLES: Mapping[str, Callable[[list[JsonObject]], str]] = {
    Verb.LIST: instance_table,
    Verb.VERSIONS: version_table,
    Verb.SNAPSHOTS: snapshot_table,
    Verb.TRASH: trash_table,
    Verb.CONFIG_SHOW: config_table,
    Verb.TEMPLATES: template_table,
    Verb.UPDATES: update_lines,
}
_PAGES: Mapping[str, Callable[[JsonObject], str]] = {
    Verb.STATUS: instance_lines,
    Verb.STATS: stats_page,
    Verb.AVAILABLE_VERSIONS: release_table,
    Verb.REFRESH_VERSIONS: release_table,
}


def _objects(result: Json) -> list[JsonObject]:
    return [one for one in result if isinstance(one, dict)] if isinstance(result, list) else []


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError as error:
        raise FolderError(f"The data folder {path} cannot be read: {error.strerror}.", "Choose another with --data-dir.") from error


def _ignore_qt_message(*_: object) -> None:
    """Keep Qt's remarks, such as that on a C locale, off the person's terminal."""
