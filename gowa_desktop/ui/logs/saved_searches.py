"""The searches that a person keeps: one menu and one dialog for every place where logs are searched."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QLineEdit, QMenu, QWidget

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.ui.look.icons import Tint
from gowa_desktop.ui.look.sentences import told
from gowa_desktop.ui.parts.dialogs import PlainDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.services.settings import AppSettings


class SavedSearchMenu(QMenu):
    """Offers the searches that were saved, to save the one at hand, and to forget one. Filled whenever it opens."""

    chosen = Signal(object)
    """What was saved, as `LogSearchBar.to_json` gave it, and more of who saved it."""

    def __init__(self, settings: AppSettings, current: Callable[[], JsonObject], parent: QWidget) -> None:
        """`current` gives what is looked for now."""
        super().__init__(parent)
        self.setObjectName("savedSearches")
        self.setTitle(self.tr("Saved searches"))
        self._settings = settings
        self._current = current
        self.aboutToShow.connect(self.fill)

    @Slot()
    def fill(self) -> None:
        """Offer what there is now."""
        self.clear()
        saved = self._settings.log_searches
        names = sorted(saved, key=str.casefold)
        for name in names:
            self.addAction(_as_text(name), partial(self.chosen.emit, saved[name])).setObjectName("savedSearch")
        if names:
            self.addSeparator()
        self.addAction(self.tr("Save search…"), self._ask_name).setObjectName("saveSearch")
        forget = self.addMenu(self.tr("Forget search"))
        forget.setObjectName("forgetSearch")
        forget.setEnabled(bool(names))
        for name in names:
            forget.addAction(_as_text(name), partial(self._settings.save_log_search, name, None))

    def save(self, name: str) -> None:
        """Keep what is looked for now under a name.

        Raises:
            SettingInvalidError: the name is empty or too long, or there are too many.
        """
        self._settings.save_log_search(name, self._current())

    @Slot()
    def _ask_name(self) -> None:
        parent = self.parentWidget()
        SearchNameDialog(self.save, str(self._current().get("pattern", "")), parent.window() if parent is not None else self).open()


class SearchNameDialog(PlainDialog):
    """Asks for the name under which a search is kept; stays open while the name will not do."""

    def __init__(self, save: Callable[[str], None], suggestion: str, parent: QWidget) -> None:
        super().__init__(
            self.tr("Save this search"),
            self.tr("It can be chosen again wherever logs are shown. A search that has this name already is replaced."),
            ("search", Tint.ACCENT), parent,
        )  # fmt: skip
        self.setObjectName("searchNameDialog")
        self._save = save
        self._edit = QLineEdit(suggestion, self)
        self._edit.setObjectName("searchName")
        self._edit.setAccessibleName(self.tr("Name"))
        self._edit.selectAll()
        self._error = QLabel(" ", self)
        self._error.setObjectName("searchNameError")
        self._error.setProperty("tone", "error")
        self._error.setWordWrap(True)
        self.body.addWidget(self._edit)
        self.body.addWidget(self._error)
        accept = self.add_button(self.tr("Save"), "searchNameAccept", QDialogButtonBox.ButtonRole.AcceptRole, "primary")
        self.add_button(self.tr("Cancel"), "cancelButton", QDialogButtonBox.ButtonRole.RejectRole)
        accept.setDefault(True)
        self._edit.setFocus()

    def accept(self) -> None:
        """Close only when the search is kept."""
        try:
            self._save(self._edit.text())
        except GowaError as error:
            self._error.setText(told(str(error)))
            self._edit.setFocus()
            return
        super().accept()


def _as_text(name: str) -> str:
    """Give a name as a menu shows it: an ampersand would be taken for the sign of a key."""
    return name.replace("&", "&&")
