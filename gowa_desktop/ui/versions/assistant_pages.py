"""The assistant's pages: what an update keeps, what it loses or sets aside, and what to do afterwards, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from gowa_desktop.ui.look.icons import Tint, icon
from gowa_desktop.ui.look.labels import toned_label
from gowa_desktop.ui.look.sentences import told
from gowa_desktop.ui.versions.update_text import afterwards, change_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gowa_desktop.domain.update_plan import PlannedUpdate

MOST_NAMES = 8


class KeptPage(QScrollArea):
    """The assistant's first page: what stays and what does not, for each group of instances to which the same happens."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("updateKept")
        self.setAccessibleName(self.tr("What is kept and what is lost"))
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("kind", "page")

    def show_items(self, items: Sequence[PlannedUpdate]) -> None:
        """Show what an update means for these instances; those to which nothing happens that must be known are left out."""
        body = QWidget(self)
        body.setProperty("kind", "page")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(12)
        for group in _same(item for item in items if item.lost or item.notes):
            column.addWidget(self._make_head(group, body))
            column.addWidget(_Card(self.tr("What is kept"), "check", Tint.ACCENT, group[0].kept, "updateKeptCard", body))
            if group[0].lost:
                column.addWidget(_Card(self.tr("What is lost or set aside"), "warning", Tint.NOTICE, group[0].lost, "updateLostCard", body))
            if group[0].notes:
                column.addWidget(_Card(self.tr("What else to know"), "info", Tint.MUTED, group[0].notes, "updateNotesCard", body))
            column.addSpacing(8)
        column.addStretch(1)
        self.setWidget(body)

    def _make_head(self, group: Sequence[PlannedUpdate], parent: QWidget) -> QLabel:
        names = ", ".join(item.name for item in group[:MOST_NAMES])
        if len(group) > MOST_NAMES:
            names = self.tr("{names} and {count} more").format(names=names, count=len(group) - MOST_NAMES)
        change = change_text(group[0].from_tag, group[0].to_tag)
        label = toned_label(self.tr("{names}: {change}").format(names=names, change=change), "strong", parent)
        label.setWordWrap(True)
        return label


class AfterwardsPage(QWidget):
    """The assistant's second page: what to do once the update is done, and the word that it may begin."""

    consent_changed = Signal()
    """The person has said that it may begin, or not any more."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._consent = QCheckBox(self.tr("I have read what is kept and what is lost"), self)
        self._consent.setObjectName("updateConsent")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(16)
        self._card: QWidget | None = None
        self._column.addStretch(1)
        self._column.addWidget(self._consent)
        self._consent.toggled.connect(self.consent_changed)

    @property
    def has_consent(self) -> bool:
        """True once the person has said that it may begin."""
        return self._consent.isChecked()

    def show_items(self, items: Sequence[PlannedUpdate]) -> None:
        """Show what to do after an update of these instances."""
        if self._card is not None:
            self._card.deleteLater()
        self._card = _Card(self.tr("What to do afterwards"), "checklist", Tint.ACCENT, afterwards(items), "updateAfterwardsCard", self)
        self._column.insertWidget(0, self._card)
        self._consent.setChecked(False)


class _Card(QFrame):
    """A titled list of sentences with a sign."""

    def __init__(self, title: str, sign: str, tint: Tint, lines: Sequence[str], name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("kind", "card")
        head = QHBoxLayout()
        head.setSpacing(8)
        picture = QLabel(self)
        picture.setPixmap(icon(sign, tint).pixmap(16, 16))
        head.addWidget(picture)
        head.addWidget(toned_label(title, "strong", self), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 12)
        layout.setSpacing(6)
        layout.addLayout(head)
        for line in lines:
            label = toned_label(told(line), "", self)
            label.setWordWrap(True)
            label.setContentsMargins(24, 0, 0, 0)
            layout.addWidget(label)


def _same(items: Iterable[PlannedUpdate]) -> list[list[PlannedUpdate]]:
    """Put instances together to which the same happens."""
    groups: dict[tuple[object, ...], list[PlannedUpdate]] = {}
    for item in items:
        groups.setdefault((item.from_tag, item.kept, item.lost, item.notes), []).append(item)
    return list(groups.values())
