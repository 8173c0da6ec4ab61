"""The command palette: a field to type in, and below it every action and instance that fits."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QIcon, QKeyEvent, QPainter
from PySide6.QtWidgets import QDialog, QLineEdit, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from gowa_desktop.ui.commands.palette_entries import Found, search, spoken
from gowa_desktop.ui.look.labels import ElidedLabel, set_property
from gowa_desktop.ui.look.marks import MARK_SIZE, paint_mark
from gowa_desktop.ui.look.state_colors import state_color
from gowa_desktop.ui.look.theme import colors_of
from gowa_desktop.ui.parts.screen_keeper import room_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.ui.commands.palette_entries import PaletteEntry
    from gowa_desktop.ui.look.color_tables import Colors

Index: TypeAlias = QModelIndex | QPersistentModelIndex

WIDTH = 600
ROW_HEIGHT = 32
SHOWN_ROWS = 11
PADDING = 12
ICON_SIZE = 16
ROLE_FOUND = Qt.ItemDataRole.UserRole


class _Keys(IntEnum):
    """Keys that move in the list while the field has the focus."""

    UP = Qt.Key.Key_Up
    DOWN = Qt.Key.Key_Down
    PAGE_UP = Qt.Key.Key_PageUp
    PAGE_DOWN = Qt.Key.Key_PageDown


class _PaletteModel(QAbstractListModel):
    """What was found. Main thread."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._found: list[Found] = []

    def show_found(self, found: list[Found]) -> None:
        """Show other lines."""
        self.beginResetModel()
        self._found = found
        self.endResetModel()

    def found_at(self, row: int) -> Found | None:
        """Give a line; None where there is none."""
        return self._found[row] if 0 <= row < len(self._found) else None

    def rowCount(self, parent: Index | None = None) -> int:
        """Count the lines."""
        return 0 if parent is not None and parent.isValid() else len(self._found)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give what a line shows and what is said of it."""
        found = self.found_at(index.row())
        if found is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return found.entry.title
        if role == ROLE_FOUND:
            return found
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(found)
        return found.entry.problem or None if role == Qt.ItemDataRole.ToolTipRole else None


class _PaletteDelegate(QStyledItemDelegate):
    """Paints a line: its picture, its title with the found letters, and its note at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Give the height of a line."""
        return QSize(WIDTH // 2, max(ROW_HEIGHT, option.fontMetrics.height() + 12))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one line."""
        found = index.data(ROLE_FOUND)
        if not isinstance(found, Found):
            return
        colors, rect = colors_of(option.palette), QRect(option.rect)
        entry = found.entry
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(colors.selection))
            painter.fillRect(rect.left(), rect.top(), 3, rect.height(), QColor(colors.accent))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(colors.hover))
        self._paint_picture(painter, rect, entry, colors)
        inner = rect.adjusted(PADDING + ICON_SIZE + 10, 0, -PADDING, 0)
        note = entry.problem or entry.note
        # A reason may be long; the title must stay readable beside it.
        note_width = min(painter.fontMetrics().horizontalAdvance(note) + 2, inner.width() * 6 // 10)
        painter.setPen(QColor(colors.muted))
        shown = painter.fontMetrics().elidedText(note, Qt.TextElideMode.ElideRight, note_width)
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)
        self._paint_title(painter, inner.adjusted(0, 0, -note_width - PADDING, 0), found, colors)
        painter.restore()

    @staticmethod
    def _paint_picture(painter: QPainter, rect: QRect, entry: PaletteEntry, colors: Colors) -> None:
        place = QRect(rect.left() + PADDING, rect.center().y() - ICON_SIZE // 2 + 1, ICON_SIZE, ICON_SIZE)
        if entry.state is not None:
            mark = QRectF(0, 0, MARK_SIZE, MARK_SIZE)
            mark.moveCenter(QRectF(place).center())
            paint_mark(painter, mark, entry.state, state_color(colors, entry.state, is_uneasy=entry.is_uneasy), is_uneasy=entry.is_uneasy)
        elif entry.icon is not None:
            entry.icon.paint(painter, place, mode=QIcon.Mode.Disabled if entry.problem else QIcon.Mode.Normal)

    @staticmethod
    def _paint_title(painter: QPainter, rect: QRect, found: Found, colors: Colors) -> None:
        """Paint the title piece by piece, as found letters are in bold and in the accent colour."""
        plain = QFont(painter.font())
        bold = QFont(plain)
        bold.setWeight(QFont.Weight.Bold)
        title, hits, left = found.entry.title, set(found.positions), rect.left()
        start = 0
        while start < len(title) and left < rect.right():
            end, is_hit = start + 1, start in hits
            while end < len(title) and (end in hits) == is_hit:
                end += 1
            painter.setFont(bold if is_hit else plain)
            ground = colors.muted if found.entry.problem else colors.text
            painter.setPen(QColor(colors.accent_text if is_hit else ground))
            piece = painter.fontMetrics().elidedText(title[start:end], Qt.TextElideMode.ElideRight, rect.right() - left)
            painter.drawText(QRect(left, rect.top(), rect.right() - left, rect.height()), Qt.AlignmentFlag.AlignVCenter, piece)
            left += painter.fontMetrics().horizontalAdvance(piece)
            start = end


_AROUND_LIST = 96
"""Height of the field, the foot and the edges."""


class CommandPalette(QDialog):
    """Finds and does one thing. Main thread; closes itself when it is done, left, or Esc is pressed."""

    chosen = Signal(object)
    """This `PaletteEntry` is to be done; the palette is closed already."""

    def __init__(self, entries: Sequence[PaletteEntry], recent: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self._entries = list(entries)
        self._recent = list(recent)
        self.setObjectName("commandPalette")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Command palette"))
        self.setFixedWidth(min(WIDTH, max(320, parent.width() - 40)))
        self._field = QLineEdit(self)
        self._field.setObjectName("paletteField")
        self._field.setAccessibleName(self.tr("What to do, or the name of an instance"))
        self._field.setPlaceholderText(self.tr("Type what to do, or the name of an instance"))
        self._field.installEventFilter(self)
        self._model = _PaletteModel(self)
        self._list = self._make_list()
        self._foot = ElidedLabel(parent=self)
        self._foot.setObjectName("paletteFoot")
        self._foot.setProperty("tone", "muted")
        self._foot.setContentsMargins(PADDING, 0, PADDING, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(self._field)
        layout.addWidget(self._list)
        layout.addWidget(self._foot)
        self._field.textChanged.connect(self._on_field_text_changed)
        self._list.clicked.connect(self._on_list_clicked)
        self._list.selectionModel().currentChanged.connect(self._on_current_changed)
        self._on_field_text_changed("")
        self._place(parent)

    @property
    def shown(self) -> list[Found]:
        """What is listed now."""
        return [found for row in range(self._model.rowCount()) if (found := self._model.found_at(row)) is not None]

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys move in the list while the field keeps the focus."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._do(self._model.found_at(self._list.currentIndex().row()))
                return True
            if event.key() in set(_Keys) or (event.key() in {Qt.Key.Key_Home, Qt.Key.Key_End} and not self._field.text()):
                self._move(event.key())
                return True
        return False

    def event(self, event: QEvent) -> bool:
        """Close when another window is used."""
        if event.type() is QEvent.Type.WindowDeactivate and self.isVisible():
            self.reject()
        return super().event(event)

    def _make_list(self) -> QListView:
        view = QListView(self)
        view.setObjectName("paletteList")
        view.setAccessibleName(self.tr("What fits"))
        view.setProperty("kind", "palette")
        view.setModel(self._model)
        view.setItemDelegate(_PaletteDelegate(view))
        view.setUniformItemSizes(True)
        view.setMouseTracking(True)
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return view

    def _fit(self) -> None:
        """Be as high as what is listed."""
        height = max(ROW_HEIGHT, self.fontMetrics().height() + 12)
        most = max(3, (room_for(self).height() - _AROUND_LIST) // height)
        rows = min(SHOWN_ROWS, self._model.rowCount(), most)
        self._list.setVisible(rows > 0)
        self._list.setFixedHeight(rows * height)
        self.adjustSize()

    def _place(self, parent: QWidget) -> None:
        """Lie at the top of the window, in its middle."""
        corner = parent.mapToGlobal(parent.rect().topLeft())
        self.move(corner.x() + (parent.width() - self.width()) // 2, corner.y() + 56)

    def _move(self, key: int) -> None:
        count = self._model.rowCount()
        if not count:
            return
        row = self._list.currentIndex().row()
        last = count - 1
        wanted = {
            Qt.Key.Key_Up: (row - 1) % count, Qt.Key.Key_Down: (row + 1) % count, Qt.Key.Key_PageUp: max(0, row - SHOWN_ROWS + 1),
            Qt.Key.Key_PageDown: min(last, row + SHOWN_ROWS - 1), Qt.Key.Key_Home: 0, Qt.Key.Key_End: last,
        }  # fmt: skip
        self._list.setCurrentIndex(self._model.index(wanted[Qt.Key(key)]))

    def _do(self, found: Found | None) -> None:
        """Do what was chosen; what cannot be done says why and stays."""
        if found is None:
            return
        if found.entry.problem:
            self._show_foot(found.entry.problem, is_problem=True)
            return
        self.accept()
        self.chosen.emit(found.entry)

    def _show_foot(self, text: str, *, is_problem: bool = False) -> None:
        self._foot.setText(text)
        set_property(self._foot, "tone", "error" if is_problem else "muted")

    @Slot(str)
    def _on_field_text_changed(self, text: str) -> None:
        self._model.show_found(search(text, self._entries, self._recent))
        self._list.setCurrentIndex(self._model.index(0))
        self._fit()
        if not self._model.rowCount():
            self._on_current_changed(QModelIndex(), QModelIndex())

    @Slot(QModelIndex)
    def _on_list_clicked(self, index: QModelIndex) -> None:
        self._do(self._model.found_at(index.row()))

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        """Say below, and to a screen reader, what Enter would do: the focus stays in the field."""
        found = self._model.found_at(current.row())
        if found is None:
            self._show_foot(self.tr("Nothing fits. Try fewer letters."))
            self._field.setAccessibleDescription(self._foot.text())
            return
        self._show_foot(found.entry.problem or self.tr("Enter does it, Esc closes."))
        place = self.tr("{number} of {count}").format(number=current.row() + 1, count=self._model.rowCount())
        self._field.setAccessibleDescription(f"{spoken(found)}, {place}")
