"""What is looked for in a log: the quick test on bytes never leaves out what the expression itself would find."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gowa_desktop.domain.errors import UsageError
from gowa_desktop.domain.log_advice import KNOWN_LINES, LogCounts, LogEventKind, meaning_of
from gowa_desktop.domain.log_line import LogLevel
from gowa_desktop.domain.log_parser import LogParser
from gowa_desktop.domain.log_query import LogQuery, longest_literal


@pytest.mark.parametrize(
    ("pattern", "literal"),
    [
        ("websocket", "websocket"), (r"level=error.*device \d+", "level=error"), (r"a\.b+c", "a.b"), ("abc?d", "ab"), ("ab|cd", ""),
        ("(abc)+de", "de"), ("[abc]def", "def"), (r"\d{5}", ""), ("x{3}yz", "yz"), ("ab*", "a"), ("[]abc]xyz", "xyz"), ("(?i)abc", ""),
        (r"\bword\b", "word"), ("", ""), ("[^]a]bb", "bb"), ("ab+", "ab"),
    ],
)  # fmt: skip
def test_longest_literal_is_what_every_match_holds(pattern: str, literal: str) -> None:
    assert longest_literal(pattern) == literal


SYNTAX = st.sampled_from(["a", "b", "B", "\\d", "\\.", "[ab]", "a?", "a*", "b+", "(ab)", "(a|b)", "^", "$", "a{2}", "[^]a]", "a|b"])


@given(st.lists(SYNTAX, min_size=1, max_size=8).map("".join), st.text("abAB12.", max_size=30), st.booleans())
def test_quick_test_admits_all_that_the_expression_finds(pattern: str, text: str, is_case_sensitive: bool) -> None:
    query = LogQuery(pattern, is_case_sensitive=is_case_sensitive)
    compiled = query.compiled()
    assert compiled is not None
    pieces, counts_case = query.needed_bytes()
    raw = text.encode() if counts_case else text.lower().encode()
    if compiled.search(text) and pieces:
        assert any(piece in raw for piece in pieces)


@pytest.mark.parametrize("pattern", ["(", "[a", "*", "(?P<a>x)(?P<a>y)", "x" * 501])
def test_bad_expression_is_told_in_words(pattern: str) -> None:
    with pytest.raises(UsageError):
        LogQuery(pattern).compiled()


def test_plain_text_is_taken_as_it_is() -> None:
    compiled = LogQuery("a.b(", is_regex=False).compiled()
    assert compiled is not None
    assert compiled.search("xA.B(y")
    assert not compiled.search("axb(")
    assert LogQuery("two a.b(", is_regex=False).needed_bytes() == ((b"a.b(",), False)


LEVELLED = [
    'time="2026-03-10T11:22:33Z" level=warning msg=x', 'time="2026-03-10T11:22:33Z" level=error msg=x', "WARN[0001] x",
    'time="2026-03-10T11:22:33Z" level=fatal msg=x', "23:48:21.238\x1b[31m [Main ERROR] x", "23:48:21.238 [Main WARN] x",
    "23:48:33 | 404 |  39.56µs | 127.0.0.1 | GET | /health | x", "23:48:33 | 503 |  39.56µs | 127.0.0.1 | GET | /health | x",
    "[ERROR] 2026-11-22T23:48:19Z app.go:110 ▶  x", "[WARNING] 2026-11-22T23:48:19Z app.go:110 ▶  x", "panic: x", "SIGQUIT: quit",
    "2026-03-10T11:22:33.1Z CRITICAL a x", "2026/03/10 11:22:33 http: TLS handshake error", 'time="x" level=panic msg=x', "fatal error: x",
    'time="2026-03-10T11:22:33Z" level=info msg=x',
]  # fmt: skip


@pytest.mark.parametrize("raw", LEVELLED)
@pytest.mark.parametrize("least", [LogLevel.WARNING, LogLevel.ERROR, LogLevel.FATAL])
def test_level_words_admit_every_line_of_the_level(raw: str, least: LogLevel) -> None:
    query = LogQuery(least_level=least)
    if query.admits_level(LogParser().parse(raw)):
        pieces, _ = query.needed_bytes()
        assert any(piece in raw.encode() for piece in pieces)


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
