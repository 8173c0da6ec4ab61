"""How the answers of the command line read: tables and lines for people. Pure text; prints nothing."""

from __future__ import annotations

import math
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.json_types import Json, JsonObject

NOTHING = "\N{EN DASH}"

_VERIFIED = {"True": "equal", "False": "none"}
_TIMINGS = {"now": "", "until-restart": "(Until it is restarted.)", "after-restart": "(After a restart.)"}
_POLICIES = {"never": "never restarted", "on-failure": "restarted on failure", "always": "always restarted"}
_STATE_WORDS = {"backoff": "Retrying"}
_NO_INSTANCES = "There are no instances yet. Create one with: gowa-desktop create NAME"
_NO_VERSIONS = "No version of GOWA is installed yet. Get one with: gowa-desktop versions install latest, or gowa-desktop versions import FILE"


def instance_table(instances: Sequence[JsonObject]) -> str:
    """Lay out `list`."""
    if not instances:
        return _NO_INSTANCES
    rows = [
        [
            _text(one["name"]),
            _present_state(one),
            _text(one["port"]),
            _version(one),
            duration(one["uptime_s"]),
            _percent(one["cpu_percent"]),
            size(one["memory_bytes"]),
        ]
        for one in instances
    ]
    return lay_out(["Name", "State", "Port", "Version", "Uptime", "CPU", "Memory"], rows, right=(2, 4, 5, 6))


def instance_lines(one: JsonObject) -> str:
    """Lay out `status NAME`."""
    pairs = [
        ("Name", _text(one["name"])),
        ("State", _present_state(one)),
        ("Wanted", state_word(one["desired"])),
        ("Address", _text(one["base_url"])),
        ("Port", _text(one["port"])),
        ("Version", _version(one)),
        ("Process", _text(one["pid"])),
        ("Uptime", duration(one["uptime_s"])),
        ("CPU", _percent(one["cpu_percent"])),
        ("Memory", size(one["memory_bytes"])),
        ("Disk", size(one["disk_bytes"])),
        ("Key", _text(one["key"])),
        ("Created", _moment(one["created_at"])),
    ]
    # A program that was started before an update of this one does not tell these.
    policy, priority, tags = one.get("restart_policy"), one.get("priority"), one.get("tags")
    pairs += [("Ends by itself", _POLICIES[str(policy)])] if str(policy) in _POLICIES else []
    pairs += [("Memory limit", f"{limit} MB")] if (limit := one.get("memory_limit_mb")) else []
    pairs += [("Priority", "low")] if priority == "low" else []
    pairs += [("Tags", ", ".join(map(str, tags)))] if isinstance(tags, list) and tags else []
    pairs += [("Notes", " ".join(notes.split()))] if isinstance(notes := one.get("notes"), str) and notes else []
    exposures = one.get("exposures")
    found = [e for e in exposures if isinstance(e, dict)] if isinstance(exposures, list) else []
    pairs += [("Exposed", f"{e['sentence']} {_TIMINGS[str(e['timing'])]}".rstrip()) for e in found]
    if one["error_message"]:
        pairs.append(("Error", str(one["error_message"])))
    width = max(len(label) for label, _ in pairs) + 2
    return "\n".join(f"{label:<{width}}{value}" for label, value in pairs)


def stats_page(found: JsonObject) -> str:
    """Lay out `stats`: a table of the instances and a line about the computer."""
    instances, computer = found["instances"], found["computer"]
    rows = []
    for one in instances if isinstance(instances, list) else []:
        if isinstance(one, dict):
            parts = one["disk_parts"] if isinstance(one["disk_parts"], dict) else {}
            rows.append([
                _text(one["name"]), state_word(one["status"]), _percent(one["cpu_percent"]), size(one["memory_bytes"]), _text(one["processes"]),
                _text(one["threads"]), _text(one["open_files"]), size(one["disk_bytes"]),
                *(size(parts.get(part)) for part in ("sessions", "chats", "media", "logs")),
            ])  # fmt: skip
    titles = ["Name", "State", "CPU", "Memory", "Processes", "Threads", "Files", "Disk", "Sessions", "Chats", "Media", "Logs"]
    table = lay_out(titles, rows, right=tuple(range(2, 12))) if rows else _NO_INSTANCES
    whole = computer if isinstance(computer, dict) else {}
    return (
        f"{table}\n\nThis computer: CPU {_percent(whole.get('cpu_percent'))} of {_text(whole.get('cores'))} cores, "
        f"memory {size(whole.get('memory_bytes'))} of {size(whole.get('memory_total'))}, "
        f"disk {size(whole.get('disk_free'))} free of {size(whole.get('disk_total'))}."
    )


def version_table(versions: Sequence[JsonObject]) -> str:
    """Lay out `versions list`; without a real GOWA it says how to get one."""
    rows = [
        [
            _text(one["tag"]),
            size(one["size_bytes"] or None),
            _moment(one["installed_at"]),
            _VERIFIED.get(str(one["is_verified"]), NOTHING),
            _names(one["used_by"]),
            _text(one["source"]),
        ]
        for one in versions
    ]
    parts = [lay_out(["Version", "Size", "Installed", "Checksum", "Used by", "Source"], rows, right=(1,))] if rows else []
    if all(one["is_simulator"] for one in versions):
        parts.append(_NO_VERSIONS)
    return "\n\n".join(parts)


def release_table(found: JsonObject) -> str:
    """Lay out `versions available`."""
    releases = found["releases"]
    rows = [
        [_text(one["tag"]), _moment(one["published_at"]), size(one["size_bytes"]), _release_remark(one)]
        for one in (releases if isinstance(releases, list) else [])
        if isinstance(one, dict)
    ]
    if not rows:
        return "No releases are known yet. Ask for them with: gowa-desktop versions available --refresh"
    return f"{lay_out(['Version', 'Published', 'Size', ''], rows, right=(2,))}\n\nAs of {_moment(found['checked_at'])}."


