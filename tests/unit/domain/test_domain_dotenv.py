"""The `.env` dialect of GOWA's own reader (gotenv under viper); every expectation here was compared with that reader."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gowa_desktop.domain.dotenv import MAX_LINE_BYTES, parse_dotenv, quoted
from gowa_desktop.domain.errors import ConfigInvalidError

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)
TRICKY = st.text(st.sampled_from(list("ab'\"\\$#={} :n\n\r\t_A")), max_size=20)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A=p#w", {"A": "p"}),
        ("A=p # comment", {"A": "p"}),
        ("A='p#w' # comment", {"A": "p#w"}),
        ("A=$HOME/x", {"A": "/home/me/x"}),
        ("A='$HOME'", {"A": "$HOME"}),
        ('A="${HOME}"', {"A": "/home/me"}),
        ('A="\\$HOME"', {"A": "$HOME"}),
        ("A=\\$HOME", {"A": "$HOME"}),
        ("A=$home", {"A": "$home"}),
        ("A=$UNKNOWN", {"A": ""}),
        ("A=1\nB=$A$A", {"A": "1", "B": "11"}),
        ("A=one\\ntwo", {"A": "one\\ntwo"}),
        ('A="one\\ntwo"', {"A": "one\ntwo"}),
        ('A="\\\\n"', {"A": "\n"}),  # a backslash cannot stand before an n in double quotes
        ("A='one\\ntwo'", {"A": "one\\ntwo"}),
        ("A='one\ntwo'\nB=1", {"A": "one\ntwo", "B": "1"}),
        ("A='it's'", {"A": "it's"}),
        ('A="say "yes""', {"A": 'say "yes"'}),
        ("export A=1", {"A": "1"}),
        ("A: 1", {"A": "1"}),
        ("A = 1 ", {"A": "1"}),
        ("A=", {"A": ""}),
        ("A=\\", {"A": "\\"}),
        ("\ufeffA=1\r\nB=2\rC=3", {"A": "1", "B": "2", "C": "3"}),
        ("# A=1\n\n  # x\nB=2", {"B": "2"}),
        ("A=1\nA=2", {"A": "2"}),
        ("APP_BASIC_AUTH=a:b, c:d", {"APP_BASIC_AUTH": "a:b, c:d"}),
    ],
)
def test_text_is_read_as_gowa_reads_it(text: str, expected: dict[str, str]) -> None:
    assert parse_dotenv(text, {"HOME": "/home/me"}) == expected


@pytest.mark.parametrize(
    ("text", "line"), [("A", 1), ("A=1\nexport B", 2), ("A=1\n\nB='x\ny", 3), ("=1", 1), ("A-B=1", 1), (f"A=1\nB={'x' * MAX_LINE_BYTES}", 2)]
)
def test_line_that_gowa_cannot_read_is_named(text: str, line: int) -> None:
    with pytest.raises(ConfigInvalidError, match=f"^Line {line} of the .env file"):
        parse_dotenv(text, {})


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("http://a.example/x?y=1", "http://a.example/x?y=1"),
        ("p#w", "'p#w'"),
        ("$HOME", "'$HOME'"),
        (" x ", "' x '"),
        ("it's", "'it's'"),
        ("a\nb", '"a\\nb"'),
        ("a\r\nb", '"a\\r\\nb"'),
        ("ends\\", "ends\\"),
        ("", "''"),
    ],
)
def test_value_is_written_in_the_plainest_way_that_reads_back(value: str, written: str) -> None:
    assert quoted(value) == written


@given(TEXTS | TRICKY)
def test_whatever_is_written_reads_back(value: str) -> None:
    written = quoted(value)
    if "\\" not in value:
        assert written is not None
    if written is not None:
        assert parse_dotenv(f"BEFORE=1\nA={written}\nAFTER=2\n", {"B": "x"}) == {"BEFORE": "1", "A": value, "AFTER": "2"}


def test_value_that_no_writing_carries_is_refused() -> None:
    assert quoted("#\\") is None
    assert quoted(" \\n\r\\") is None


@given(st.text(max_size=200) | TRICKY | st.text(st.characters(), max_size=20).map(lambda text: f"A='{text}"))
def test_any_text_is_read_or_refused(text: str) -> None:
    found: dict[str, str] = {}
    with suppress(ConfigInvalidError):
        found = parse_dotenv(text, {})
    assert all(name and isinstance(value, str) for name, value in found.items())
