"""The list of what happened: a model over the notices, and how a row is painted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Slot
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gowa_desktop.domain.notices import Notice, NoticeKind
from gowa_desktop.ui.look.fonts import scaled_font
from gowa_desktop.ui.look.format import format_when
from gowa_desktop.ui.look.icons import Tint, icon
from gowa_desktop.ui.look.sentences import told
from gowa_desktop.ui.look.theme import colors_of

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QAbstractItemView

    from gowa_desktop.services.notices.notice_center import NoticeCenter

NOTICE_ROLE = Qt.ItemDataRole.UserRole
SIGNS = {
    NoticeKind.GAVE_UP: ("error", Tint.FAILED), NoticeKind.CRASHED: ("debug-restart", Tint.NOTICE),
    NoticeKind.WHATSAPP: ("device-mobile", Tint.NOTICE), NoticeKind.ALERT: ("pulse", Tint.NOTICE),
    NoticeKind.DISK: ("warning", Tint.NOTICE), NoticeKind.UPDATE: ("arrow-circle-up", Tint.ACCENT),
    NoticeKind.DONE: ("pass", Tint.ACCENT),
}  # fmt: skip
_SIDE = 16
_SIGN = 16
_GAP = 12
_LEADING = 4

_Index = QModelIndex | QPersistentModelIndex


class NoticeModel(QAbstractListModel):
    """What happened, newest first. Main thread; lives as long as the panel that shows it."""

    def __init__(self, notices: NoticeCenter, parent: QObject) -> None:
        super().__init__(parent)
        self._notices = notices
        self._rows = notices.happened()
        notices.changed.connect(self._on_notices_changed)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """Count the notices."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give the notice, or the whole of it in words for a screen reader."""
        notice = self._rows[index.row()]
        if role == NOTICE_ROLE:
            return notice
        if role == Qt.ItemDataRole.DisplayRole:
            return told(notice.title)
        if role == Qt.ItemDataRole.ToolTipRole:
            return told(notice.text)
        if role in {Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.AccessibleDescriptionRole}:
            words = [told(notice.title), told(notice.text), when_text(notice)]
            if notice.is_over:
                words.append(self.tr("over by now"))
            return " ".join(words)
        return None

    @Slot()
    def _on_notices_changed(self) -> None:
        self.beginResetModel()
        self._rows = self._notices.happened()
        self.endResetModel()


class NoticeDelegate(QStyledItemDelegate):
    """Paints a sign, the title with its time, and the text below, in as many lines as it takes."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Give the room for the whole text at the width of the list."""
        view = cast("QAbstractItemView", option.widget)
        width = view.viewport().width() - 2 * _SIDE - _SIGN - _GAP
        notice: Notice = index.data(NOTICE_ROLE)
        bold = scaled_font(option.font, 1.0, bold=True)
        title = _height(bold, told(notice.title), width - _time_width(option, notice) - _GAP)
        text = _height(option.font, told(notice.text), width) if notice.text else 0
        return QSize(width, title + (text + _LEADING if text else 0) + 24)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Paint one notice; what is over is muted."""
        notice: Notice = index.data(NOTICE_ROLE)
        colors = colors_of(option.palette)
        rect: QRect = option.rect
        state = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, colors.selection)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, colors.hover)
        painter.setPen(colors.line)
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        name, tint = SIGNS[notice.kind]
        inner = rect.adjusted(_SIDE, 12, -_SIDE, -12)
        icon(name, Tint.MUTED if notice.is_over else tint).paint(painter, QRect(inner.left(), inner.top(), _SIGN, _SIGN))
        inner.setLeft(inner.left() + _SIGN + _GAP)
        time_width = _time_width(option, notice)
        font = option.font
        painter.setFont(font)
        painter.setPen(colors.muted)
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop), when_text(notice))
        painter.setPen(colors.muted if notice.is_over else colors.text)
        painter.setFont(scaled_font(font, 1.0, bold=True))
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)
        used = painter.drawText(inner.adjusted(0, 0, -time_width - _GAP, 0), flags, told(notice.title))
        painter.setFont(font)
        painter.setPen(colors.muted)
        painter.drawText(QRect(inner.left(), used.bottom() + _LEADING, inner.width(), inner.height()), flags, told(notice.text))
        painter.restore()


def when_text(notice: Notice) -> str:
    """Say when it was."""
    return format_when(notice.at.astimezone(), datetime.now(UTC).astimezone())


def _height(font: QFont, text: str, width: int) -> int:
    flags = int(Qt.AlignmentFlag.AlignLeft) | int(Qt.TextFlag.TextWordWrap)
    return QFontMetrics(font).boundingRect(QRect(0, 0, max(40, width), 10_000), flags, text).height()


def _time_width(option: QStyleOptionViewItem, notice: Notice) -> int:
    return int(option.fontMetrics.horizontalAdvance(when_text(notice)))
