"""What must hold for every window and dialog: order of Tab, seen focus, sizes of targets, what Enter and Esc do, keys in tool tips, room.

Each check gives one sentence for each fault, none when all is well. They are used by the tests, on windows that are quickly made, and by
`python -m tests.screenshots`, on windows full of data.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAction, QImage  # noqa: TID251 - this looks at the user interface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (  # noqa: TID251
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QMainWindow,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QScrollBar,
    QTabBar,
    QTextEdit,
    QToolButton,
    QWidget,
)

from gowa_desktop.ui.commands.shortcut_keeper import keys_text
from gowa_desktop.ui.look.theme import contrast

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_STOPS = 400
LEAST_TARGET = 24
"""Of a target for the pointer, in logical pixels (WCAG 2.5.8)."""
SLACK = 3
"""Pixels by which neighbours in one row may differ."""
RING_CONTRAST = 1.8
"""Between a pixel with and without focus, so that it counts as changed."""
LEAST_RING = 24
"""Pixels that must change when a control gets the focus."""
BAND = 4
"""Width of the edge of a text field, in which the caret never is."""
TARGETS = (QAbstractButton, QComboBox, QLineEdit, QAbstractSpinBox, QTabBar)
WRITTEN = (QLineEdit, QAbstractSpinBox, QPlainTextEdit, QTextEdit)


def stops(window: QWidget) -> list[QWidget]:
    """Give the widgets at which Tab may stop."""
    return [one for one in window.findChildren(QWidget) if is_stop(one, window)]


def walked(window: QWidget) -> list[QWidget]:
    """Press Tab until it comes back to where it was, and give where it stopped; the focus is where it was afterwards."""
    first: QWidget | None = window.focusWidget()
    found = [window if first is None else first]
    for _ in range(MOST_STOPS):
        QTest.keyClick(found[-1], Qt.Key.Key_Tab)
        focus = window.focusWidget()
        if focus in found:
            # What came before belongs to no circle: a radio button that is not the chosen one of its group.
            found = found[found.index(focus) :]
            break
        found.append(focus)
    if first is not None:
        first.setFocus()
    return found


def is_stop(widget: QWidget, window: QWidget) -> bool:
    """Tell whether Tab stops at a widget."""
    takes = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
    return takes and widget.window() is window and widget.isVisibleTo(window) and widget.isEnabled()


def words_of(widget: QWidget) -> str:
    """Give what a fault calls a widget."""
    owner = widget.parentWidget()
    return f"{type(widget).__name__} {widget.objectName() or (f'in {owner.objectName()}' if owner else '')}"


def place(widget: QWidget, window: QWidget) -> QRect:
    """Give where a widget is in its window."""
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def outermost(widget: QWidget, other: QWidget) -> QWidget:
    """Give what stands for a widget in the eyes of one outside: the outermost area that scrolls and does not hold both."""
    found = widget
    above = widget.parentWidget()
    while above is not None and above is not other and not above.isAncestorOf(other):
        if isinstance(above, QScrollArea):
            found = above
        above = above.parentWidget()
    return found


def order_faults(window: QWidget) -> list[str]:
    """Tab goes as people read: on in the row, or down, or to the top of what stands further right; never back."""
    if not stops(window):
        return []
    found = []
    reached = walked(window)
    if len(reached) > 1:
        missed = [one for one in stops(window) if one not in reached and not isinstance(one, QRadioButton | QScrollArea)]
        found = [f"Tab does not reach {words_of(one)}" for one in missed]
        found += [""] if found else []
    for before, after in pairwise([*reached, *reached[:1]]):
        if before.isAncestorOf(after) or after.isAncestorOf(before):
            continue
        one, two = place(outermost(before, after), window), place(outermost(after, before), window)
        is_above = two.bottom() <= one.top() + SLACK
        is_right = two.left() >= one.right() - SLACK
        is_left = two.right() <= one.left() + SLACK
        is_below = two.top() >= one.bottom() - SLACK
        if (is_above and not is_right) or (is_left and not is_below):
            found.append(f"Tab goes back from {words_of(before)} {one.getRect()} to {words_of(after)} {two.getRect()}")
    # It is a circle: from the last it goes back to the first, once.
    return [fault for fault in found if fault] if len(found) > 1 else []


def focus_faults(window: QWidget) -> list[str]:
    """A dialog opens with the focus on something that can be used, and never on what destroys."""
    reached = stops(window)
    focus: QWidget | None = window.focusWidget()
    if not reached:
        return []
    if focus is None:
        return ["nothing has the focus at first"]
    if focus not in reached and focus.focusProxy() not in reached:
        return [f"the focus is on {words_of(focus)} at first, which cannot be reached"]
    return [f"the focus is on {words_of(focus)}, which destroys"] if focus.property("kind") == "danger" else []


def enter_faults(window: QWidget) -> list[str]:
    """Enter presses the default button alone: no other offers itself, and what destroys is not it."""
    if not isinstance(window, QDialog):
        return []
    buttons = [one for one in window.findChildren(QPushButton) if one.window() is window and one.isVisibleTo(window)]
    found = [f"Enter may press {words_of(one)}, as it is auto-default" for one in buttons if one.autoDefault() and not one.isDefault()]
    found += [f"Enter presses {words_of(one)}, which destroys" for one in buttons if one.isDefault() and one.property("kind") == "danger"]
    if sum(one.isDefault() for one in buttons) > 1:
        found.append("Enter has several default buttons")
    return found


def target_faults(window: QWidget) -> list[str]:
    """Everything that is clicked is large enough; buttons inside a text field share its height."""
    found = []
    for widget in window.findChildren(QWidget):
        if not isinstance(widget, TARGETS) or widget.window() is not window or not widget.isVisibleTo(window):
            continue
        owner = widget.parentWidget()
        if isinstance(owner, QLineEdit | QAbstractSpinBox | QComboBox | QTabBar | QAbstractItemView | QScrollBar):
            continue
        if widget.width() < LEAST_TARGET or widget.height() < LEAST_TARGET:
            found.append(f"{words_of(widget)} is {widget.width()} x {widget.height()}")
    return found


def tooltip_faults(window: QWidget, actions: Iterable[QAction]) -> list[str]:
    """A button of an action that has keys names them."""
    by_words = {plain(action.text()): action for action in actions if keys_text(action)} if isinstance(window, QMainWindow) else {}
    found = []
    for button in window.findChildren(QAbstractButton):
        if button.window() is not window or not button.isVisibleTo(window) or isinstance(button.parentWidget(), QLineEdit):
            continue
        own = button.defaultAction() if isinstance(button, QToolButton) else None
        action = own or by_words.get(plain(button.text()))
        if action is not None and keys_text(action) and keys_text(action) not in button.toolTip():
            found.append(f"{words_of(button)} does not name {keys_text(action)}, but says “{button.toolTip()}”")
    return found


def plain(text: str) -> str:
    """Give a text without the mark of its letter key."""
    return text.replace("&", "").removesuffix("…")


def look_of(widget: QWidget) -> tuple[object, ...]:
    """Give all on which the look of a focused widget depends, so that each needs to be looked at once."""
    names = ("kind", "iconOnly", "invalid", "density")
    above = widget.parentWidget()
    parents = [above.property("kind") if above is not None else None]
    checked = widget.isChecked() if isinstance(widget, QAbstractButton) else None
    return (type(widget).__name__, *(widget.property(name) for name in names), *parents, checked)


def ring_faults(window: QWidget, seen: set[tuple[object, ...]] | None = None) -> list[str]:
    """Each control looks clearly different while it has the focus.

    Args:
        window: one that is active.
        seen: looks that need no further check; those looked at are added.
    """
    found = []
    before: QWidget | None = window.focusWidget()
    for widget in stops(window):
        look = look_of(widget)
        if seen is not None:
            if look in seen:
                continue
            seen.add(look)
        changed = ring_pixels(widget)
        if changed < LEAST_RING:
            found.append(f"{words_of(widget)} {look} does not show the focus: {changed} pixels change")
    if before is not None:
        before.setFocus()
    return found


def ring_pixels(widget: QWidget) -> int:
    """Count the pixels that change when a widget gets the focus by Tab."""
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    with_focus = picture(widget)
    widget.clearFocus()
    QApplication.processEvents()
    without = picture(widget)
    if with_focus.size() != without.size():
        return LEAST_RING
    width, height = with_focus.width(), with_focus.height()
    is_written = isinstance(widget, WRITTEN)
    changed = 0
    for y in range(height):
        for x in range(width):
            if is_written and BAND <= x < width - BAND and BAND <= y < height - BAND:
                continue
            one, two = with_focus.pixel(x, y), without.pixel(x, y)
            if one != two and contrast(f"#{one & 0xFFFFFF:06x}", f"#{two & 0xFFFFFF:06x}") >= RING_CONTRAST:
                changed += 1
                if changed >= LEAST_RING:
                    return changed
    return changed


def picture(widget: QWidget) -> QImage:
    """Paint a widget on its ground."""
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def room_faults(window: QWidget, room: QSize) -> list[str]:
    """A window opens no larger than its screen has room, and its buttons are inside, also those at the end of what scrolls."""
    size = window.size()
    if size.width() > room.width() or size.height() > room.height():
        return [f"it opens with {size.width()} x {size.height()} where there is room for {room.width()} x {room.height()}"]
    found = []
    for button in window.findChildren(QAbstractButton):
        if button.window() is not window or not button.isVisibleTo(window) or isinstance(button.parentWidget(), QLineEdit):
            continue
        where = place(outermost(button, window), window)
        if not window.rect().adjusted(-1, -1, 1, 1).contains(where):
            found.append(f"{words_of(button)} is outside, at {where.getRect()} of {size.width()} x {size.height()}")
    return found


def escape_faults(window: QWidget) -> list[str]:
    """Esc closes, wherever the focus is when the window opens."""
    focus: QWidget | None = window.focusWidget()
    QTest.keyClick(window if focus is None else focus, Qt.Key.Key_Escape)
    return ["Esc does not close it"] if window.isVisible() else []
