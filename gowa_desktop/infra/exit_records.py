"""Exit reports and the facts of the last good start, in small private files of the instance folder."""

from __future__ import annotations

import dataclasses
import json
import os
from typing import TYPE_CHECKING

from gowa_desktop.domain.instance import ExitReport
from gowa_desktop.infra.private_files import read_object, write_private

if TYPE_CHECKING:
    from pathlib import Path

    from gowa_desktop.domain.json_types import JsonObject

KEPT_REPORTS = 20
_SHORTEN_FROM_BYTES = 2 * 1024 * 1024


def read_reports(path: Path) -> list[ExitReport]:
    """Read the reports of an instance, oldest first; damaged ones are passed over."""
    reports = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    for line in filter(None, lines):
        try:
            fields = json.loads(line)
            for name in ("log_tail", "advice", "changes"):
                fields[name] = tuple(fields.get(name, ()))
            reports.append(ExitReport(**fields))
        except (ValueError, TypeError, AttributeError):
            continue
    return reports[-KEPT_REPORTS:]


def add_report(path: Path, report: ExitReport) -> bool:
    """Keep a report beside the newest before it; False when the disk refuses.

    It is put at the end, because a restart waits for this; the file is shortened only when it has grown.
    """
    line = json.dumps(dataclasses.asdict(report), ensure_ascii=False) + "\n"
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            # What a full disk cut off must not spoil this line.
            file.write(line.encode("utf-8", "replace") if file.tell() == 0 else b"\n" + line.encode("utf-8", "replace"))
            size = file.tell()
    except OSError:
        # A report is help for later; a full disk must not stop the restart that comes next.
        return False
    if size > _SHORTEN_FROM_BYTES:
        reports = read_reports(path)
        write_private(path, "".join(json.dumps(dataclasses.asdict(r), ensure_ascii=False) + "\n" for r in reports))
    return True


def read_facts(path: Path) -> JsonObject | None:
    """Read what the last good start depended on; None when there was none."""
    return read_object(path)


def write_facts(path: Path, facts: JsonObject) -> bool:
    """Keep what a good start depended on; False when the disk refuses. What is there already is not written again."""
    if read_facts(path) == facts:
        return True
    return write_private(path, json.dumps(facts, ensure_ascii=False))
