"""What all dialogs have in common: Tab goes as people read, they fit the screen, and they keep the size that a person gave them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Slot
from PySide6.QtWidgets import QDialog, QFrame, QLayout, QPushButton, QScrollArea, QStyle, QVBoxLayout, QWidget

from gowa_desktop.ui.parts.dialog_sizes import DialogSizes
from gowa_desktop.ui.parts.screen_keeper import room_for
from gowa_desktop.ui.parts.tab_order import follow_layout, read_through, takes_tab

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLayoutItem


class HouseDialog(QDialog):
    """A dialog like all others. Main thread.

    Its last row, which has the buttons, is always seen: where the rest has no room on the screen, that is put into an area that scrolls.
    Of a dialog that can be resized, the size is kept under its object name.
    """

    keeps_size = True
    """False for those that keep their place themselves."""
    may_grow = False
    """True for those into which much may come while they are open."""

    def __init__(self, parent: QWidget | None = None, *flags: Qt.WindowType) -> None:
        super().__init__(parent, *flags)
        self._opened_with = QSize()
        self._inside: QWidget | None = None
        self._below: QVBoxLayout | None = None
        self._frame = 0
        """What the area that scrolls has around its inside on each side; also without a frame, some styles give it a line."""
        self._follows = False

    def setVisible(self, visible: bool) -> None:
        """Get ready before being seen, and remember the size afterwards."""
        if visible and not self.isVisible():
            self._get_ready()
        elif not visible and self.isVisible():
            self._keep_size()
        super().setVisible(visible)
        if visible:
            self._opened_with = self.size()

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 - Qt's name
        """Go on in the order of reading, also through what came into the dialog while it was open."""
        follow_layout(self)
        return super().focusNextPrevChild(next)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow what scrolls as it grows, as far as there is room."""
        if event.type() == QEvent.Type.LayoutRequest and watched is self._inside and self._follows:
            QTimer.singleShot(0, self, self._follow)
        return False

    def _get_ready(self) -> None:
        for button in self.findChildren(QPushButton):
            # Enter presses the default button, or the one that has the focus, and no other.
            button.setAutoDefault(False)
        follow_layout(self)
        self._give_focus()
        if self._can_be_resized:
            kept = DialogSizes.of(self, self.objectName()) if self.keeps_size else QSize()
            if kept.isValid():
                self.resize(kept.expandedTo(self.minimumSizeHint()))
        self._fit()

    def _give_focus(self) -> None:
        """Give the focus to what is read first, unless a dialog did so itself; from a button to the default one."""
        stops = [one for one in read_through(self) if one is not self and takes_tab(one) and one.isEnabled() and one.isVisibleTo(self)]
        if self.focusWidget() is not None or not stops:
            return
        default = next((one for one in stops if isinstance(one, QPushButton) and one.isDefault()), None)
        (default if default is not None and isinstance(stops[0], QPushButton) else stops[0]).setFocus()

    @property
    def _can_be_resized(self) -> bool:
        layout = self.layout()
        return layout is None or layout.sizeConstraint() is not QLayout.SizeConstraint.SetFixedSize

    def _keep_size(self) -> None:
        is_changed = self._opened_with.isValid() and self.size() != self._opened_with
        if self.keeps_size and is_changed and self._can_be_resized and not self.isMaximized():
            DialogSizes.keep(self, self.objectName(), self.size())

    def _fit(self) -> None:
        """Make it no larger than the screen, and scroll what has no room there."""
        room, layout = room_for(self), self.layout()
        if layout is None:
            return
        if not self.minimumSize().isNull():
            self.setMinimumSize(self.minimumSize().expandedTo(layout.totalMinimumSize()).boundedTo(room))
        is_tight = self.may_grow and not _fits(_GROWN, room)
        if self._inside is None and (is_tight or not _fits(least_size(layout, room), room)):
            self._scroll(layout)
        if not _fits(self.size(), room) and self._can_be_resized:
            self.resize(self.size().boundedTo(room))

    def _scroll(self, layout: QLayout) -> None:
        """Put all but the last row into an area that scrolls; only before it is seen, as this hides and shows every part."""
        self._follows = not self._can_be_resized
        size = self.size()
        focus = self.focusWidget()
        layout.setSizeConstraint(QLayout.SizeConstraint.SetDefaultConstraint)
        self.setMinimumSize(0, 0)
        self.setMaximumSize(QSize(*_NO_LIMIT))
        margins = _column(layout).contentsMargins()
        last = _take_last(layout)
        self._inside = inside = QWidget(self)
        inside.setProperty("kind", "page")
        inside.setLayout(layout)
        area = QScrollArea(self)
        area.setObjectName("dialogScroll")
        area.setAccessibleName(self.windowTitle())
        area.setProperty("kind", "page")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setMinimumSize(*_LEAST_AREA)
        area.setWidget(inside)
        if any(takes_tab(one) for one in read_through(inside)):
            area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.ensurePolished()
        self._frame = area.frameWidth()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(area, 1)
        self._below = QVBoxLayout()
        self._below.setContentsMargins(margins.left(), 8, margins.right(), margins.bottom())
        whole.addLayout(self._below)
        if last is not None:
            _put(last, self._below)
        inside.installEventFilter(self)
        if self._follows:
            self._follow()
        else:
            self.resize(size.boundedTo(room_for(self)))
        if focus is not None:
            focus.setFocus()

    @Slot()
    def _follow(self) -> None:
        """Be as large as what scrolls and the row of buttons want, as far as there is room."""
        layout = self._inside.layout() if self._inside is not None else None
        if layout is None or self._below is None:
            return
        inner, row = layout.totalSizeHint(), self._below.totalSizeHint()
        width = max(inner.width(), row.width())
        height = layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else inner.height()
        room, frame = room_for(self), 2 * self._frame
        width, height = width + frame, height + frame
        bar = 0 if height + row.height() <= room.height() else self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        self.resize(QSize(width + bar, height + row.height()).boundedTo(room))


_NO_LIMIT = (16_777_215, 16_777_215)
"""Qt's own."""
_LEAST_AREA = (240, 80)
_GROWN = QSize(960, 640)
"""What a dialog that may grow takes at most."""


def least_size(layout: QLayout, room: QSize) -> QSize:
    """Give the smallest size at which all of a layout is seen."""
    is_fixed = layout.sizeConstraint() is QLayout.SizeConstraint.SetFixedSize
    least = layout.totalSizeHint() if is_fixed else layout.totalMinimumSize()
    if layout.hasHeightForWidth():
        owner = layout.parentWidget()
        width = max(least.width(), owner.width() if owner is not None else 0)
        height = layout.totalMinimumHeightForWidth(min(width, room.width()))
        least.setHeight(max(height, least.height()) if is_fixed else height)
    return least


def _fits(size: QSize, room: QSize) -> bool:
    return size.width() <= room.width() and size.height() <= room.height()


def _column(layout: QLayout) -> QLayout:
    """Give the column that has the last row, which may be a part of the last row of another."""
    last = layout.itemAt(layout.count() - 1)
    inner = last.layout() if last is not None else None
    return _column(inner) if isinstance(inner, QVBoxLayout) and inner.count() > 1 else layout


def _take_last(layout: QLayout) -> QLayoutItem | None:
    column = _column(layout)
    return column.takeAt(column.count() - 1)


def _put(item: QLayoutItem, layout: QVBoxLayout) -> None:
    widget, inner = item.widget(), item.layout()
    if widget is not None:
        layout.addWidget(widget)
    elif inner is not None:
        inner.setParent(None)
        layout.addLayout(inner)
