"""What a piece of a log means is read from the few lines that may tell something; the others are passed over unread."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gowa_desktop.domain.log_advice import LogCounts, LogEventKind, ended_by, meaning_of
from gowa_desktop.domain.log_parser import LogParser
from gowa_desktop.services.logs.log_meaning import LogMeaning, read_meaning

RECORDINGS = sorted((Path(__file__).parents[1] / "recordings").glob("gowa-*.log"))
PLAIN = b'time="2026-03-10T11:22:33Z" level=info msg="nothing to tell"\n'
TELLING = (
    b"23:48:21.238\x1b[31m [Client ERROR] Client outdated (405) connect failure (client version: 2.3000.1)\x1b[0m\n",
    b'time="2026-03-10T11:22:33Z" level=info msg="[REMOTE_LOGOUT] Received LoggedOut event"\n',
    b'time="2026-03-10T11:22:33Z" level=error msg="auto-connect failed for device one: EOF"\n',
    b'time="2026-03-10T11:22:33Z" level=error msg="no such column: chats.device_id"\n',
    b'time="2026-03-10T11:22:33Z" level=warning msg="Attempt 2 to submit webhook failed: EOF"\n',
    b'time="2026-03-10T11:22:33Z" level=error msg="Failed forwarding message to https://example.com: EOF"\n',
    b'time="2026-03-10T11:22:33Z" level=warning msg="[UI_ASSET] download failed"\n',
    b'time="2026-03-10T11:22:33Z" level=info msg="auto-connected device one"\n',
    b"23:48:21.238 [Client INFO] Successfully authenticated\n",
    b"23:48:21.238 [Client INFO] Successfully paired phone with code\n",
    b"23:48:21.238 [Client/Socket WARN] Got 515 code, reconnecting...\n",
    b'time="2026-03-10T11:22:33Z" level=error msg="Panic recovered in middleware: device not found"\n',
    b"23:48:33 | 404 |       39.56\xc2\xb5s | 127.0.0.1 | GET | /health | Cannot GET /health\n",
    b"23:48:33 | 500 |       1.2s | 127.0.0.1 | POST | /send/message | -\n",
    b"map[webhook:https://example.com\n",
    b"Undecryptable message\n",
)


def meaning_of_each_line(data: bytes) -> LogMeaning:
    """Read every line, however little it tells."""
    parser, counts = LogParser(), LogCounts()
    told: list[object] = []
    for raw in data.split(b"\n")[:-1]:
        line = parser.parse_bytes(raw)
        counts = counts.and_of(line.text, line.status)
        known = meaning_of(line.text) or (meaning_of(f"[{line.module}] {line.text}") if line.module else None)
        told += [(known, line.text)] if known is not None else ended_by(line.text)
    return LogMeaning(counts, tuple(told))  # type: ignore[arg-type]


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda p: p.stem)
def test_recorded_logs_mean_the_same_as_each_of_their_lines(path: Path) -> None:
    data = path.read_bytes()
    without_settings = b"".join(line for line in data.splitlines(keepends=True) if not line.startswith(b"map["))
    for one in (data, without_settings):
        found = read_meaning(one, LogCounts(), frozenset())
        assert found == meaning_of_each_line(one)
        assert found.counts.client_errors > 0


@given(st.lists(st.sampled_from((*TELLING, PLAIN, PLAIN, b"\n", b"half a line")), max_size=12).map(b"".join))
def test_any_lines_mean_the_same_as_each_of_them(data: bytes) -> None:
    assert read_meaning(data, LogCounts(), frozenset()) == meaning_of_each_line(data)


def test_counts_go_on_from_those_before() -> None:
    found = read_meaning(PLAIN + TELLING[4] + PLAIN + TELLING[10], LogCounts(webhook_failures=3), frozenset())
    assert found.counts == LogCounts(webhook_failures=4, reconnects=1)
    assert [told[0].kind for told in found.told if isinstance(told, tuple)] == [LogEventKind.WEBHOOK_FAILED]
