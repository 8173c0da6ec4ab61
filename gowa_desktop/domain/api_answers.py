"""Which HTTP status a “Panic recovered in middleware” line stands for: it is GOWA's ordinary log of a 4xx or 5xx answer, no crash."""

from __future__ import annotations

import re

PREFIX = "Panic recovered in middleware: "

_BY_TEXT: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(r"^context deadline exceeded$"), 504),
    (re.compile(r"reach-out timelock"), 429),
    (re.compile(r"^you are not (?:connect to services server|logged in)|^reconnect error$"), 401),
    (re.compile(r"^device not found$"), 404),
    (re.compile(r"^you are already logged in|^user is not registered|[Ii]nvalid JID|invalid phone|not valid (?:phone|JID)"), 400),
    (
        re.compile(
            r"^\(?\w+: (?:\(?\w+: )?.*(?:cannot be blank|must be|is required|the length must|is not (?:a )?valid|out of range|unsupported)"
        ),
        400,
    ),
    (re.compile(r"^(?:max(?:imum)? file|file size|your .* (?:exceed|is not allowed|type))"), 400),
)


def status_of(message: str) -> int:
    """Give the status of the answer whose fault GOWA logged; 500 is what GOWA gives every fault that it does not know.

    From `pkg/error` and the recovery middleware of GOWA v7.11.4 to v9.2.0, which log the text but not the status.
    """
    return next((status for pattern, status in _BY_TEXT if pattern.search(message)), 500)
