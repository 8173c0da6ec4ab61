"""The frame of the form: search and sections above the pages, or beside them where there is room."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QBoxLayout, QScrollArea, QVBoxLayout, QWidget

from gowa_desktop.ui.config.form_search import FormSearch
from gowa_desktop.ui.config.section_nav import SectionNav
from gowa_desktop.ui.parts.settling import settle
from gowa_desktop.ui.parts.shy_scroll_bar import ShyScrollBar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QResizeEvent

MARGIN, SCROLL_BAR = 16, 10
"""Right of the fields, and how much of that the scroll bar takes."""
MOST_WIDTH = 800
"""Lines longer than this are hard to read."""
SIDE_LIST_FROM = 600
"""From this width on the sections stand in a list at the side."""


class FormFrame(QWidget):
    """Holds what every form of settings has. Main thread; a subclass adds the pages and decides what they show."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._pages: tuple[QWidget, ...] = ()
        self.search = FormSearch(self)
        self.nav = SectionNav(self)
        self.body = QWidget(self)
        self.body.setObjectName("formBody")
        self.area = self._make_scroll()
        column = QWidget(self)
        self._ways = QVBoxLayout(column)
        self._ways.setSpacing(8)
        self._ways.addWidget(self.search)
        self._ways.addWidget(self.nav.box)
        self._ways.addWidget(self.nav.side, 1)
        self._layout = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(column)
        self._layout.addWidget(self.area, 1)
        self._arrange(is_wide=False)

    def add_pages(self, *pages: QWidget) -> None:
        """Put pages below each other, hidden until they are asked for."""
        layout = QVBoxLayout(self.body)
        layout.setContentsMargins(0, 0, MARGIN - SCROLL_BAR, 16)
        layout.setSpacing(24)
        self._pages = pages
        for page in pages:
            page.hide()
            layout.addWidget(page)
        layout.addStretch(1)

    @contextmanager
    def rearranging(self) -> Iterator[None]:
        """Show and hide pages and their rows, and arrange everything once at the end, before anything is painted.

        Without this each row that is shown would have every layout above it arranged anew.
        """
        layouts = [layout for widget in (self.body, *self._pages) if (layout := widget.layout()) is not None]
        self.body.setUpdatesEnabled(False)
        for layout in layouts:
            layout.setEnabled(False)
        yield
        for layout in layouts:
            layout.setEnabled(True)
        settle(*(page for page in self._pages if not page.isHidden()))
        # The area learns the new height of its contents from this event alone.
        QCoreApplication.sendEvent(self.area, QEvent(QEvent.Type.LayoutRequest))
        self.body.setUpdatesEnabled(True)

    def focus_search(self) -> None:
        """Move the focus to the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the sections where there is room for them."""
        self._arrange(is_wide=event.size().width() >= SIDE_LIST_FROM)
        super().resizeEvent(event)

    def _make_scroll(self) -> QScrollArea:
        scroll = QScrollArea(self)
        scroll.setObjectName("formScroll")
        scroll.setAccessibleName(self.tr("Settings"))
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Room for it is always kept, else fields would change their width whenever the bar comes or goes.
        scroll.setVerticalScrollBar(ShyScrollBar(scroll))
        scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.body.setMaximumWidth(MOST_WIDTH)
        scroll.setWidget(self.body)
        return scroll

    def _arrange(self, *, is_wide: bool) -> None:
        self._layout.setDirection(QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom)
        self._layout.setSpacing(20 if is_wide else 12)
        self._ways.setContentsMargins(0, 0, 0 if is_wide else MARGIN, 0)
        self.nav.show_wide(is_wide=is_wide)
