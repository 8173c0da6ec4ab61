"""Log lines taken apart, by recordings of real programs and by anything at all."""

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gowa_desktop.domain.log_line import LogFormat, LogLevel, LogLine, Span, moments_of
from gowa_desktop.domain.log_lines import MASK
from gowa_desktop.domain.log_parser import LogParser
from gowa_desktop.domain.run_markers import end_marker, start_marker

RECORDINGS = sorted((Path(__file__).parents[2] / "recordings").glob("gowa-*.log"))
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def parsed(text: str) -> list[LogLine]:
    parser = LogParser()
    return [parser.parse(line) for line in text.split("\n")]


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda p: p.stem)
def test_recorded_logs_hold_no_unknown_line(path: Path) -> None:
    lines = parsed(path.read_text("utf-8"))
    assert [line.text for line in lines if line.format is LogFormat.UNKNOWN] == []
    formats = {line.format for line in lines}
    assert formats >= {LogFormat.SETTINGS, LogFormat.LOGRUS, LogFormat.WHATSMEOW, LogFormat.LIBSIGNAL, LogFormat.REQUEST, LogFormat.DUMP}
    assert "Recorded" not in " ".join(line.text for line in lines)


def test_recordings_are_of_three_generations() -> None:
    assert [path.stem[5:7] for path in RECORDINGS] == ["v7", "v8", "v9"]


def test_logrus_line_gives_time_level_module_and_text() -> None:
    (line,) = parsed('time="2026-03-10T11:22:33Z" level=warning msg="[UI_ASSET] download of \\"x\\" failed\\nagain" error=EOF')
    assert line == LogLine(
        LogFormat.LOGRUS, 'download of "x" failed ↵ again error=EOF', LogLevel.WARNING, "UI_ASSET", date(2026, 3, 10), time(11, 22, 33)
    )


def test_logrus_line_for_a_terminal_gives_its_level() -> None:
    (line,) = parsed("\x1b[33mWARN\x1b[0m[0001] careful")
    assert (line.level, line.text) == (LogLevel.WARNING, "careful")


def test_whatsmeow_line_keeps_the_styles_of_its_text() -> None:
    (line,) = parsed("23:48:21.238\x1b[31m [Client-one/Socket ERROR] it \x1b[1mbroke\x1b[0m off")
    assert (line.module, line.level, line.text) == ("Client-one/Socket", LogLevel.ERROR, "it broke off")
    assert line.time_of_day == time(23, 48, 21, 238_000)
    assert line.spans == (Span(0, 3, 1), Span(3, 8, 1, is_bold=True))


def test_request_line_gives_the_level_of_its_status() -> None:
    found, missing, broken = parsed(
        "23:48:18 | 200 |     120.931µs |       127.0.0.1 | GET     | /                    \n"
        "23:48:33 | 404 |       39.56µs | 127.0.0.1 | GET | /health | Cannot GET /health\n"
        "23:48:33 | 500 |       1.2s | 127.0.0.1 | POST | /send/message | -"
    )
    assert (found.level, found.text) == (LogLevel.INFO, "GET / answered with 200 in 120.931µs")
    assert (missing.level, missing.status) == (LogLevel.WARNING, 404)
    assert missing.text.endswith(": Cannot GET /health")
    assert (broken.level, broken.status) == (LogLevel.ERROR, 500)


@pytest.mark.parametrize(
    ("fault", "status", "level"),
    [
        ("reconnect error", 401, LogLevel.WARNING),
        ("you are not logged in", 401, LogLevel.WARNING),
        ("phone: cannot be blank.", 400, LogLevel.WARNING),
        ("you are already logged in.", 400, LogLevel.WARNING),
        ("device not found", 404, LogLevel.WARNING),
        ("WhatsApp rejected this send with error 463 (reach-out timelock).", 429, LogLevel.WARNING),
        ("context deadline exceeded", 504, LogLevel.ERROR),
        ("device one is not logged in (session deleted)", 500, LogLevel.ERROR),
        ("invalid character 'b' looking for beginning of object key string", 500, LogLevel.ERROR),
    ],
)
def test_panic_in_the_middleware_is_the_answer_that_it_is(fault: str, status: int, level: LogLevel) -> None:
    (line,) = parsed(f'time="2026-03-10T11:22:33Z" level=error msg="Panic recovered in middleware: {fault}"')
    assert (line.status, line.level, line.module) == (status, level, "HTTP")
    assert "anic" not in line.text
    assert line.format is LogFormat.LOGRUS


