"""What is looked for in a log: levels; and what known lines mean."""

import pytest

from gowa_desktop.domain.log_advice import KNOWN_LINES, LogCounts, LogEventKind, meaning_of
from gowa_desktop.domain.log_line import LogLevel
from gowa_desktop.domain.log_parser import LogParser
from gowa_desktop.domain.log_query import LogQuery

LEVELLED = [
    'time="2026-03-10T11:22:33Z" level=warning msg=x', 'time="2026-03-10T11:22:33Z" level=error msg=x', "WARN[0001] x",
    'time="2026-03-10T11:22:33Z" level=fatal msg=x', "23:48:21.238\x1b[31m [Main ERROR] x", "23:48:21.238 [Main WARN] x",
    "23:48:33 | 404 |  39.56µs | 127.0.0.1 | GET | /health | x", "23:48:33 | 503 |  39.56µs | 127.0.0.1 | GET | /health | x",
    "[ERROR] 2026-11-22T23:48:19Z app.go:110 ▶  x", "[WARNING] 2026-11-22T23:48:19Z app.go:110 ▶  x", "panic: x", "SIGQUIT: quit",
    "PANI[0001] x",
    "2026-03-10T11:22:33.1Z CRITICAL a x", "2026/03/10 11:22:33 http: TLS handshake error", 'time="x" level=panic msg=x', "fatal error: x",
    'time="2026-03-10T11:22:33Z" level=info msg=x',
]  # fmt: skip


@pytest.mark.parametrize("raw", LEVELLED)
@pytest.mark.parametrize("least", [LogLevel.WARNING, LogLevel.ERROR, LogLevel.FATAL])
def test_level_words_admit_every_line_of_the_level(raw: str, least: LogLevel) -> None:
    query = LogQuery(least_level=least)
    if query.admits_level(LogParser().parse(raw)):
        assert any(word in raw.encode() for word in query.level_words())


def test_every_known_line_has_a_meaning_of_its_kind() -> None:
    examples = {
        LogEventKind.CLIENT_OUTDATED: "[Client ERROR] Client outdated (405) connect failure",
        LogEventKind.LOGGED_OUT: "[REMOTE_LOGOUT] Received LoggedOut event",
        LogEventKind.CONNECT_FAILED: "auto-connect failed for device x: y",
        LogEventKind.OLD_CHAT_DATABASE: "no such column: c.device_id",
        LogEventKind.DATABASE_LOCKED: "database is locked (5)",
        LogEventKind.WEBHOOK_FAILED: "Attempt 3 to submit webhook failed: EOF",
        LogEventKind.PAGE_NOT_UPDATED: "[UI_ASSET] initial dashboard download failed: x",
        LogEventKind.SIGN_IN_INVALID: "Basic auth is not valid, please this following format <user>:<secret>",
        LogEventKind.PROXY_NOT_USED: "failed to apply WHATSAPP_PROXY",
        LogEventKind.UNDECRYPTABLE: "Undecryptable message from x",
        LogEventKind.PAIRING_NOT_FINISHED: "QR context canceled",
    }
    assert set(examples) == {known.kind for known in KNOWN_LINES} == set(LogEventKind)
    for kind, text in examples.items():
        known = meaning_of(text)
        assert known is not None
        assert known.kind is kind
    assert meaning_of("all is well") is None


def test_counts_go_up_by_what_lines_say() -> None:
    counts = LogCounts()
    told = [("Attempt 1 to submit webhook failed: x", None), ("Automatically reconnecting after 2s", None)]
    for text, status in (*told, ("GET /x", 404), ("GET /x", 500), ("-", 200)):
        counts = counts.and_of(text, status)
    assert counts == LogCounts(webhook_failures=1, reconnects=1, client_errors=1, server_errors=1)
