"""Log lines as people may see them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gowa_desktop.domain.log_lines import MASK, clean_line, hide_secrets, mask_settings_line, readable_lines

SECRETS = st.lists(st.text(st.characters(codec="utf-8", exclude_characters=MASK), min_size=1, max_size=8), max_size=3)


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


def test_settings_line_is_masked_and_an_empty_one_is_not() -> None:
    assert mask_settings_line("map[app_basic_auth:admin:pw db_uri:x]") == f"map[{MASK}]"
    assert mask_settings_line("map[]") == "map[]"
    assert mask_settings_line("a map[b]") == "a map[b]"


def test_hide_secrets_longest_first_leaves_no_part_behind() -> None:
    assert hide_secrets("key=abc, key=abcdef", ["abc", "abcdef", ""]) == f"key={MASK}, key={MASK}"


def test_readable_lines_cleans_before_it_masks() -> None:
    raw = b"map[app_port:1 secret:hush]\nnormal\npass=\x1b[31mhu\x1b[0msh\nlast without newline"
    assert readable_lines(raw, ["hush"]) == [f"map[{MASK}]", "normal", f"pass={MASK}", "last without newline"]


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
