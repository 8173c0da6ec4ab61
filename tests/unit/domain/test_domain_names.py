"""Names of instances: what people may call them, when two are the same, and the generator."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gowa_desktop.domain.errors import NameInvalidError, NameTakenError
from gowa_desktop.domain.names import MAX_NAME_LENGTH, NameGenerator, check_unique, clean_name, name_identity

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=130)


@pytest.mark.parametrize("name", ["", " ", "   ", "\t\n", "\u00a0\u2003"])
def test_clean_name_nothing_but_space_is_refused_as_empty(name: str) -> None:
    with pytest.raises(NameInvalidError, match="is empty") as caught:
        clean_name(name)
    assert caught.value.next_step


def test_clean_name_300_characters_is_refused_with_both_numbers() -> None:
    with pytest.raises(NameInvalidError, match=r"300 characters; 100 is the most"):
        clean_name("x" * 300)


def test_clean_name_length_limit_counts_characters_after_trimming() -> None:
    longest = "ü" * MAX_NAME_LENGTH
    assert clean_name(f"  {longest}  ") == longest
    with pytest.raises(NameInvalidError, match="101 characters"):
        clean_name(longest + "x")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("shop 🛒", "an emoji or symbol"),
        ("👨\u200d👩\u200d👧", "an emoji or symbol"),
        ("1\ufe0f\u20e3", "an emoji or symbol"),
        ("1\u20e3", "an emoji or symbol"),
        ("❤", "an emoji or symbol"),
        ('say "hi"', r'a quotation mark \("\)'),
        ("it's", r"a quotation mark \('\)"),
        ("a`b", r"a quotation mark \(`\)"),
        ("a“b", "““”"),
        ("../x", r"a path separator \(/\)"),
        ("a/b", r"a path separator \(/\)"),
        ("C:\\x", "“:”"),
        ("a\\b", "a path separator"),
        ("..", "cannot start with “.”"),
        (".hidden", "cannot start with “.”"),
        ("-rf", "cannot start with “-”"),
        ("--help", "cannot start with “-”"),
        ("a\x00b", "an invisible control character"),
        ("a\nb", "an invisible control character"),
        ("a\tb", "an invisible control character"),
        ("a\x1b[31mb", "an invisible control character"),
        ("a\u200bb", "an invisible control character"),
        ("a\u202eb", "an invisible control character"),
        ("a\u00a0b", "an invisible control character"),
        ("\u3164", "an invisible control character"),
        ("shop\ufe0f", "an emoji or symbol"),
        ("a*b", r"“\*”"),
        ("a|b", r"“\|”"),
        ("a$b", r"“\$”"),
        ("a;b", "“;”"),
        ("a<b", "“<”"),
        ("a?b", r"“\?”"),
        ("\ud800", "an emoji or symbol"),
    ],
)
def test_clean_name_unfit_character_is_refused_and_named(name: str, reason: str) -> None:
    with pytest.raises(NameInvalidError, match=reason):
        clean_name(name)


@pytest.mark.parametrize(
    "name",
    ["shop", "Shop 1", "Bücher-Ecke", "متجر", "店舗 東京", "Ελλάδα", "magazín #1", "a_b.c(d)+e&f@g#h", "नमस्ते", "x" * 100],
)
def test_clean_name_letters_of_any_script_are_accepted_unchanged(name: str) -> None:
    assert clean_name(name) == unicodedata.normalize("NFC", name)


def test_clean_name_outer_space_is_trimmed_and_inner_kept() -> None:
    assert clean_name("\t  my  shop \n") == "my  shop"


def test_clean_name_decomposed_letters_are_composed() -> None:
    assert clean_name("Cafe\u0301") == "Caf\u00e9"


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("SHOP", "shop"),
        ("Straße", "STRASSE"),
        ("Caf\u00e9", "CAFE\u0301"),
        ("\u0390", "\u0390".upper()),
        ("ﬁn", "FIN"),
        ("shop\uff11", "shop1"),
        ("my shop", "  My    SHOP "),
    ],
)
def test_check_unique_same_name_in_other_case_or_form_is_taken(name: str, other: str) -> None:
    with pytest.raises(NameTakenError) as caught:
        check_unique(name, ["something else", other])
    assert other in caught.value.message


def test_check_unique_different_names_pass() -> None:
    check_unique("shop-1", ["shop", "shop-2", "shop 1", "1-shop"])
    check_unique("shop", [])


@given(ANY_TEXT)
def test_clean_name_any_text_gives_a_clean_name_or_is_refused(text: str) -> None:
    try:
        cleaned = clean_name(text)
    except NameInvalidError:
        return
    assert clean_name(cleaned) == cleaned
    assert 1 <= len(cleaned) <= MAX_NAME_LENGTH
    assert cleaned == cleaned.strip()
    assert not set(cleaned) & set("/\\:\"'`*?<>|\x00")
    assert cleaned.isprintable()


@given(ANY_TEXT)
def test_name_identity_is_the_same_for_every_way_to_write_a_name(text: str) -> None:
    identity = name_identity(text)
    assert name_identity(f"  {text}\t") == identity
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert name_identity(unicodedata.normalize(form, text)) == identity


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=40))
def test_check_unique_a_name_always_collides_with_its_own_folded_form(text: str) -> None:
    with pytest.raises(NameTakenError):
        check_unique(text.casefold(), [text])


def test_generator_same_chance_gives_the_same_name() -> None:
    first = NameGenerator(random.Random(7)).generate([])
    assert NameGenerator(random.Random(7)).generate([]) == first
    assert clean_name(first) == first


def test_generator_one_after_another_never_repeats() -> None:
    generator = NameGenerator(random.Random(1))
    taken: list[str] = []
    for _ in range(900):  # there are 676 pairs of words
        taken.append(generator.generate(taken))
    assert len({name_identity(name) for name in taken}) == 900
    assert all(clean_name(name) == name for name in taken)


class OneWord(random.Random):
    """Chance that always takes the first word, so that one name is everything there is."""

    def choice(self, seq: object) -> object:  # type: ignore[override]
        return seq[0]  # type: ignore[index]


def test_generator_everything_taken_counts_on() -> None:
    generator = NameGenerator(OneWord())
    plain = generator.generate([])
    assert generator.generate([plain.upper()]) == f"{plain}-2"
    assert generator.generate([plain, f"{plain}-2", f"{plain}-3"]) == f"{plain}-4"


def test_generator_without_chance_of_its_own_still_avoids_taken_names() -> None:
    taken = NameGenerator().generate([])
    assert name_identity(NameGenerator().generate([taken])) != name_identity(taken)
