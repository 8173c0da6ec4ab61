"""Why GOWA ended, in words a person can act on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gowa_desktop.domain.exit_reasons import code_told_by_log, explain_exit, signal_words


def test_code_0_unasked_is_told_as_a_session_conflict() -> None:
    sentence = explain_exit(0, None, ["anything", "panic: not this"], 8001)
    assert sentence.startswith("GOWA ended with code 0 without being asked to")
    assert "another client" in sentence
    assert "same account" in sentence


@pytest.mark.parametrize("code", [1, 2, 3, 137, 255])
def test_other_codes_without_a_known_line_name_the_code(code: int) -> None:
    sentence = explain_exit(code, None, ["some line", "another"], 8001)
    assert sentence == f"GOWA ended with code {code}. Look at its last lines, then start it again."


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "hung up (SIGHUP)"),
        (2, "interrupted (SIGINT)"),
        (3, "ended by SIGQUIT"),
        (4, "illegal instruction"),
        (6, "SIGABRT"),
        (7, "bus error"),
        (9, "killed (signal 9)"),
        (11, "memory fault"),
        (15, "asked to end (SIGTERM) by another program"),
        (31, "ended by signal 31"),
    ],
)
def test_signals_are_told_in_words(number: int, words: str) -> None:
    assert words in signal_words(number)
    sentence = explain_exit(None, number, ["panic: earlier", "address already in use"], 8001)
    assert sentence.startswith("GOWA was ")
    assert words in sentence
    assert "Port" not in sentence


def test_unknown_end_of_an_adopted_process_says_that_it_is_unknown() -> None:
    sentence = explain_exit(None, None, ["fine"], 8001)
    assert "exit code is unknown" in sentence
    assert "start it again" in sentence


def test_unknown_end_with_a_known_line_still_gives_the_reason() -> None:
    assert "disk is full" in explain_exit(None, None, ["write x: no space left on device"], 8001)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (
            'level=fatal msg="Failed to start:  failed to listen: listen tcp4 127.0.0.1:8001: bind: address already in use"',
            "Port 8001 is used by another program",
        ),
        (
            "failed to listen: Only one usage of each socket address (protocol/network address/port) is normally permitted.",
            "Port 8001 is used by another program",
        ),
        ("Failed to start:  failed to listen: listen tcp4 :80: bind: permission denied", "does not allow listening on port 8001"),
        (
            "failed to listen: An attempt was made to access a socket in a way forbidden by its access permissions.",
            "does not allow listening on port 8001",
        ),
        ("Failed to start:  failed to listen: lookup nowhere: no such host", "could not listen on its port 8001"),
        ('level=fatal msg="Basic auth is not valid, please this following format <user>:<secret>"', "refused a sign-in"),
        ("Error: unknown flag: --webhok", "does not know one of the extra arguments"),
        ("Error: unknown shorthand flag: 'z' in -z", "does not know one of the extra arguments"),
        ("write storages/whatsapp.db: no space left on device", "The disk is full"),
        ("/lib/libc.so.6: version `GLIBC_2.38' not found (required by ./gowa)", "newer system library"),
        ('level=fatal msg="failed to initialize chat storage: file is not a database"', "damaged or cannot be written"),
        ("panic: database disk image is malformed", "damaged or cannot be written"),
        ("panic: file is not a database", "damaged or cannot be written"),
        ("mkdir statics: permission denied", "instance folder cannot be written"),
        ("panic: runtime error: invalid memory address", "internal fault (panic)"),
    ],
)
def test_known_log_line_gives_its_reason_and_the_code(line: str, reason: str) -> None:
    sentence = explain_exit(1, None, ["INFO starting", line, "goroutine 1 [running]:"], 8001)
    assert reason in sentence
    assert sentence.endswith("(GOWA ended with code 1.)")


def test_folder_without_permission_is_not_told_as_a_damaged_database() -> None:
    """GOWA prints both lines (GOWA facts 2.5); advising to reset the data would be harmful."""
    lines = ["mkdir statics: permission denied", 'level=fatal msg="failed to initialize chat storage: unable to open database file"']
    sentence = explain_exit(1, None, lines, 8001)
    assert "folder cannot be written" in sentence
    assert "reset" not in sentence


def test_panic_in_the_middle_of_a_line_is_the_normal_log_of_an_answer() -> None:
    assert "internal fault" not in explain_exit(1, None, ['level=error msg="Panic recovered in middleware: panic: x"'], 8001)


@given(
    st.none() | st.integers(-300, 300), st.none() | st.integers(1, 64), st.lists(st.text(max_size=40), max_size=5), st.none() | st.integers()
)
def test_any_end_is_told_in_a_sentence(code: int | None, signal: int | None, lines: list[str], port: int | None) -> None:
    sentence = explain_exit(code, signal, lines, port)
    assert sentence.startswith(("GOWA", "Port", "The", "This", "A ", "Another"))
    assert sentence.endswith((".", ".)"))


GRACEFUL = 'time="2026-08-22T10:00:00Z" level=info msg="Received terminated — shutting down"'


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([], None),
        (["INFO Server started"], None),
        ([GRACEFUL, "closing"], 0),
        (["panic: runtime error", "", "goroutine 1 [running]:", "main.main()"], 2),
        (["fatal error: concurrent map writes"], 2),
        (['time="x" level=fatal msg="Failed to start"'], 1),
        (["FATA[0000] no"], 1),
        ([GRACEFUL, "panic: while closing"], 2),
        (['level=error msg="Panic recovered in middleware: panic: x"', GRACEFUL], 0),
        (['level=error msg="Panic recovered in middleware: panic: x"'], None),
    ],
)
def test_log_tells_the_code_of_an_adopted_process(lines: list[str], code: int | None) -> None:
    assert code_told_by_log(lines) == code


def test_unknown_end_after_the_shutdown_line_is_told_as_an_end_in_order() -> None:
    for code in (None, 0):
        sentence = explain_exit(code, None, ["INFO", GRACEFUL], 8001)
        assert sentence == "Another program asked GOWA to end (terminated), and it shut down in order. Start it again when you want it."


def test_unknown_end_after_a_fatal_line_quotes_it() -> None:
    sentence = explain_exit(None, None, [r'level=fatal msg="no such \"thing\" here."', "later"], 8001)
    assert sentence.startswith(r"GOWA gave up: no such \"thing\" here. (")
    assert "exit code is unknown" in sentence


def test_unknown_end_after_a_panic_names_it() -> None:
    assert "internal fault (panic)" in explain_exit(None, None, ["panic: runtime error", "goroutine 1 [running]:"], 8001)
