"""Tags and notes: cleaned, refused, stored as text and read again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gowa_desktop.domain.errors import GowaError, NoteInvalidError, TagInvalidError
from gowa_desktop.domain.tags import LONGEST_NOTES, LONGEST_TAG, MOST_TAGS, clean_notes, clean_tags, split_tags, tags_from_text, tags_to_text


@pytest.mark.parametrize(
    ("typed", "tags"),
    [
        (["prod", " Shop ", "prod"], ("prod", "Shop")), (["Prod", "prod"], ("Prod",)), (["", "  "], ()),
        (["two   words"], ("two words",)), (["toko", "Ängste", "zebra"], ("toko", "zebra", "Ängste")),
    ],
)  # fmt: skip
def test_tags_are_cleaned(typed: list[str], tags: tuple[str, ...]) -> None:
    assert clean_tags(typed) == tags


@pytest.mark.parametrize("tag", ["x" * (LONGEST_TAG + 1), "a,b", 'say "hi"', "a;b", "bell\x07"])
def test_tags_that_cannot_be_are_refused(tag: str) -> None:
    with pytest.raises(TagInvalidError):
        clean_tags([tag])


def test_too_many_tags_are_refused() -> None:
    assert len(clean_tags(str(number) for number in range(MOST_TAGS))) == MOST_TAGS
    with pytest.raises(TagInvalidError, match="at most"):
        clean_tags(str(number) for number in range(MOST_TAGS + 1))


def test_one_line_of_tags_is_parted() -> None:
    assert clean_tags(split_tags("prod, shop; two words,,")) == ("prod", "shop", "two words")


def test_notes_keep_their_lines_and_lose_what_cannot_be_seen() -> None:
    assert clean_notes("one\r\n  two\n\n") == "one\n  two"
    with pytest.raises(NoteInvalidError):
        clean_notes("x" * (LONGEST_NOTES + 1))


@given(st.lists(st.text(max_size=40), max_size=20))
def test_cleaned_tags_survive_storing(typed: list[str]) -> None:
    try:
        tags = clean_tags(typed)
    except GowaError:
        return
    assert clean_tags(tags) == tags
    assert tags_from_text(tags_to_text(tags)) == tags


@pytest.mark.parametrize("text", ["", None, "{", "3", '{"a": 1}', '[1, "ok"]', '["a,b"]', "[" * 100_000])
def test_damaged_tags_count_as_none_or_as_those_that_can_be_read(text: str | None) -> None:
    assert tags_from_text(text) in {(), ("ok",)}
