"""Shows Markdown that others wrote, such as release notes: nothing of it is loaded, and a link opens in the browser only when it is a page."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QUrl, Slot
from PySide6.QtGui import QColor, QDesktopServices, QFont, QImage, QTextBlockFormat, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QWidget

from gowa_desktop.ui.look.theme import colors_of

PAGES = {"https", "http"}
"""What a link may be; a file, a program's own kind of link and the like stay closed."""
HEADING_SIZES = {1: 1.25, 2: 1.15}
"""Sizes of headings beside that of the text, by level; deeper ones are as large as the text."""
LIST_INDENT = 18
SPACE = 6
"""Above a paragraph or heading, in logical pixels."""


class MarkdownView(QTextBrowser):
    """Shows Markdown, follows the theme, and can be read and its links reached with the keyboard. Main thread."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._markdown = ""
        self.setReadOnly(True)
        self.setOpenLinks(False)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(
            flags.TextSelectableByMouse | flags.TextSelectableByKeyboard | flags.LinksAccessibleByMouse | flags.LinksAccessibleByKeyboard
        )
        self.anchorClicked.connect(self._on_anchor_clicked)
        self.highlighted.connect(self._on_highlighted)

    @property
    def markdown(self) -> str:
        """What is shown, as it was written."""
        return self._markdown

    def show_markdown(self, text: str) -> None:
        """Show a text; HTML in it is shown as it is written."""
        self._markdown = text
        self._render()

    def loadResource(self, kind: int, _name: QUrl | str) -> object:  # noqa: N802
        """Load nothing, neither from the network nor from the disk; a picture takes no room."""
        if kind == QTextDocument.ResourceType.ImageResource.value:
            empty = QImage(QSize(1, 1), QImage.Format.Format_ARGB32)
            empty.fill(Qt.GlobalColor.transparent)
            return empty
        return None

    def changeEvent(self, event: QEvent) -> None:
        """Show it anew in other colours or letters: links carry the colour of the moment they were made in."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange} and self._markdown:
            self._render()

    def _render(self) -> None:
        document, features = self.document(), QTextDocument.MarkdownFeature
        document.setIndentWidth(LIST_INDENT)
        document.setMarkdown(self._markdown, features.MarkdownDialectGitHub | features.MarkdownNoHTML)
        cursor = QTextCursor(document)
        cursor.beginEditBlock()
        link = QColor(colors_of(self.palette()).accent_text)
        block = document.begin()
        while block.isValid():
            self._set_block(QTextCursor(block), link)
            block = block.next()
        cursor.endEditBlock()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _set_block(self, cursor: QTextCursor, link: QColor) -> None:
        """Give a block its space and a heading its size, in the theme's colour where it is a link."""
        block = cursor.block()
        level = block.blockFormat().headingLevel()
        space = QTextBlockFormat()
        is_apart = level or block.textList() is None
        space.setTopMargin(SPACE if is_apart and block.blockNumber() else 0)
        space.setBottomMargin(2)
        cursor.mergeBlockFormat(space)
        if level:
            heading = QTextCharFormat()
            # Qt makes headings up to twice as large as the text beside them.
            heading.setProperty(QTextCharFormat.Property.FontSizeAdjustment, 0)
            heading.setFontPointSize(self.font().pointSizeF() * HEADING_SIZES.get(level, 1.0))
            heading.setFontWeight(QFont.Weight.DemiBold)
            cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
            cursor.mergeCharFormat(heading)
        fragments = [one.fragment() for one in block]  # type: ignore[attr-defined]
        for fragment in fragments:
            if fragment.charFormat().isAnchor():
                colored = QTextCharFormat()
                colored.setForeground(link)
                cursor.setPosition(fragment.position())
                cursor.setPosition(fragment.position() + fragment.length(), QTextCursor.MoveMode.KeepAnchor)
                cursor.mergeCharFormat(colored)

    @Slot(QUrl)
    def _on_anchor_clicked(self, url: QUrl) -> None:
        if url.scheme().lower() in PAGES and url.host():
            QDesktopServices.openUrl(url)

    @Slot(QUrl)
    def _on_highlighted(self, url: QUrl) -> None:
        """Say where a link leads before it is followed."""
        self.setToolTip(url.toDisplayString())
