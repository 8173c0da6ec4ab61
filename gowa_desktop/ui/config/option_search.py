"""Which options a search admits: every word must occur in the label, key, flag, environment name or help of an option."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gowa_desktop.ui.look.sentences import told

if TYPE_CHECKING:
    from gowa_desktop.domain.options import Option


def search_words(text: str) -> list[str]:
    """Take a search apart; case does not matter."""
    return text.casefold().split()


def search_text(option: Option, title: str) -> str:
    """Give everything a search looks through; `title` is that of the section."""
    words = (option.label, told(option.label), option.key, option.flag or "", option.env, option.help, told(option.help), title)
    return "\n".join((*words, *option.choices)).casefold()


def plain_text(option: Option) -> str:
    """Give what a person sees of an option without asking."""
    return f"{option.label}\n{told(option.label)}\n{option.help}\n{told(option.help)}".casefold()


def admits(words: list[str], text: str) -> bool:
    """Tell whether all words occur."""
    return all(word in text for word in words)
