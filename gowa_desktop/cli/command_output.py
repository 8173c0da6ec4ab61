"""How the answers of the command line read: tables and lines for people. Pure text; prints nothing."""

from __future__ import annotations

import math
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING

from gowa_desktop.cli.speech import told, word, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.json_types import Json, JsonObject

NOTHING = "\N{EN DASH}"

_VERIFIED_LABELS = {"True": "equal", "False": "none"}
_TIMING_LABELS = {"now": "", "until-restart": "(Until it is restarted.)", "after-restart": "(After a restart.)"}
_POLICY_LABELS = {"never": "never restarted", "on-failure": "restarted on failure", "always": "always restarted"}
_STATE_LABELS = {
    "stopped": "Stopped", "starting": "Starting", "running": "Running", "stopping": "Stopping", "failed": "Failed", "backoff": "Retrying",
}  # fmt: skip
_NO_INSTANCES = "There are no instances yet. Create one with: gowa-desktop create NAME"
_NO_VERSIONS = "No version of GOWA is installed yet. Get one with: gowa-desktop versions install latest, or gowa-desktop versions import FILE"


def instance_table(instances: Sequence[JsonObject]) -> str:
    """Lay out `list`."""
    if not instances:
        return told(_NO_INSTANCES)
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
    return lay_out(words("Name", "State", "Port", "Version", "Uptime", "CPU", "Memory"), rows, right=(2, 4, 5, 6))


def instance_lines(one: JsonObject) -> str:
    """Lay out `status NAME`."""
    pairs = [
        (word("Name"), _text(one["name"])),
        (word("State"), _present_state(one)),
        (word("Wanted"), state_word(one["desired"])),
        (word("Address"), _text(one["base_url"])),
        (word("Port"), _text(one["port"])),
        (word("Version"), _version(one)),
        (word("Process"), _text(one["pid"])),
        (word("Uptime"), duration(one["uptime_s"])),
        (word("CPU"), _percent(one["cpu_percent"])),
        (word("Memory"), size(one["memory_bytes"])),
        (word("Disk"), size(one["disk_bytes"])),
        (word("Key"), _text(one["key"])),
        (word("Created"), _moment(one["created_at"])),
    ]
    # A program that was started before an update of this one does not tell these.
    policy, priority, tags = one.get("restart_policy"), one.get("priority"), one.get("tags")
    pairs += [(word("Ends by itself"), word(_POLICY_LABELS[str(policy)]))] if str(policy) in _POLICY_LABELS else []
    pairs += [(word("Memory limit"), f"{limit} MB")] if (limit := one.get("memory_limit_mb")) else []
    pairs += [(word("Priority"), word("low"))] if priority == "low" else []
    pairs += [(word("Tags"), ", ".join(map(str, tags)))] if isinstance(tags, list) and tags else []
    pairs += [(word("Notes"), " ".join(notes.split()))] if isinstance(notes := one.get("notes"), str) and notes else []
    exposures = one.get("exposures")
    found = [e for e in exposures if isinstance(e, dict)] if isinstance(exposures, list) else []
    pairs += [(word("Exposed"), f"{told(str(e['sentence']))} {word(_TIMING_LABELS[str(e['timing'])])}".rstrip()) for e in found]
    if one["error_message"]:
        pairs.append((word("Error"), told(str(one["error_message"]))))
    width = max(_width(label) for label, _ in pairs) + 2
    return "\n".join(f"{_padded(label, width, False)}{value}" for label, value in pairs)


def stats_page(found: JsonObject) -> str:
    """Lay out `stats`: a table of the instances and a line about the computer."""
    instances, computer = found["instances"], found["computer"]
    rows, has_unique = [], False
    for one in instances if isinstance(instances, list) else []:
        if isinstance(one, dict):
            has_unique = "unique_bytes" in one
            parts = one["disk_parts"] if isinstance(one["disk_parts"], dict) else {}
            rows.append([
                _text(one["name"]), state_word(one["status"]), _percent(one["cpu_percent"]), size(one["memory_bytes"]),
                *([size(one["unique_bytes"])] if has_unique else []), _text(one["processes"]),
                _text(one["threads"]), _text(one["open_files"]), size(one["disk_bytes"]),
                *(size(parts.get(part)) for part in ("sessions", "chats", "media", "logs")),
            ])  # fmt: skip
    titles = words("Name", "State", "CPU", "Memory", "Processes", "Threads", "Files", "Disk", "Sessions", "Chats", "Media", "Logs")
    if has_unique:
        titles.insert(4, word("Unique"))
    table = lay_out(titles, rows, right=tuple(range(2, len(titles)))) if rows else told(_NO_INSTANCES)
    whole = computer if isinstance(computer, dict) else {}
    cpu, cores = _percent(whole.get("cpu_percent")), _text(whole.get("cores"))
    memory, memory_total = size(whole.get("memory_bytes")), size(whole.get("memory_total"))
    free, disk_total = size(whole.get("disk_free")), size(whole.get("disk_total"))
    sentence = f"This computer: CPU {cpu} of {cores} cores, memory {memory} of {memory_total}, disk {free} free of {disk_total}."
    return f"{table}\n\n{told(sentence)}"


