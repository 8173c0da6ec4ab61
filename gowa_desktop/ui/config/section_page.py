"""One section of the form: rows that are made when they are first shown, the advanced ones behind a disclosure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from gowa_desktop.ui.look.fonts import scaled_font
from gowa_desktop.ui.look.icons import Tint, icon
from gowa_desktop.ui.look.labels import toned_label

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from gowa_desktop.domain.options import Option
    from gowa_desktop.ui.config.option_row import OptionRow


class SectionPage(QWidget):
    """Shows the options of one section. Main thread; rows are kept for every instance that is shown later."""

    rows_shown = Signal()
    """Rows have become visible by the person's doing."""

    def __init__(self, key: str, title: str, make_row: Callable[[Option, QWidget], OptionRow], parent: QWidget) -> None:
        super().__init__(parent)
        self.key = key
        self.title = title
        self._make_row = make_row
        self._options: list[Option] = []
        self._rows: dict[Option, OptionRow] = {}
        self._places: list[Option] = []
        self.setObjectName(f"section_{key}")
        self._heading = toned_label(title, "", self, f"heading_{key}")
        self._heading.setFont(scaled_font(self.font(), 1.15, bold=True))
        self._heading.hide()
        self._disclosure = QPushButton(self)
        self._disclosure.setObjectName(f"advanced_{key}")
        self._disclosure.setProperty("kind", "textLink")
        self._disclosure.setCheckable(True)
        self._disclosure.toggled.connect(self._on_disclosure_toggled)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(18)
        self._layout.addWidget(self._heading)
        self._layout.addWidget(self._disclosure, 0, Qt.AlignmentFlag.AlignLeft)

    @property
    def options(self) -> Sequence[Option]:
        """The options that the shown instance knows."""
        return self._options

    def set_options(self, options: Sequence[Option]) -> None:
        """Show these from now on; rows of others are kept, hidden."""
        if list(options) == self._options:
            return
        # Advanced options stand below the disclosure, in the order of the table like the others.
        self._options = sorted(options, key=lambda option: option.is_advanced)
        for option, row in self._rows.items():
            if option not in self._options:
                row.hide()

    def row(self, option: Option) -> OptionRow:
        """Give the row of an option; it is made when it is first asked for."""
        row = self._rows.get(option)
        if row is None:
            self._rows[option] = row = self._make_row(option, self)
            self._layout.insertWidget(self._place_of(option), row)
            row.hide()
            row.prepare()
        return row

    def visible_rows(self) -> list[OptionRow]:
        """Give the rows that are shown, from top to bottom."""
        return [self._rows[option] for option in self._options if option in self._rows and not self._rows[option].isHidden()]

    def has_row(self, option: Option) -> bool:
        """Tell whether the row of an option has been made."""
        return option in self._rows

    def stops(self) -> list[QWidget]:
        """Give what Tab goes through, in order."""
        found: list[QWidget] = []
        for option in self._options:
            if option.is_advanced and self._disclosure not in found:
                found.append(self._disclosure)
            if option in self._rows:
                found += self._rows[option].stops()
        return found

    def show_all(self, urgent: Collection[str]) -> None:
        """Show the section by itself; advanced options only when asked for, or when one of them is among the `urgent` keys."""
        advanced = [option for option in self._options if option.is_advanced]
        if len(advanced) == len(self._options):
            advanced = []  # nothing but advanced ones: a disclosure would hide the whole section
        if any(option.key in urgent for option in advanced) and not self._disclosure.isChecked():
            self._disclosure.blockSignals(True)
            self._disclosure.setChecked(True)
            self._disclosure.blockSignals(False)
        is_open = self._disclosure.isChecked() or not advanced
        self._heading.hide()
        self._name_disclosure(len(advanced))
        self._disclosure.setVisible(bool(advanced))
        for option in self._options:
            is_shown = is_open or not option.is_advanced
            if is_shown or option in self._rows:
                self.row(option).show_names(are_shown=False)
                _set_shown(self.row(option), is_shown=is_shown)
        self.show()

    def show_found(self, found: Mapping[Option, bool]) -> None:
        """Show the options that a search has found, under the title of the section; True shows GOWA's own names with one."""
        self.setVisible(bool(found))
        if not found:
            return
        self._heading.show()
        self._disclosure.hide()
        for option in self._options:
            if option in found:
                self.row(option).show_names(are_shown=found[option])
                _set_shown(self.row(option), is_shown=True)
            elif option in self._rows:
                _set_shown(self._rows[option], is_shown=False)

    def _place_of(self, option: Option) -> int:
        """Find where in the layout a row belongs: behind its predecessors, advanced ones behind the disclosure."""
        before = self._options[: self._options.index(option)]
        above = [self._layout.indexOf(self._rows[other]) for other in before if other in self._rows]
        anchor = self._layout.indexOf(self._disclosure if option.is_advanced else self._heading)
        return max([anchor, *above]) + 1

    def _name_disclosure(self, count: int) -> None:
        is_open = self._disclosure.isChecked()
        self._disclosure.setText(self.tr("Advanced ({count})").format(count=count))
        self._disclosure.setIcon(icon("chevron-down" if is_open else "chevron-right", Tint.ACCENT))
        self._disclosure.setAccessibleName(
            (self.tr("Hide {count} advanced settings") if is_open else self.tr("Show {count} advanced settings")).format(count=count)
        )

    @Slot()
    def _on_disclosure_toggled(self) -> None:
        self.show_all(())
        self.rows_shown.emit()


def _set_shown(row: OptionRow, *, is_shown: bool) -> None:
    if row.isHidden() is is_shown:
        row.setVisible(is_shown)
