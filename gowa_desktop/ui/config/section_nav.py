"""The way to a section: a list at the side where there is room, else a box above the form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QListWidget, QWidget

from gowa_desktop.ui.look.icons import Tint, icon

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SIDE_WIDTH = 176


class SectionNav(QObject):
    """Keeps list and box in step. Main thread; the form places the two widgets and shows one of them."""

    chosen = Signal(str)
    """The person wants to see the section with this key."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._keys: list[str] = []
        self._titles: list[str] = []
        self._problems: Mapping[str, int] = {}
        self._is_wide = self._is_searching = False
        self.side = QListWidget(parent)
        self.side.setObjectName("sectionList")
        self.side.setAccessibleName(self.tr("Sections"))
        self.side.setFixedWidth(SIDE_WIDTH)
        self.side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.box = QComboBox(parent)
        self.box.setObjectName("sectionBox")
        self.box.setAccessibleName(self.tr("Section"))
        self.box.setMaxVisibleItems(20)
        self.side.currentRowChanged.connect(self._on_row_changed)
        self.box.currentIndexChanged.connect(self._on_row_changed)

    @property
    def current(self) -> str:
        """The key of the section that is chosen; empty when there is none."""
        row = self.box.currentIndex()
        return self._keys[row] if 0 <= row < len(self._keys) else ""

    def show_sections(self, sections: Sequence[tuple[str, str]]) -> None:
        """Offer these sections, key and title each; the chosen one stays when it is among them, else the first is chosen."""
        keys, titles = [key for key, _ in sections], [title for _, title in sections]
        if (keys, titles) == (self._keys, self._titles):
            return
        kept = self.current
        self._keys, self._titles, self._problems = keys, titles, {}
        for widget in (self.side, self.box):
            widget.blockSignals(True)
            widget.clear()
            widget.addItems(titles)
        row = self._keys.index(kept) if kept in self._keys else 0
        self.side.setCurrentRow(row)
        self.box.setCurrentIndex(row)
        for widget in (self.side, self.box):
            widget.blockSignals(False)

    def show_wide(self, *, is_wide: bool) -> None:
        """Show the list, or the box."""
        self._is_wide = is_wide
        self._show_widgets()

    def show_search(self, *, is_searching: bool) -> None:
        """Let go of the chosen section while what is shown comes from all of them."""
        if is_searching is self._is_searching:
            return
        self._is_searching = is_searching
        self.side.blockSignals(True)
        self.side.setCurrentRow(-1 if is_searching else self.box.currentIndex())
        self.side.blockSignals(False)
        self._show_widgets()

    def choose(self, key: str) -> None:
        """Choose a section, as a person would."""
        if key in self._keys:
            self.box.setCurrentIndex(self._keys.index(key))

    def mark_problems(self, problems: Mapping[str, int]) -> None:
        """Mark the sections that need attention; the mapping counts problems by section key."""
        if problems == self._problems:
            return
        self._problems = dict(problems)
        for row, (key, title) in enumerate(zip(self._keys, self._titles, strict=True)):
            count = problems.get(key, 0)
            words = self.tr("1 problem") if count == 1 else self.tr("{count} problems").format(count=count)
            text = f"{title} · {words}" if count else title
            sign = icon("error", Tint.FAILED) if count else icon("blank")
            self.box.setItemText(row, text)
            item = self.side.item(row)
            item.setToolTip(words if count else "")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, text)
            if count:
                item.setIcon(sign)
            else:
                item.setData(Qt.ItemDataRole.DecorationRole, None)

    def _show_widgets(self) -> None:
        self.side.setVisible(self._is_wide)
        self.box.setVisible(not self._is_wide and not self._is_searching)

    @Slot(int)
    def _on_row_changed(self, row: int) -> None:
        if not 0 <= row < len(self._keys):
            return
        for widget in (self.side, self.box):
            widget.blockSignals(True)
        self.side.setCurrentRow(row)
        self.box.setCurrentIndex(row)
        for widget in (self.side, self.box):
            widget.blockSignals(False)
        self.chosen.emit(self._keys[row])
