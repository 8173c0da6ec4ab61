"""Lets layouts settle at once, from the inside to the outside.

Left to itself Qt takes a turn of the event loop for each nested layout, and paints in between: rows that were just added would be
seen squeezed for a moment (Qt 6.8-6.11).
"""

from __future__ import annotations

from PySide6.QtWidgets import QScrollArea, QWidget


def settle(*widgets: QWidget) -> None:
    """Arrange these widgets, and then everything around them up to the form that scrolls."""
    pending = list(widgets)
    done: set[int] = set()
    while pending:
        widget = pending.pop(0)
        if id(widget) in done:
            continue
        done.add(id(widget))
        layout = widget.layout()
        if layout is not None:
            layout.activate()
        above = widget.parentWidget()
        if isinstance(above, QWidget) and not isinstance(above.parentWidget(), QScrollArea):
            pending.append(above)
