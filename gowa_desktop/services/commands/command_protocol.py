"""The language of the command socket: one JSON object per line each way.

A request is `{"v": 1, "verb": "start", "args": {...}}`. The answer is any number of `{"progress": "..."}` and
`{"lines": [...]}` messages and `{"advance": {...}}`, how far a long piece of work is, then one final `{"ok": true, "result": ...}` or
`{"ok": false, "error": {"code", "message", "next_step"}, "exit": 1}`. This module knows neither sockets nor services.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, cast

from gowa_desktop.domain.errors import GowaError, NotRunningError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gowa_desktop.domain.json_types import Json, JsonObject

PROTOCOL_VERSION = 1
MAX_MESSAGE_BYTES = 1024 * 1024
"""Longest message in either direction, its line end included."""

_MAX_CHUNK_BYTES = MAX_MESSAGE_BYTES // 2
_MAX_LINE_CHARACTERS = 64 * 1024


class ExitCode(IntEnum):
    """What a command ends with."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NOT_RUNNING = 3


class Verb:
    """The verbs of the command socket."""

    LIST = "list"
    STATUS = "status"
    VERSIONS = "versions"
    LOGS = "logs"
    DIAGNOSTICS = "diagnostics"
    STATS = "stats"
    CLEAN_MEDIA = "clean-media"
    CREATE = "create"
    SET = "set"
    START = "start"
    STOP = "stop"
    RESTART = "restart"
    KILL = "kill"
    RESET_DATA = "reset-data"
    DELETE = "delete"
    IMPORT_VERSION = "import-version"
    AVAILABLE_VERSIONS = "available-versions"
    REFRESH_VERSIONS = "refresh-versions"
    INSTALL_VERSION = "install-version"
    REMOVE_VERSION = "remove-version"
    CLEAN_VERSIONS = "clean-versions"
    UPDATE = "update"
    UPDATES = "updates"
    SNAPSHOTS = "snapshots"
    CREATE_SNAPSHOT = "create-snapshot"
    RESTORE_SNAPSHOT = "restore-snapshot"
    DELETE_SNAPSHOT = "delete-snapshot"
    TRASH = "trash"
    RESTORE_TRASHED = "restore-trashed"
    DELETE_TRASHED = "delete-trashed"
    CONFIG_SHOW = "config-show"
    CONFIG_SET = "config-set"
    CONFIG_RESET = "config-reset"
    CONFIG_EXPORT = "config-export"
    CONFIG_IMPORT = "config-import"
    CONFIG_COPY = "config-copy"
    TEMPLATES = "templates"
    TEMPLATE_SAVE = "template-save"
    TEMPLATE_APPLY = "template-apply"
    TEMPLATE_RENAME = "template-rename"
    TEMPLATE_REMOVE = "template-remove"
    RAISE = "raise"
    QUIT = "quit"


READING_VERBS = frozenset({
    Verb.LIST, Verb.STATUS, Verb.VERSIONS, Verb.AVAILABLE_VERSIONS, Verb.LOGS, Verb.DIAGNOSTICS, Verb.UPDATES, Verb.SNAPSHOTS, Verb.CONFIG_SHOW,
    Verb.TEMPLATES, Verb.TRASH, Verb.STATS,
})  # fmt: skip
"""Verbs that change nothing, so that they also work without a running program."""


class ProtocolError(GowaError):
    """A message is no message of this protocol."""

    code = "protocol"


