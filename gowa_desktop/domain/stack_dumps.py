"""Go's panics and stack dumps: where one begins, and which lines belong to it. By shape alone."""

from __future__ import annotations

import re

_HEAD = re.compile(r"panic: |fatal error: |SIG[A-Z]+: |runtime: |unexpected fault address|goroutine \d+ .*\[")
_BODY = re.compile(
    r"$|\t|\[signal |\[recovered\]|goroutine \d+|created by |panic\(|exit status \d|PC=0x|r(?:[a-d]x|[sd]i|[sb]p|\d+|ip|flags) +0x|[cfg]s +0x"
    r"|[re]?flags|\.\.\.(?:additional|\d+) |-----$|(?:x|lr|sp|pc|fault)\d* +0x"
    r"|(?:[\w.~\-%]++/)*+[\w.~\-%]++[\w.\-·\[\]…]*+\(.*\)$|runtime stack:|stack: |m\d+: |panic during panic"
)
"""A call is told without ever trying a stretch again another way: a line of 64,000 letters took seven seconds so."""
_LEVEL_STAMP = re.compile(r'time="|\d\d:\d\d:\d\d|\[[A-Z]+\] \d{4}|--- GOWA Desktop|map\[')


def begins_dump(line: str) -> bool:
    """Tell whether a clean line begins a dump."""
    return _HEAD.match(line) is not None


def continues_dump(line: str) -> bool:
    """Tell whether a clean line that follows one of a dump belongs to it."""
    return _LEVEL_STAMP.match(line) is None and (_BODY.match(line) is not None or begins_dump(line))
