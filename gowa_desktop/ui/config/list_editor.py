"""Editors for lists: rows to add, remove and move; many at once by pasting lines; each webhook with a switch of its own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from gowa_desktop.ui.config.list_row import ListRow
from gowa_desktop.ui.config.option_editor import OptionEditor
from gowa_desktop.ui.look.labels import toned_label
from gowa_desktop.ui.look.sentences import told
from gowa_desktop.ui.parts.settling import settle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gowa_desktop.domain.json_types import Json
    from gowa_desktop.domain.options import Option

MOST_ROWS = 100
"""More rows than these are kept but not shown: each costs a millisecond, and nobody edits them one by one."""


class ListEditor(OptionEditor):
    """A list of texts. Rows without text are no items."""

    has_switch = False

    def __init__(self, option: Option, parent: QWidget) -> None:
        super().__init__(option, parent)
        self._title, self._description = told(option.label), told(option.help)
        self._rows: list[ListRow] = []
        self._made = 0
        self.rest: list[Json] = []
        """Items that are kept but not shown."""
        self._add = QPushButton(self.tr("Add"), self)
        self._paste = QPushButton(self.tr("Paste lines"), self)
        self._paste.setToolTip(self.tr("Adds one row for each line of the clipboard"))
        for button, name in ((self._add, "Add"), (self._paste, "Paste")):
            button.setObjectName(f"option_{option.key}{name}")
            button.setProperty("kind", "textLink")
        self._more = toned_label("", "muted", self, f"option_{option.key}More")
        self._more.hide()
        self._lay_out()
        self._offer_choices()
        self._paste.clicked.connect(self._on_paste_clicked)

    def _target(self) -> QWidget:
        return self._rows[0].line if self._rows else self._add

    def problem_target(self) -> QWidget:
        """Give the first row that is wrong."""
        return next((row.line for row in self._rows if row.has_problem), self._target())

    def stops(self) -> list[QWidget]:
        """Give what Tab goes through, in order."""
        return [*(stop for row in self._rows for stop in row.stops()), self._add, self._paste]

    def describe(self, name: str, description: str) -> None:
        """Name every part after the option."""
        self._title = name
        self._add.setAccessibleName(self.tr("Add: {name}").format(name=name))
        self._paste.setAccessibleName(self.tr("Paste lines: {name}").format(name=name))
        self._description = description
        self._add.setAccessibleDescription(description)
        self._name_rows()

    def _read(self) -> Json:
        return [row.item() for row in self._rows if not row.is_blank] + self.rest

    def _write(self, value: Json) -> None:
        items = value if isinstance(value, list) else []
        self.rest = list(items[MOST_ROWS:])
        self._set_rows(items[:MOST_ROWS])
        self._show_rest()

    def show_problems(self, problems: Mapping[int | str | None, str]) -> None:
        """Say below each row what is wrong with it."""
        items = [row for row in self._rows if not row.is_blank]
        for number, row in enumerate(items):
            row.show_problem(problems.get(number, ""))

    @property
    def rows(self) -> Sequence[ListRow]:
        """The rows, also those without text."""
        return self._rows

    def add_items(self, items: Sequence[str]) -> None:
        """Add rows at the end, as a person would one by one."""
        blank = [row for row in self._rows if row.is_blank]
        for row in blank:
            self._drop(row)
        room = MOST_ROWS - len(self._rows)
        for item in items[:room]:
            self._insert(len(self._rows), item)
        self.rest = [*self.rest, *items[room:]]
        self._arrange()
        self._show_rest()
        self.note_edit()

    def _lay_out(self) -> None:
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._add)
        buttons.addWidget(self._paste)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(self._list)
        layout.addWidget(self._more)
        layout.addLayout(buttons)

    def _offer_choices(self) -> None:
        """Let Add offer what GOWA knows; other words can be typed as well."""
        if not self.option.choices:
            self._add.clicked.connect(self._on_add_clicked)
            return
        menu = QMenu(self._add)
        menu.setObjectName(f"option_{self.option.key}Choices")
        for choice in self.option.choices:
            menu.addAction(choice, partial(self.add_items, [choice]))
        if self.option.allows_other:
            menu.addSeparator()
            menu.addAction(self.tr("Other…"), self._on_add_clicked)
        menu.aboutToShow.connect(self._on_menu_about_to_show)
        self._menu = menu
        self._add.setMenu(menu)

    def _set_rows(self, items: Sequence[Json]) -> None:
        while len(self._rows) > len(items):
            self._drop(self._rows[-1])
        while len(self._rows) < len(items):
            self._insert(len(self._rows), "")
        for row, item in zip(self._rows, items, strict=True):
            row.show_item(item)
            row.show_problem("")
        self._arrange()

    def _insert(self, place: int, item: Json) -> ListRow:
        self._made += 1
        is_address = self.option.is_secret or self.option.text_format == "url"
        row = ListRow(f"option_{self.option.key}{self._made}", self, has_switch=self.has_switch, is_address=is_address)
        row.show_item(item)
        row.changed.connect(self.note_edit)
        row.lines_pasted.connect(partial(self._replace, row))
        row.move_requested.connect(partial(self._move, row))
        row.remove_requested.connect(partial(self._remove, row))
        self._rows.insert(place, row)
        self._list.insertWidget(place, row)
        return row

    def _drop(self, row: ListRow) -> None:
        self._rows.remove(row)
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _replace(self, row: ListRow, lines: list[str]) -> None:
        """Make rows of a text of several lines."""
        place = self._rows.index(row)
        row.show_item(lines[0] if lines else "")
        room = MOST_ROWS - len(self._rows)
        for number, line in enumerate(lines[1 : room + 1]):
            self._insert(place + 1 + number, line)
        self.rest = [*lines[room + 1 :], *self.rest]
        self._arrange()
        self._show_rest()
        self.note_edit()

    def _move(self, row: ListRow, step: int) -> None:
        place = self._rows.index(row) + step
        if not 0 <= place < len(self._rows):
            return
        focused = next((stop for stop in row.stops() if stop.hasFocus()), None)
        self._rows.remove(row)
        self._rows.insert(place, row)
        self._list.removeWidget(row)
        self._list.insertWidget(place, row)
        self._arrange()
        if focused is not None:
            (focused if focused.isEnabled() else row.line).setFocus()
        self.note_edit()

    def _remove(self, row: ListRow) -> None:
        place = self._rows.index(row)
        is_item = not row.is_blank
        self._drop(row)
        self._arrange()
        following = self._rows[min(place, len(self._rows) - 1)].line if self._rows else self._add
        following.setFocus()
        if is_item:
            self.note_edit()

    def _arrange(self) -> None:
        """Name the rows after their places."""
        self._name_rows()
        settle(*self._rows)

    def _name_rows(self) -> None:
        for number, row in enumerate(self._rows, 1):
            row.show_place(self._title, self._description, number, len(self._rows))

    def _show_rest(self) -> None:
        self._more.setVisible(bool(self.rest))
        self._more.setText(self.tr("{count} more are kept but not shown.").format(count=len(self.rest)))
        self._add.setEnabled(not self.rest)

    @Slot()
    def _on_add_clicked(self) -> None:
        blank = next((row for row in self._rows if row.is_blank), None)
        row = blank or self._insert(len(self._rows), "")
        self._arrange()
        row.line.setFocus()

    @Slot()
    def _on_paste_clicked(self) -> None:
        lines = [line.strip() for line in QGuiApplication.clipboard().text().splitlines()]
        lines = [line for line in lines if line]
        if lines:
            self.add_items(lines)

    @Slot()
    def _on_menu_about_to_show(self) -> None:
        there = {row.line.text() for row in self._rows}
        for action in self._menu.actions():
            if action.text() in self.option.choices:
                action.setVisible(action.text() not in there)


class WebhooksEditor(ListEditor):
    """Addresses of webhooks, each with a switch; those switched off are stored beside the list."""

    has_switch = True
    _off: frozenset[str] = frozenset()

    def show_disabled(self, disabled: Sequence[str]) -> None:
        """Show which addresses are switched off; nothing counts as edited then."""
        self._off = frozenset(disabled)
        self._is_showing = True
        for row in self.rows:
            if row.switch is not None:
                row.switch.setChecked(row.line.text() not in disabled)
        self._is_showing = False

    def webhooks(self) -> list[tuple[str, bool]]:
        """Give each address and whether it is on."""
        rows = [row for row in self.rows if row.switch is not None and not row.is_blank]
        shown = [(row.line.text(), row.switch is None or row.switch.isChecked()) for row in rows]
        return shown + [(str(url), str(url) not in self._off) for url in self.rest]