@dataclass(frozen=True, slots=True)
class Request:
    """One thing that is asked for."""

    verb: str
    arguments: JsonObject

    def text(self, key: str) -> str:
        """Give a text argument.

        Raises:
            UsageError: it is missing or no text.
        """
        value = self.arguments.get(key)
        if not isinstance(value, str):
            raise UsageError(f"The command “{self.verb}” needs the text “{key}”.", "Use the gowa-desktop program to ask.")
        return value

    def optional_text(self, key: str) -> str | None:
        """Give a text argument, or None when it is left out."""
        return None if self.arguments.get(key) is None else self.text(key)

    def optional_number(self, key: str) -> int | None:
        """Give a whole-number argument, or None when it is left out.

        Raises:
            UsageError: it is no whole number.
        """
        value = self.arguments.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            raise UsageError(f"“{key}” must be a whole number.", "Correct it and try again.")
        return value

    def texts(self, key: str) -> list[str]:
        """Give a list of texts; empty when it is left out.

        Raises:
            UsageError: it is no list of texts.
        """
        value = self.arguments.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise UsageError(f"“{key}” must be a list of texts.", "Correct it and try again.")
        return [str(item) for item in value]

    def is_set(self, key: str) -> bool:
        """Tell whether a switch is on."""
        return self.arguments.get(key) is True


def encode_request(request: Request) -> bytes:
    """Put a request on one line.

    Raises:
        UsageError: it is too long to send.
    """
    line = encode({"v": PROTOCOL_VERSION, "verb": request.verb, "args": request.arguments})
    if len(line) > MAX_MESSAGE_BYTES:
        raise UsageError("The command is too long to send.", "Shorten its arguments.")
    return line


def decode_request(line: bytes) -> Request:
    """Read a request.

    Raises:
        ProtocolError: the line is no request, or one of another version of this protocol.
    """
    message = decode(line)
    if message.get("v") != PROTOCOL_VERSION:
        raise ProtocolError(
            "The command comes from another version of GOWA Desktop than the one that is running.",
            "Quit GOWA Desktop and start it again.",
        )
    verb, arguments = message.get("verb"), message.get("args", {})
    if not isinstance(verb, str) or not isinstance(arguments, dict):
        raise ProtocolError("The command has no verb.", "Use the gowa-desktop program to ask.")
    return Request(verb, arguments)


def encode(message: JsonObject) -> bytes:
    """Put a message on one line. Plain ASCII, so that any text, even half a surrogate pair, passes."""
    return json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"


def decode(line: bytes) -> JsonObject:
    """Read a message.

    Raises:
        ProtocolError: the line is no JSON object.
    """
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("The message is no JSON.", "Use the gowa-desktop program to ask.") from error
    if not isinstance(message, dict):
        raise ProtocolError("The message is no JSON object.", "Use the gowa-desktop program to ask.")
    return cast("JsonObject", message)


def success(result: Json) -> JsonObject:
    """Make the final message of a request that succeeded."""
    return {"ok": True, "result": result}


def failure(error: GowaError) -> JsonObject:
    """Make the final message of a request that failed."""
    return {"ok": False, "error": error_to_json(error), "exit": int(exit_code_for(error))}


def error_to_json(error: GowaError) -> JsonObject:
    """Give a fault as it travels."""
    return {"code": error.code, "message": error.message, "next_step": error.next_step}


def error_from_json(value: Json) -> GowaError:
    """Give back a fault that travelled; its code is kept."""
    fields = value if isinstance(value, dict) else {}
    error = GowaError(str(fields.get("message") or "The command failed."), str(fields.get("next_step") or ""))
    error.code = str(fields.get("code") or GowaError.code)
    return error


def exit_code_for(error: GowaError) -> ExitCode:
    """Tell what a command ends with after this fault."""
    if error.code == UsageError.code:
        return ExitCode.USAGE
    return ExitCode.NOT_RUNNING if error.code == NotRunningError.code else ExitCode.FAILED


def chunks_of(lines: Iterable[str]) -> Iterator[list[Json]]:
    """Split lines into lists that each fit in one message; a monstrous line is cut."""
    chunk: list[Json] = []
    size = 0
    for line in lines:
        shown = line if len(line) <= _MAX_LINE_CHARACTERS else f"{line[:_MAX_LINE_CHARACTERS]}…"
        length = len(json.dumps(shown)) + 1
        if chunk and size + length > _MAX_CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
        chunk.append(shown)
        size += length
    if chunk:
        yield chunk
