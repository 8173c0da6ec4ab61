"""The dialog for the program's own settings: a search, a list of sections, and the fields of the one that is chosen.

What is saved holds at once: everybody who uses a setting hears of its change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QListWidget, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.ui.config.form_dialog import FIELDS_WIDTH, FormDialog
from gowa_desktop.ui.look.labels import toned_label
from gowa_desktop.ui.settings.folder_page import FolderPage
from gowa_desktop.ui.settings.login_row import LoginRow
from gowa_desktop.ui.settings.settings_pages import SettingsPages

if TYPE_CHECKING:
    from pathlib import Path

    from gowa_desktop.infra.login_start import Autostart
    from gowa_desktop.services.settings import AppSettings
    from gowa_desktop.ui.settings.setting_row import SettingRow
    from gowa_desktop.ui.settings.settings_pages import SettingsPage

LIST_WIDTH = 180
USUAL_PAGE = QSize(FIELDS_WIDTH + 110, 400)
LEAST_PAGE = QSize(300, 80)


class SettingsDialog(FormDialog):
    """Shows and saves the settings. Main thread. Without `autostart` and `data_dir` their rows are absent."""

    def __init__(self, settings: AppSettings, parent: QWidget, *, autostart: Autostart | None = None, data_dir: Path | None = None) -> None:
        super().__init__(self.tr("Settings"), "settingsDialog", parent)
        self._settings = settings
        self._pages = SettingsPages(self).all()
        self._login = LoginRow(autostart, self._pages[0]) if autostart is not None else None
        if self._login is not None:
            self._pages[0].column.insertWidget(0, self._login)
        if data_dir is not None:
            self._pages.append(FolderPage(data_dir, self))
        self._search = QLineEdit(self)
        self._search.setObjectName("settingsSearch")
        self._search.setAccessibleName(self.tr("Search in the settings"))
        self._search.setPlaceholderText(self.tr("Search in the settings"))
        self._search.setClearButtonEnabled(True)
        self._list = QListWidget(self)
        self._list.setObjectName("settingsSections")
        self._list.setAccessibleName(self.tr("Sections"))
        self._list.setProperty("kind", "sections")
        self._list.setFixedWidth(LIST_WIDTH)
        self._stack = QStackedWidget(self)
        self._nothing = toned_label(self.tr("No setting fits these words."), "muted", self, "settingsNothing")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        for page in self._pages:
            page.column.addStretch(1)
            self._list.addItem(page.title)
            self._stack.addWidget(self._scrolled(page))
        self._stack.addWidget(self._nothing)
        self._lay_out()
        for row in self._rows():
            row.load(settings)
        self._list.currentRowChanged.connect(self._on_list_current_row_changed)
        self._search.textChanged.connect(self._on_search_text_changed)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self._search.setFocus)
        self._list.setCurrentRow(0)
        self.add_buttons(self.tr("Save"), "settingsSave")
        self._search.setFocus()
        self.resize(self.minimumSizeHint() - LEAST_PAGE + USUAL_PAGE)

    def _lay_out(self) -> None:
        across = QHBoxLayout()
        across.setSpacing(24)
        across.addWidget(self._list)
        across.addWidget(self._stack, 1)
        self.body.setSpacing(12)
        self.body.addWidget(self._search)
        self.body.addLayout(across, 1)
        # It can be made smaller than its longest page, which scrolls, and keeps its size from section to section.
        layout = self.layout()
        if layout is not None:
            layout.setSizeConstraint(QVBoxLayout.SizeConstraint.SetDefaultConstraint)

    def _scrolled(self, page: SettingsPage) -> QScrollArea:
        area = QScrollArea(self)
        area.setObjectName(f"{page.objectName()}Area")
        area.setProperty("kind", "page")
        page.setProperty("kind", "page")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setMinimumSize(LEAST_PAGE)
        area.setWidget(page)
        return area

    def _rows(self) -> list[SettingRow]:
        return [row for page in self._pages for row in page.rows]

    def accept(self) -> None:
        """Save; stay open and say why when that is not possible. Nothing is saved as long as one field is wrong."""
        self.show_problem("")
        wrong = [row for row in self._rows() if not row.check()]
        if wrong:
            self._show_row(wrong[0])
            return
        try:
            if self._login is not None:
                self._login.save()
            for row in self._rows():
                row.save(self._settings)
        except GowaError as error:
            self.show_problem(str(error))
            return
        super().accept()

    def _show_row(self, row: SettingRow) -> None:
        self._search.clear()
        number = next(number for number, page in enumerate(self._pages) if row in page.rows)
        self._list.setCurrentRow(number)
        row.focus_editor()
        area = self._stack.widget(number)
        if isinstance(area, QScrollArea):
            area.ensureWidgetVisible(row)

    @Slot(int)
    def _on_list_current_row_changed(self, number: int) -> None:
        if number >= 0:
            self._stack.setCurrentIndex(number)

    @Slot(str)
    def _on_search_text_changed(self, text: str) -> None:
        words = text.casefold().split()
        found = [self._filter(page, words) for page in self._pages]
        for number, is_found in enumerate(found):
            self._list.item(number).setHidden(not is_found)
        if not any(found):
            self._stack.setCurrentWidget(self._nothing)
            return
        current = self._list.currentRow()
        if not 0 <= current < len(found) or not found[current]:
            current = found.index(True)
            self._list.setCurrentRow(current)
        self._stack.setCurrentIndex(current)

    def _filter(self, page: SettingsPage, words: list[str]) -> bool:
        """Show the rows of a page that fit, all of them when its title does; tell whether there is one."""
        fits_title = all(word in page.title.casefold() for word in words)
        is_found = fits_title or (isinstance(page, FolderPage) and all(word in page.search_text for word in words))
        rows: list[SettingRow | LoginRow] = [*page.rows]
        if self._login is not None and page is self._pages[0]:
            rows.append(self._login)
        for row in rows:
            fits = fits_title or row.matches(words)
            row.setVisible(fits)
            is_found = is_found or fits
        return is_found
