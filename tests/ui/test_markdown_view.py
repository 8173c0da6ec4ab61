"""Markdown of others: it is shown in form, loads nothing, and its links open pages only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest

from gowa_desktop.ui.look.color_tables import DARK, LIGHT
from gowa_desktop.ui.parts.markdown_view import MarkdownView

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.ui.look.theme import Theme

NOTES = """## What's changed
* feat: send voice notes with `/send/audio`
* fix: **reconnect** (#612)

**Full changelog**: https://github.com/example/gowa/compare/v1...v2
"""


class Browser(QObject):
    """Stands for the system's browser."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toString())


@pytest.fixture
def browser() -> Iterator[Browser]:
    one = Browser()
    for scheme in ("https", "http", "file", "gowa-desktop"):
        QDesktopServices.setUrlHandler(scheme, one, "open")  # type: ignore[arg-type]
    yield one
    for scheme in ("https", "http", "file", "gowa-desktop"):
        QDesktopServices.unsetUrlHandler(scheme)


@pytest.fixture
def view(qtbot: QtBot, theme: Theme) -> MarkdownView:
    one = MarkdownView(None)  # type: ignore[arg-type]
    qtbot.addWidget(one)
    one.resize(400, 300)
    one.show()
    return one


def links(view: MarkdownView) -> dict[str, str]:
    """Give the addresses of the links and the colours they have."""
    found, block = {}, view.document().begin()
    while block.isValid():
        for one in block:  # type: ignore[attr-defined]
            form = one.fragment().charFormat()
            if form.isAnchor():
                found[form.anchorHref()] = form.foreground().color().name()
        block = block.next()
    return found


def test_notes_are_shown_in_form(view: MarkdownView) -> None:
    view.show_markdown(NOTES)

    shown = view.toPlainText()
    assert shown.splitlines()[:3] == ["What's changed", "feat: send voice notes with /send/audio", "fix: reconnect (#612)"]
    assert "**" not in shown
    assert "##" not in shown
    assert view.markdown == NOTES
    assert list(links(view)) == ["https://github.com/example/gowa/compare/v1...v2"]


def test_links_have_the_colour_of_the_theme_also_after_it_changed(view: MarkdownView, theme: Theme) -> None:
    view.show_markdown(NOTES)
    assert set(links(view).values()) == {LIGHT.accent_text}

    theme.wear(DARK)
    QTest.qWait(0)

    assert set(links(view).values()) == {DARK.accent_text}


def test_html_is_words_and_no_form(view: MarkdownView) -> None:
    view.show_markdown("Hello <b>you</b> <img src='https://example.com/a.png'>")

    assert "<b>" in view.toPlainText()
    assert "<img" in view.toPlainText()


def test_pictures_are_not_loaded(view: MarkdownView, tmp_path: Path) -> None:
    picture = tmp_path / "red.png"
    image = view.grab().toImage()
    image.fill(Qt.GlobalColor.red)
    assert image.save(str(picture))

    view.show_markdown(f"![one]({picture.as_uri()})\n\n![two]({picture})\n\n![three](https://example.com/a.png)")

    shown = view.viewport().grab().toImage()
    reds = {shown.pixelColor(x, y).name() for x in range(0, shown.width(), 3) for y in range(0, shown.height(), 3)}
    assert "#ff0000" not in reds


@pytest.mark.parametrize(
    ("address", "opens"),
    [
        ("https://github.com/x", True), ("http://example.com/x", True), ("file:///etc/passwd", False), ("gowa-desktop://instance/1", False),
        ("javascript:alert(1)", False), ("/etc/passwd", False), ("https:///x", False),
    ],
)  # fmt: skip
def test_a_link_opens_only_when_it_is_a_page(view: MarkdownView, browser: Browser, address: str, opens: bool) -> None:
    view.show_markdown(f"[here]({address})")

    view.anchorClicked.emit(QUrl(address))

    assert browser.opened == ([address] if opens else [])
    assert view.toPlainText().strip() == "here"


def test_links_are_followed_with_the_keyboard(view: MarkdownView, browser: Browser, qtbot: QtBot) -> None:
    view.show_markdown("[here](https://example.com/x)")
    view.activateWindow()
    view.setFocus()
    qtbot.waitUntil(view.hasFocus, timeout=20_000)
    view.focusNextChild()

    QTest.keyClick(view, Qt.Key.Key_Return)

    assert browser.opened == ["https://example.com/x"]
