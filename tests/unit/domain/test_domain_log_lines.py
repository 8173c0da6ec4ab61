"""Log lines as people may see them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gowa_desktop.domain.log_lines import MASK, clean_line, hide_secrets, readable_lines

SECRETS = st.lists(st.text(st.characters(codec="utf-8", exclude_characters=MASK), min_size=3, max_size=8), max_size=3)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("\x1b[36m12:00:00.000 [Main INFO]\x1b[0m ready", "12:00:00.000 [Main INFO] ready"),
        ("\x1b[1;31;40mred\x1b[m", "red"),
        ("\x1b[?25lhidden cursor\x1b[2K", "hidden cursor"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bMup", "up"),
        ("bell\x07 back\x08 null\x00 delete\x7f", "bell back null delete"),
        ("progress 1\rprogress 2", "progress 1progress 2"),
        ("\x9b31mred", "31mred"),
        ("tab\tstays", "tab\tstays"),
        ("cut \x1b[3", "cut [3"),
        ("▶ ünï 日本 🛒", "▶ ünï 日本 🛒"),
    ],
)
def test_clean_line_takes_out_colours_and_controls(line: str, shown: str) -> None:
    assert clean_line(line) == shown


ORDINARY = 'time="2026-08-22T10:00:00Z" level=info msg="ready"'


@pytest.mark.parametrize(
    ("line", "shown"),
    [("map[app_basic_auth:admin:pw db_uri:x]", f"map[{MASK}]"), ("map[]", "map[]"), ("a map[b]", "a map[b]")],
)
def test_settings_line_is_masked_and_an_empty_one_is_not(line: str, shown: str) -> None:
    assert readable_lines(f"{line}\n{ORDINARY}\n".encode()) == [shown, ORDINARY]


@pytest.mark.parametrize(
    "ordinary",
    [
        ORDINARY,
        "23:40:47.446 [Main ERROR] Database initialization error",
        "panic: Database initialization error",
        "[ERROR] 2026-08-22T10:00:00Z file.go:12 ▶ text",
        "INFO[0000] started",
        " ┌───────────────────────────────────────────────────┐ ",
        "    _______ __",
        "INFO Server started on: \thttp://[::]:3000",
        "Error: unknown flag: --x",
    ],
)
def test_settings_spread_over_several_lines_are_masked_up_to_the_first_ordinary_line(ordinary: str) -> None:
    raw = f"map[app_auth:u:hush-1 x:a\nhush-2]\n\nhush-3 y:b]\n{ordinary}\nplain\n".encode()
    assert readable_lines(raw) == [f"map[{MASK}]", MASK, "", MASK, ordinary, "plain"]


def test_settings_lines_that_never_end_do_not_hide_a_whole_log() -> None:
    assert readable_lines(("map[a\n" + "x\n" * 2000).encode())[-1] == "x"


@pytest.mark.parametrize(
    ("secret", "text", "shown"),
    [
        ("ab", "password ab, label", f"password {MASK}, label"),
        ("7", "https://u:7@x.example:8007", f"https://u:{MASK}@x.example:8007"),
        ("#", "user:# 5#6", f"user:{MASK} 5#6"),
        ("abc", "xabcx", f"x{MASK}x"),
    ],
)
def test_hide_secrets_of_one_or_two_characters_are_hidden_where_they_stand_alone(secret: str, text: str, shown: str) -> None:
    assert hide_secrets(text, [secret]) == shown


def test_hide_secrets_longest_first_leaves_no_part_behind() -> None:
    assert hide_secrets("key=abc, key=abcdef", ["abc", "abcdef", ""]) == f"key={MASK}, key={MASK}"


def test_readable_lines_cleans_before_it_masks() -> None:
    raw = f"map[app_port:1 secret:hush]\n{ORDINARY}\npass=\x1b[31mhu\x1b[0msh\nlast without newline".encode()
    assert readable_lines(raw, ["hush"]) == [f"map[{MASK}]", ORDINARY, f"pass={MASK}", "last without newline"]


def test_readable_lines_coloured_settings_line_is_masked_too() -> None:
    assert readable_lines(b"\x1b[0mmap[a:hush]\n") == [f"map[{MASK}]"]


@pytest.mark.parametrize(
    ("raw", "lines"),
    [(b"", []), (b"\n", [""]), (b"a\r\nb\r\n", ["a", "b"]), (b"a\n\nb", ["a", "", "b"]), (b"\xff\xfe ok \xc3", ["\ufffd\ufffd ok \ufffd"])],
)
def test_readable_lines_splits_at_newlines_only_and_keeps_bad_bytes_visible(raw: bytes, lines: list[str]) -> None:
    assert readable_lines(raw) == lines


def test_readable_lines_other_line_ends_of_unicode_do_not_split() -> None:
    assert readable_lines("a\u2028b".encode()) == ["a\u2028b"]


PIECES = st.sampled_from([b"\x1b[", b"\x1b]", b"\x07", b"31m", b"map[", b"]", b"\n", b"\r", b"\xc2\x9b", b"\xe2\x80", b"\t", b"\x1b\\"])


@given(st.lists(PIECES | st.binary(max_size=12), max_size=20).map(b"".join), SECRETS)
def test_readable_lines_any_bytes_give_printable_text_without_secrets(raw: bytes, secrets: list[str]) -> None:
    lines = readable_lines(raw, secrets)
    assert len(lines) == raw.count(b"\n") + (not raw.endswith(b"\n") and raw != b"")
    for line in lines:
        assert not [c for c in line if unicodedata.category(c) == "Cc" and c != "\t"]
        assert not [secret for secret in secrets if secret in line.replace(MASK, "\n")]
