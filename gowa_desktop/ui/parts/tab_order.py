"""The order in which Tab goes through a window: as people read it, whatever was made first."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QDialogButtonBox,
    QGridLayout,
    QLineEdit,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QTabBar,
    QWidget,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PySide6.QtWidgets import QLayout

_WHOLE = (QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QTabBar)
"""What Qt made of parts that are none of our concern."""


def chain(widgets: Sequence[QWidget]) -> None:
    """Let Tab go from each of these to the next; every one must be able to take the focus, as Qt ignores others."""
    for first, second in pairwise(widgets):
        QWidget.setTabOrder(first, second)


def follow_layout(window: QWidget) -> None:
    """Let Tab go through a window as its layouts stand, which is how it is read; also through what came into it since."""
    for box in window.findChildren(QDialogButtonBox):
        # It hands the focus to its first button (Qt 6.11): left behind its buttons in the chain, it would let Tab go round among them.
        box.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    # The chain is not looked at: PySide takes what `nextInFocusChain` gives for a parent, and believes it deleted with the other (6.11).
    chain([widget for widget in read_through(window) if widget is not window and takes_tab(widget)])


def takes_tab(widget: QWidget) -> bool:
    """Tell whether Tab may stop at a widget once it is shown and enabled."""
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None


def read_through(widget: QWidget) -> Iterator[QWidget]:
    """Give a widget and all within, in the order of their layouts; what stands in no layout comes last. Other windows are left out."""
    yield widget
    if isinstance(widget, _WHOLE):
        return
    first = _first_parts(widget)
    for part in first:
        yield from read_through(part)
    known = set(first)
    for child in widget.children():
        if isinstance(child, QWidget) and child not in known and not child.isWindow():
            yield from read_through(child)


def _first_parts(widget: QWidget) -> list[QWidget]:
    if isinstance(widget, QSplitter | QStackedWidget):
        pages = [widget.widget(index) for index in range(widget.count())]
        return [page for page in pages if page is not None]
    if isinstance(widget, QScrollArea):
        inside = widget.widget()
        return [inside] if inside is not None else []
    layout = widget.layout()
    return list(_laid_out(layout)) if layout is not None else []


def _laid_out(layout: QLayout) -> Iterator[QWidget]:
    numbers = list(range(layout.count()))
    if isinstance(layout, QGridLayout):
        numbers.sort(key=lambda number: layout.getItemPosition(number)[:2])  # type: ignore[index]  # a tuple, its stub says object
    for number in numbers:
        item = layout.itemAt(number)
        inner = item.layout() if item is not None else None
        widget = item.widget() if item is not None else None
        if widget is not None:
            yield widget
        elif inner is not None:
            yield from _laid_out(inner)