@pytest.mark.parametrize(("piece", "belongs"), [("x", False), ("a/", False), ("main.f(", False), ("main.f()", True)])
def test_monstrous_line_in_a_dump_is_judged_without_trying_each_stretch_again(piece: str, belongs: bool) -> None:
    _, line = parsed("panic: out of luck\n" + piece * (60_000 // len(piece)))
    assert line.belongs_to_previous is belongs


def test_panic_is_one_block_and_what_follows_is_not_part_of_it() -> None:
    lines = parsed(
        "panic: out of luck\n\ngoroutine 1 [running]:\nmain.main()\n\t/build/main.go:8 +0xf\nexit status 2\n"
        'time="2026-03-10T11:22:33Z" level=info msg=next\nplain'
    )
    assert [line.format for line in lines[:6]] == [LogFormat.DUMP] * 6
    assert [line.belongs_to_previous for line in lines] == [False, True, True, True, True, True, False, False]
    assert lines[0].level is LogLevel.FATAL
    assert lines[7].format is LogFormat.UNKNOWN


def test_settings_line_over_several_lines_shows_none_of_them() -> None:
    lines = parsed('map[a:one\nhush two\nb:hush three]\ntime="2026-03-10T11:22:33Z" level=info msg=open\nmap[]')
    assert [line.text for line in lines] == [f"map[{MASK}]", MASK, MASK, "open", "map[]"]
    assert [line.belongs_to_previous for line in lines] == [False, True, True, False, False]


def test_settings_line_without_end_hides_nothing_that_is_stamped() -> None:
    lines = parsed("map[a:one\nstill\n23:48:21.238 [Main ERROR] seen")
    assert [line.text for line in lines] == [f"map[{MASK}]", MASK, "seen"]


def test_settings_that_look_nearly_like_lines_are_hidden_all_the_same() -> None:
    lines = parsed("map[a:one\nERROR] hush\n12:00:00 hush\nlevel=hush\nINFO hush\nb:hush]\n12:00:00.123 [Main INFO] open")
    assert [line.text for line in lines] == [f"map[{MASK}]", *[MASK] * 5, "open"]


def test_usage_instead_of_a_start_is_known_and_its_fault_is_an_error() -> None:
    lines = parsed("Error: unknown flag: --nope\nUsage:\n   rest [flags]\n\nGlobal Flags:\n  -d, --debug   hide or displaying log")
    assert {line.format for line in lines} == {LogFormat.USAGE, LogFormat.EMPTY}
    assert [line.level for line in lines if line.level is LogLevel.ERROR] == [LogLevel.ERROR]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("dial postgres://bob:hush@db:5432/x failed", f"dial postgres://bob:{MASK}@db:5432/x failed"),
        ("WHATSAPP_WEBHOOK_SECRET=hush next", f"WHATSAPP_WEBHOOK_SECRET={MASK} next"),
        ('{"password": "hush"}', f'{{"password": "{MASK}"}}'),
        ("Authorization: Basic aHVzaA==", f"Authorization: {MASK}"),
        ('Post "https://x.example/in?sig=zz&code=12345": EOF', f'Post "https://x.example/in?sig={MASK}&code={MASK}": EOF'),
        (
            'time="2026-03-10T11:22:33Z" level=warning msg="Post \\"https://x.example/in?t=x9\\": EOF" error=no',
            f'Post "https://x.example/in?t={MASK}": EOF error=no',
        ),
        ("https://x.example/a?t=x9#top and 2?a=b", f"https://x.example/a?t={MASK}#top and 2?a=b"),
        ("token_count 5 of monkey: fine", "token_count 5 of monkey: fine"),
        ("http://127.0.0.1:8001/a@b", "http://127.0.0.1:8001/a@b"),
    ],
)
def test_likely_secrets_are_hidden_and_other_text_is_not(text: str, shown: str) -> None:
    assert parsed(text)[0].text == shown


def test_known_secrets_are_hidden_after_colours_are_out() -> None:
    assert LogParser(["hush"]).parse("it is hu\x1b[31msh now").text == f"it is {MASK} now"


def test_markers_are_read_back() -> None:
    start = LogParser().parse(start_marker("v9.2.0", NOON).decode().rstrip("\n"))
    end = LogParser().parse(end_marker("GOWA was killed.\nSignal 9.", NOON).decode().rstrip("\n"))
    assert (start.format, start.text, start.day, start.time_of_day) == (
        LogFormat.MARKER, "Run starts, GOWA v9.2.0", NOON.date(), NOON.time(),
    )  # fmt: skip
    assert end.text == "Run ended, GOWA was killed. Signal 9"


def test_own_lines_are_read() -> None:
    (line,) = parsed("2026-03-10T11:22:33.123Z WARNING gowa_desktop.services.tasks A task failed")
    assert (line.format, line.level, line.module, line.text) == (LogFormat.DESKTOP, LogLevel.WARNING, "services.tasks", "A task failed")


def test_moments_give_each_line_a_time_across_midnight() -> None:
    lines = parsed("no time yet\n23:59:59.000 [Main INFO] late\n00:00:01.000 [Main INFO] early\nafter")
    moments = moments_of(lines, datetime(2026, 3, 10, 0, 0, 2, tzinfo=UTC))
    assert [moment.isoformat() for moment in moments] == [
        "2026-03-09T23:59:59+00:00", "2026-03-09T23:59:59+00:00", "2026-03-10T00:00:01+00:00", "2026-03-10T00:00:01+00:00",
    ]  # fmt: skip


PIECES = st.sampled_from(
    [
        b"\x1b[", b"31m", b"38;5;", b"\x1b]", b"map[", b"]", b"\n", b"\r", b"\x00", b"\xff", b'time="', b'" level=', b"error msg=", b'"', b"\\",
        b"\\x4", b"\\u12", b"panic: ", b"goroutine 1 [", b"23:48:21.238 [", b" ERROR] ", b"12:00:00 | 404 | ", b" | GET | /x", b"--- ", b" ---",
        b"[ERROR] 2026-", b"2026/13/99 99:99:99 x", b"password=", b"://a:b@", b"2026-03-10T11:22:33Z INFO x ", b"\xe2\x96\xb6",
    ]
)  # fmt: skip


@given(st.lists(PIECES | st.binary(max_size=10), max_size=30).map(b"".join))
def test_any_bytes_become_lines_without_codes(raw: bytes) -> None:
    parser = LogParser(["hush"])
    lines = [parser.parse_bytes(line) for line in raw.split(b"\n")]
    assert len(moments_of(lines, NOON)) == len(lines)
    for line in lines:
        assert "\x1b" not in line.text
        assert "\x00" not in line.text
        assert all(0 <= span.start < span.end <= len(line.text) for span in line.spans)
        assert line.moment(NOON.date()) is None or line.time_of_day is not None


def test_monstrous_line_is_cut_for_the_eye() -> None:
    assert len(LogParser().parse_bytes(b"x" * 10_000_000).text) < 100_000
