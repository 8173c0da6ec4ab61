"""The order in which Tab goes through widgets that were made in another order than they are shown."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence


def chain(widgets: Sequence[QWidget]) -> None:
    """Let Tab go from each of these to the next; every one must be able to take the focus, as Qt ignores others."""
    for first, second in pairwise(widgets):
        QWidget.setTabOrder(first, second)


def chain_within(whole: QWidget, stops: Sequence[QWidget]) -> None:
    """Let Tab go through the parts of a widget in this order; the last one keeps its place, the others come before it."""
    last = stops[-1]
    before = last.previousInFocusChain()
    while before is not None and before is not last and (whole.isAncestorOf(before) or before.focusPolicy() is Qt.FocusPolicy.NoFocus):
        before = before.previousInFocusChain()
    chain(stops if before is None or before is last else [before, *stops])
