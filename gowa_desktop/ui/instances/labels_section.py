"""What a person says about an instance: its tags as chips, and notes that are saved when they are left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gowa_desktop.ui.look.chips import GAP, chip_colors, chip_width
from gowa_desktop.ui.look.labels import toned_label
from gowa_desktop.ui.look.theme import colors_of

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent

    from gowa_desktop.domain.instance import InstanceStatus

LEAST_TARGET = 24
"""Height of what is clicked, in logical pixels."""
LEAST_LINES, MOST_LINES = 2, 8
"""How high the notes are: as high as their text within these."""


class TagChip(QPushButton):
    """One tag; pressed, it shows every instance that has it."""

    def __init__(self, tag: str, parent: QWidget) -> None:
        super().__init__(tag, parent)
        self.setObjectName("tagChip")
        self.setAccessibleName(self.tr("Show all with the tag {tag}").format(tag=tag))
        self.setToolTip(self.accessibleName())
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Give the room for the word."""
        return QSize(chip_width(self.text(), self.fontMetrics()) + 2, max(LEAST_TARGET, self.fontMetrics().height() + 8))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the chip, and a ring around it while it has the focus."""
        # A button of the stylesheet without ground has a black palette of its own, in every theme.
        ground, text = chip_colors(self.text(), colors_of(QGuiApplication.palette()))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.rect().adjusted(1, 1, -1, -1)
        is_marked = self.hasFocus() or self.underMouse()
        painter.setPen(text if is_marked else Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setPen(text)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()


class LabelsSection(QWidget):
    """Shows tags and notes of the selected instance. Main thread; what is typed is told when the field is left."""

    edit_requested = Signal()
    """The tags of the selected instance are to be changed."""
    tag_chosen = Signal(str)
    """All instances with this tag are wanted."""
    notes_changed = Signal(int, str)
    """The notes of this instance (id) are these now."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("labelsSection")
        self._id = 0
        self._tags: tuple[str, ...] | None = None
        self._stored = ""
        self._chips = QHBoxLayout()
        self._chips.setSpacing(GAP)
        self._edit = QPushButton(self)
        self._edit.setObjectName("tagsEdit")
        self._edit.setProperty("kind", "link")
        self._edit.setAutoDefault(False)
        self._edit.clicked.connect(self.edit_requested)
        self._notes = QPlainTextEdit(self)
        self._notes.setObjectName("notes")
        self._notes.setAccessibleName(self.tr("Notes"))
        self._notes.setProperty("kind", "field")
        self._notes.setTabChangesFocus(True)
        self._notes.setPlaceholderText(self.tr("Notes, such as whose phone it is. Saved when you leave the field."))
        self._notes.installEventFilter(self)
        self._notes.textChanged.connect(self._fit)
        title = QHBoxLayout()
        title.setSpacing(8)
        title.addWidget(toned_label(self.tr("Tags"), "strong", self))
        title.addLayout(self._chips)
        title.addWidget(self._edit)
        title.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(title)
        layout.addWidget(toned_label(self.tr("Notes"), "strong", self))
        layout.addWidget(self._notes)
        self._fit()

    def show_status(self, status: InstanceStatus) -> None:
        """Show an instance; what is being typed about another one is saved first, and about this one is left alone."""
        if status.id != self._id:
            self.save()
            self._id = status.id
            self._show_notes(status.notes)
        elif status.notes != self._stored and self._text() == self._stored:
            self._show_notes(status.notes)
        self._stored = status.notes
        self._notes.setReadOnly(status.is_view_only)
        self._edit.setEnabled(not status.is_view_only and not status.is_busy)
        self._show_tags(status.tags)

    def focus_notes(self) -> None:
        """Move the keyboard focus into the notes."""
        self._notes.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def save(self) -> None:
        """Tell what was typed, where it differs from what is stored."""
        text = self._text()
        if self._id and text != self._stored:
            self._stored = text
            self.notes_changed.emit(self._id, text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Save when the field is left; not for its own context menu."""
        if watched is self._notes and event.type() is QEvent.Type.FocusOut:
            self.save()
        return False

    def hideEvent(self, event: QHideEvent) -> None:
        """Save when another tab or window takes the place."""
        self.save()
        super().hideEvent(event)

    def _text(self) -> str:
        return self._notes.toPlainText().rstrip()

    def _show_notes(self, notes: str) -> None:
        self._notes.setPlainText(notes)

    def _show_tags(self, tags: tuple[str, ...]) -> None:
        if tags == self._tags:
            return
        self._tags = tags
        while (item := self._chips.takeAt(0)) is not None:
            chip = item.widget()
            if chip is not None:
                chip.hide()
                chip.deleteLater()
        for tag in tags:
            chip = TagChip(tag, self)
            chip.clicked.connect(self._on_chip_clicked)
            self._chips.addWidget(chip)
            chip.show()
        self._edit.setText(self.tr("Change…") if tags else self.tr("Add…"))
        self._edit.setAccessibleName(self.tr("Change the tags") if tags else self.tr("Add tags"))

    @Slot()
    def _on_chip_clicked(self) -> None:
        chip = self.sender()
        if isinstance(chip, TagChip):
            self.tag_chosen.emit(chip.text())

    @Slot()
    def _fit(self) -> None:
        lines = min(MOST_LINES, max(LEAST_LINES, self._notes.blockCount()))
        self._notes.setFixedHeight(lines * self._notes.fontMetrics().lineSpacing() + 20)
