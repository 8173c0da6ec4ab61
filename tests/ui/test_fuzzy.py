"""Which letters a query finds, and what fits better than what."""

from __future__ import annotations

import pytest

from gowa_desktop.ui.commands.fuzzy import folded, match


def score(query: str, text: str) -> int:
    found = match(query, text)
    assert found is not None
    return found.score


@pytest.mark.parametrize(
    ("query", "text", "letters"),
    [
        ("cs", "Copy settings from", "Cs"), ("url copy", "Copy URL", "CopyURL"), ("tj12", "toko-jakarta-12", "tj12"),
        ("acao", "Importação", "ação"), ("RE", "restart", "re"), ("", "Start", ""),
    ],
)  # fmt: skip
def test_match_finds_the_letters_that_a_person_would_point_at(query: str, text: str, letters: str) -> None:
    found = match(query, text)
    assert found is not None
    assert "".join(text[place] for place in found.positions) == letters


@pytest.mark.parametrize(("query", "text"), [("x", "Start"), ("ts", "st"), ("start now", "Start"), ("aa", "a")])
def test_match_fails_when_a_letter_is_missing_or_out_of_order(query: str, text: str) -> None:
    assert match(query, text) is None


@pytest.mark.parametrize(
    ("query", "better", "worse"),
    [
        ("st", "Start", "Restart"), ("shop-1", "shop-1", "shop-21"), ("log", "Log of GOWA Desktop", "Catalog"),
        ("cu", "Copy URL", "Change its cup"), ("set", "Settings", "Reset it"),
    ],
)  # fmt: skip
def test_words_that_begin_with_the_query_fit_better(query: str, better: str, worse: str) -> None:
    assert score(query, better) > score(query, worse)


def test_folding_keeps_the_length_of_every_text() -> None:
    for text in ("Straße", "İstanbul", "ﬁne", "日本語", "Ünïcödé", "e\u0301"):
        assert len(folded(text)) == len(text)