def snapshot_table(snapshots: Sequence[JsonObject]) -> str:
    """Lay out `snapshots list`."""
    if not snapshots:
        return "There are no snapshots of this instance yet. Make one with: gowa-desktop snapshots create NAME"
    rows = [
        [_text(one["id"]), _moment(one["created_at"]), _text(one["tag"]), size(one["size_bytes"]), _snapshot_remark(one)] for one in snapshots
    ]
    return lay_out(["Snapshot", "Made", "Version", "Size", "Why"], rows, right=(3,))


def trash_table(trashed: Sequence[JsonObject]) -> str:
    """Lay out `trash list`."""
    if not trashed:
        return "The trash is empty. What is deleted stays there for 7 days."
    rows = [
        [
            _text(one["name"]), _text(one["key"]), "its data" if one["is_data_only"] else "instance", _moment(one["trashed_at"]),
            _moment(one["goes_at"]), _text(one["folder"]),
        ]
        for one in trashed
    ]  # fmt: skip
    return lay_out(["Name", "Key", "What", "Deleted", "Goes", "Folder"], rows)


def update_lines(reports: Sequence[JsonObject]) -> str:
    """Lay out `updates`: each update with what became of its instances."""
    lines = []
    for report in reports:
        remark = " The program ended before it was over." if report["was_interrupted"] else ""
        lines.append(f"{_moment(report['started_at'])}  {report['sentence']}{remark}")
        rows = report["rows"]
        lines += [f"  {row['name']}: {row['sentence']}" for row in (rows if isinstance(rows, list) else []) if isinstance(row, dict)]
    return "\n".join(lines) or "Nothing was updated yet. Begin with: gowa-desktop update NAME"


def _snapshot_remark(one: JsonObject) -> str:
    left_out = one["left_out"]
    parts = [_text(one["reason"]), *(str(text) for text in (left_out if isinstance(left_out, list) else []))]
    return " ".join(parts) + (" (in the trash, for seven days at most)" if one["is_in_trash"] else "")


def progress_text(progress: JsonObject) -> str:
    """Put how far something is on one line."""
    done, total, parts = progress.get("done"), progress.get("total"), [str(progress.get("step"))]
    if progress.get("unit") == "bytes" and isinstance(done, int):
        parts.append(f"{size(done)} of {size(total)}" if total is not None else size(done))
    elif isinstance(done, int) and isinstance(total, int):
        parts.append(f"{done} of {total}")
    if (speed := progress.get("speed_bps")) is not None:
        parts.append(f"{size(speed)}/s")
    if isinstance(left := progress.get("eta_s"), (int, float)):
        parts.append(f"{duration(math.ceil(left))} left")
    return ", ".join(parts)


def state_word(state: Json) -> str:
    """Give a state as people read it."""
    return _STATE_WORDS.get(str(state), str(state).capitalize())


def _present_state(one: JsonObject) -> str:
    # A program that was started before an update of this one does not tell all of it.
    left = one.get("retry_in_s")
    if one["status"] == "backoff" and isinstance(left, (int, float)) and left > 0:
        return f"Retry in {duration(math.ceil(left))}"
    return state_word(one["status"]) + (", not answering" if one["status"] == "running" and one.get("is_unresponsive") else "")


def duration(seconds: Json) -> str:
    """Give a length of time in its two largest units."""
    if not isinstance(seconds, (int, float)):
        return NOTHING
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours:02} h"
    if hours:
        return f"{hours} h {minutes:02} m"
    return f"{minutes} m {rest:02} s" if minutes else f"{rest} s"


def size(count: Json) -> str:
    """Give a number of bytes in a unit that suits it."""
    if not isinstance(count, (int, float)):
        return NOTHING
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            break
        value /= 1000
    return f"{value:.0f} {unit}" if unit in {"B", "kB"} or value >= 100 else f"{value:.1f} {unit}"


def _percent(value: Json) -> str:
    return f"{value:.1f} %" if isinstance(value, (int, float)) else NOTHING


def _text(value: Json) -> str:
    return NOTHING if value is None or value == "" else str(value)


def _names(value: Json) -> str:
    names = [str(name) for name in value] if isinstance(value, list) else []
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{', '.join(names[:3])}{more}" or NOTHING


def _release_remark(one: JsonObject) -> str:
    remarks = [
        "installed" if one["is_installed"] else "",
        "pre-release" if one["is_prerelease"] else "",
        "no file for this computer" if one["size_bytes"] is None else "",
    ]
    return ", ".join(remark for remark in remarks if remark)


def _version(one: JsonObject) -> str:
    wanted, resolved = _text(one["gowa_version"]), one["resolved_version"]
    return wanted if resolved is None or resolved == wanted else f"{wanted} ({resolved})"


def _moment(value: Json) -> str:
    if not isinstance(value, str):
        return NOTHING
    moment = datetime.fromisoformat(value)
    local = moment.astimezone() if moment.tzinfo else moment
    return local.strftime("%Y-%m-%d %H:%M")


def lay_out(titles: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    """Lay out a table; the columns in `right` are flush right."""
    lines = [titles, *rows]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(titles))]
    return "\n".join("  ".join(_padded(cell, widths[column], column in right) for column, cell in enumerate(line)).rstrip() for line in lines)


def _padded(cell: str, width: int, is_right: bool) -> str:
    space = " " * (width - _width(cell))
    return space + cell if is_right else cell + space


def _width(text: str) -> int:
    """Count terminal columns: East Asian wide letters take two, combining marks none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in {"W", "F"} else 1 for c in text)