def version_table(versions: Sequence[JsonObject]) -> str:
    """Lay out `versions list`; without a real GOWA it says how to get one."""
    rows = [
        [
            _text(one["tag"]),
            size(one["size_bytes"] or None),
            _moment(one["installed_at"]),
            word(_VERIFIED_LABELS.get(str(one["is_verified"]), NOTHING)),
            _names(one["used_by"]),
            _text(one["source"]),
        ]
        for one in versions
    ]
    parts = [lay_out(words("Version", "Size", "Installed", "Checksum", "Used by", "Source"), rows, right=(1,))] if rows else []
    if all(one["is_simulator"] for one in versions):
        parts.append(told(_NO_VERSIONS))
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
        return told("No releases are known yet. Ask for them with: gowa-desktop versions available --refresh")
    checked_at = _moment(found["checked_at"])
    return f"{lay_out([*words('Version', 'Published', 'Size'), ''], rows, right=(2,))}\n\n{told(f'As of {checked_at}.')}"


def snapshot_table(snapshots: Sequence[JsonObject]) -> str:
    """Lay out `snapshots list`."""
    if not snapshots:
        return told("There are no snapshots of this instance yet. Make one with: gowa-desktop snapshots create NAME")
    rows = [
        [_text(one["id"]), _moment(one["created_at"]), _text(one["tag"]), size(one["size_bytes"]), _snapshot_remark(one)] for one in snapshots
    ]
    return lay_out(words("Snapshot", "Made", "Version", "Size", "Why"), rows, right=(3,))


def trash_table(trashed: Sequence[JsonObject]) -> str:
    """Lay out `trash list`."""
    if not trashed:
        return told("The trash is empty. What is deleted stays there for 7 days.")
    rows = [
        [
            _text(one["name"]), _text(one["key"]), word("its data") if one["is_data_only"] else word("instance"), _moment(one["trashed_at"]),
            _moment(one["goes_at"]), _text(one["folder"]),
        ]
        for one in trashed
    ]  # fmt: skip
    return lay_out(words("Name", "Key", "What", "Deleted", "Goes", "Folder"), rows)


def update_lines(reports: Sequence[JsonObject]) -> str:
    """Lay out `updates`: each update with what became of its instances."""
    lines = []
    for report in reports:
        remark = f" {told('The program ended before it was over.')}" if report["was_interrupted"] else ""
        lines.append(f"{_moment(report['started_at'])}  {told(str(report['sentence']))}{remark}")
        rows = report["rows"]
        lines += [f"  {row['name']}: {told(str(row['sentence']))}" for row in (rows if isinstance(rows, list) else []) if isinstance(row, dict)]
    return "\n".join(lines) or told("Nothing was updated yet. Begin with: gowa-desktop update NAME")


def _snapshot_remark(one: JsonObject) -> str:
    left_out = one["left_out"]
    parts = [told(_text(one["reason"])), *(told(str(text)) for text in (left_out if isinstance(left_out, list) else []))]
    return " ".join([*parts, *([word("(in the trash, for seven days at most)")] if one["is_in_trash"] else [])])


def progress_text(progress: JsonObject) -> str:
    """Put how far something is on one line."""
    done, total, parts = progress.get("done"), progress.get("total"), [told(str(progress.get("step")))]
    if progress.get("unit") == "bytes" and isinstance(done, int):
        parts.append(_share(size(done), size(total)) if total is not None else size(done))
    elif isinstance(done, int) and isinstance(total, int):
        parts.append(_share(str(done), str(total)))
    if (speed := progress.get("speed_bps")) is not None:
        parts.append(f"{size(speed)}/s")
    if isinstance(left := progress.get("eta_s"), (int, float)):
        time = duration(math.ceil(left))
        parts.append(word("{time} left").format(time=time))
    return ", ".join(parts)


def _share(done: str, total: str) -> str:
    return word("{done} of {total}").format(done=done, total=total)


def state_word(state: Json) -> str:
    """Give a state as people read it."""
    return word(_STATE_LABELS.get(str(state), str(state).capitalize()))


def _present_state(one: JsonObject) -> str:
    # A program that was started before an update of this one does not tell all of it.
    left = one.get("retry_in_s")
    if one["status"] == "backoff" and isinstance(left, (int, float)) and left > 0:
        time = duration(math.ceil(left))
        return word("Retry in {time}").format(time=time)
    return word("Running, not answering") if one["status"] == "running" and one.get("is_unresponsive") else state_word(one["status"])


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
    shown, count = ", ".join(names[:3]), len(names) - 3
    return word("{names} and {count} more").format(names=shown, count=count) if count > 0 else shown or NOTHING


def _release_remark(one: JsonObject) -> str:
    remarks = [
        word("installed") if one["is_installed"] else "",
        word("pre-release") if one["is_prerelease"] else "",
        word("no file for this computer") if one["size_bytes"] is None else "",
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
