"""What is looked for in a log: quick on bytes, and never another answer than that of looking at each line as people see it."""

from __future__ import annotations

import re
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gowa_desktop.domain.errors import UsageError
from gowa_desktop.domain.log_line import LogLevel
from gowa_desktop.domain.log_query import LogQuery
from gowa_desktop.infra.log_expression import compile_query
from gowa_desktop.infra.log_reader import LogReader
from gowa_desktop.infra.log_search import LineTest, search

SYNTAX = st.sampled_from(
    ["a", "b", "B", r"\d", r"\.", "[ab]", "a?", "a*", "b+", "(ab)", "(a|b)", "^", "$", "a{2}", "[^]a]", "a|b", r"\b", ".", " ", '"', r"\s"]
)
PATTERNS = st.one_of(
    st.lists(SYNTAX, min_size=1, max_size=6).map("".join),
    st.sampled_from([r"^said", 'said "a', "answered with 40", "GET /a answered", "Main", r"hush$", "a.b", "•", "level=error", r"^A request"]),
    st.sampled_from(["b$", r"\d{2,}", "answer", "40[34]", r"\w+", "(?:a|b)+", "µs:", "s: a", "not found"]),
)
WORDS = st.text("abAB12. \té", max_size=12)
LINES = st.one_of(
    WORDS.map(str.encode),
    WORDS.map(lambda text: f'time="2026-03-10T11:22:33Z" level=info msg="said \\"{text}\\" \\\\ a\\tb"'.encode()),
    WORDS.map(lambda text: f'time="2026-03-10T11:22:33Z" level=error msg="Panic recovered in middleware: device not found{text}"'.encode()),
    WORDS.map(lambda text: f"23:48:21.238\x1b[31m [Main ERROR] {text[:3]}\x1b[0mb{text[3:]}\x1b[0m".encode()),
    WORDS.map(lambda text: f"23:48:33 | 404 |  39.56µs | 127.0.0.1 | GET | /a{text.strip()} | {text}".encode()),
    WORDS.map(lambda text: f"hush {text} token=ab2 https://a:b@host/a".encode()),
    WORDS.map(lambda text: f"map[{text}]".encode()),
    st.binary(max_size=20).map(lambda data: data.replace(b"\n", b"")),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=12), PATTERNS, st.booleans(), st.booleans(), st.sampled_from(list(LogLevel)))
def test_search_finds_what_looking_at_each_line_finds(
    lines: list[bytes], pattern: str, is_regex: bool, is_case_sensitive: bool, least: LogLevel
) -> None:
    query = LogQuery(pattern, is_regex, is_case_sensitive, least)
    try:
        test = LineTest(query, ("hush",))
    except UsageError:
        return
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "gowa.log"
        log.write_bytes(b"\n".join(lines) + b"\n")
        reader = LogReader(log)
        found = list(search(reader, reader.refresh(), 0, query, ("hush",)).positions)
    position, expected = 0, []
    for line in lines:
        if test.admits(line):
            expected.append(position)
        position += len(line) + 1
    assert found == expected


SAME = st.sampled_from(["a", "b", r"\d", r"\.", "[ab]", "a?", "b+", "(ab)", "(a|b)", "^", "$", "a{2}", "[^]a]"])


@given(st.lists(SAME, max_size=8).map("".join))
def test_expressions_mean_what_they_mean_in_python(pattern: str) -> None:
    expression = compile_query(LogQuery(pattern, is_case_sensitive=True))
    for text in ("", "ab", "aab.2", "b]a", "abab1"):
        assert (expression is None or expression.is_in(text)) is (re.search(pattern, text) is not None)


@pytest.mark.parametrize("pattern", ["(", "[a", "*", "(?P<a", "x" * 501, "(?=a)", r"(a)\1", "\ud800"])
def test_bad_expression_is_told_in_words(pattern: str) -> None:
    with pytest.raises(UsageError) as told:
        compile_query(LogQuery(pattern))
    assert "b'" not in told.value.message


def test_plain_text_is_taken_as_it_is() -> None:
    expression = compile_query(LogQuery("a.b(", is_regex=False))
    assert expression is not None
    assert expression.spans("xA.B(y a.b(") == [(1, 5), (7, 11)]
    assert not expression.is_in("axb(")


def test_end_of_the_text_is_written_as_in_python_and_marks_count_characters() -> None:
    expression = compile_query(LogQuery(r"é+\Z"))
    assert expression is not None
    assert expression.spans("é éé") == [(2, 4)]


def test_expression_that_would_take_for_ever_does_not(tmp_path: Path) -> None:
    log = tmp_path / "gowa.log"
    log.write_bytes((b"a" * 5000 + b"!\n") * 200)
    reader = LogReader(log)
    begun = time.thread_time()
    assert len(search(reader, reader.refresh(), 0, LogQuery("(a+)+$")).positions) == 0
    assert len(search(reader, reader.refresh(), 0, LogQuery("(a|aa)+!")).positions) == 200
    # Python's own expressions would need longer than the universe is old for a single line.
    assert time.thread_time() - begun < 60
