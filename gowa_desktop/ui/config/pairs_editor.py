"""Editors for pairs: sign-ins of user and password, and environment variables of name and value."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gowa_desktop.ui.config.option_editor import OptionEditor, shown_text
from gowa_desktop.ui.config.pair_row import PairRow
from gowa_desktop.ui.look.sentences import told
from gowa_desktop.ui.parts.settling import settle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gowa_desktop.domain.json_types import Json
    from gowa_desktop.domain.options import Option


class PairsEditor(OptionEditor):
    """Rows of two fields. Rows without text do not count."""

    is_secret: ClassVar[bool] = False

    def __init__(self, option: Option, parent: QWidget, generate: Callable[[], str] | None = None) -> None:
        super().__init__(option, parent)
        self._generate = generate
        self._title, self._description = told(option.label), told(option.help)
        self._rows: list[PairRow] = []
        self._made = 0
        self._add = QPushButton(self.tr("Add"), self)
        self._add.setObjectName(f"option_{option.key}Add")
        self._add.setProperty("kind", "textLink")
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        buttons = QHBoxLayout()
        buttons.addWidget(self._add)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(self._list)
        layout.addLayout(buttons)
        self._add.clicked.connect(self._on_add_clicked)

    def _target(self) -> QWidget:
        return self._rows[0].first if self._rows else self._add

    def problem_target(self) -> QWidget:
        """Give the first row that is wrong."""
        return next((row.first for row in self._rows if row.has_problem), self._target())

    def stops(self) -> list[QWidget]:
        """Give what Tab goes through, in order."""
        return [*(stop for row in self._rows for stop in row.stops()), self._add]

    def describe(self, name: str, description: str) -> None:
        """Name every part after the option."""
        self._title = name
        self._add.setAccessibleName(self.tr("Add: {name}").format(name=name))
        self._description = description
        self._add.setAccessibleDescription(description)
        self._arrange()

    @property
    def rows(self) -> Sequence[PairRow]:
        """The rows, also those without text."""
        return self._rows

    def part_names(self) -> tuple[str, str]:
        """Say what the two fields are."""
        raise NotImplementedError

    def new_texts(self) -> tuple[str, str]:
        """Give what a new row begins with."""
        return "", ""

    def show_texts(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Show one row for each pair."""
        while len(self._rows) > len(pairs):
            self._drop(self._rows[-1])
        while len(self._rows) < len(pairs):
            self._append()
        for row, texts in zip(self._rows, pairs, strict=True):
            row.show_texts(*texts)
            row.show_problem("")
        self._arrange()

    def texts(self) -> list[tuple[str, str]]:
        """Give the pairs that have a text."""
        return [row.texts() for row in self._rows if not row.is_blank]

    def _append(self) -> PairRow:
        self._made += 1
        row = PairRow(f"option_{self.option.key}{self._made}", self, self._generate, is_secret=self.is_secret)
        first, second = self.part_names()
        row.first.setPlaceholderText(first)
        row.second.setPlaceholderText(second)
        row.changed.connect(self.note_edit)
        row.remove_requested.connect(partial(self._remove, row))
        self._rows.append(row)
        self._list.addWidget(row)
        return row

    def _drop(self, row: PairRow) -> None:
        self._rows.remove(row)
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _remove(self, row: PairRow) -> None:
        place = self._rows.index(row)
        self._drop(row)
        self._arrange()
        following = self._rows[min(place, len(self._rows) - 1)].first if self._rows else self._add
        following.setFocus()
        self.note_edit()

    def _arrange(self) -> None:
        """Name the rows after their places."""
        names = self.part_names()
        for number, row in enumerate(self._rows, 1):
            place = self.tr("{title}, {number} of {count}").format(title=self._title, number=number, count=len(self._rows))
            first, second = (f"{name}: {place}" for name in names)
            row.name_parts(first, second, self.tr("Remove: {place}").format(place=place), self._description)
        settle(*self._rows)

    @Slot()
    def _on_add_clicked(self) -> None:
        row = self._append()
        self._arrange()
        texts = self.new_texts()
        row.show_texts(*texts)
        row.first.setFocus()
        row.first.selectAll()


class LoginsEditor(PairsEditor):
    """Sign-ins; a new one has a password that nobody can guess."""

    is_secret = True

    def part_names(self) -> tuple[str, str]:
        """Say what the two fields are."""
        return self.tr("User"), self.tr("Password")

    def new_texts(self) -> tuple[str, str]:
        """Give what a new row begins with."""
        taken = {user for user, _ in self.texts()}
        user = "admin" if "admin" not in taken else next(f"user{n}" for n in range(2, len(taken) + 3) if f"user{n}" not in taken)
        return user, self._generate() if self._generate is not None else ""

    def _read(self) -> Json:
        return [{"username": user, "password": password} for user, password in self.texts()]

    def _write(self, value: Json) -> None:
        entries = [entry if isinstance(entry, dict) else {} for entry in value] if isinstance(value, list) else []
        self.show_texts([(shown_text(entry.get("username")), shown_text(entry.get("password"))) for entry in entries])

    def show_problems(self, problems: Mapping[int | str | None, str]) -> None:
        """Say below each row what is wrong with it."""
        for number, row in enumerate(row for row in self._rows if not row.is_blank):
            row.show_problem(problems.get(number, ""))


class EnvironmentEditor(PairsEditor):
    """Environment variables; the last row of a name wins, and a name that stands twice is marked."""

    def part_names(self) -> tuple[str, str]:
        """Say what the two fields are."""
        return self.tr("Name"), self.tr("Value")

    def _read(self) -> Json:
        return dict(self.texts())

    def _write(self, value: Json) -> None:
        pairs = value.items() if isinstance(value, dict) else ()
        self.show_texts([(name, shown_text(text)) for name, text in pairs])

    def show_problems(self, problems: Mapping[int | str | None, str]) -> None:
        """Say below each row what is wrong with it."""
        seen: set[str] = set()
        for row in (row for row in self._rows if not row.is_blank):
            name = row.texts()[0]
            twice = self.tr("This name stands above already; the last value counts.") if name in seen else ""
            row.show_problem(problems.get(name, "") or twice)
            seen.add(name)
