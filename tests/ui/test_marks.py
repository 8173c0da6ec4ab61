"""States differ in shape, not only in colour."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.ui.look.marks import paint_mark, paint_sparkline

if TYPE_CHECKING:
    from collections.abc import Callable

    from gowa_desktop.ui.look.theme import Theme


def painted(paint: Callable[[QPainter], None], width: int = 20) -> QImage:
    image = QImage(width, 20, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    paint(painter)
    painter.end()
    return image


def test_paint_mark_draws_every_state_as_another_shape(theme: Theme) -> None:
    images = [painted(lambda p, s=state: paint_mark(p, QRectF(0, 0, 20, 20), s, "#000000")) for state in InstanceState]  # type: ignore[misc]
    images.append(painted(lambda p: paint_mark(p, QRectF(0, 0, 20, 20), InstanceState.RUNNING, "#000000", is_uneasy=True)))

    assert all(one != other for one, other in combinations(images, 2))


def test_paint_sparkline_grows_from_the_right_edge(theme: Theme) -> None:
    image = painted(lambda p: paint_sparkline(p, QRectF(0, 0, 60, 20), [5.0] * 10, "#000000", 5.0), 60)

    inked = [x for x in range(60) if any(image.pixelColor(x, y).alpha() for y in range(20))]
    assert min(inked) > 45
    assert max(inked) >= 58


def test_paint_sparkline_draws_nothing_for_a_single_value(theme: Theme) -> None:
    assert painted(lambda p: paint_sparkline(p, QRectF(0, 0, 20, 20), [5.0], "#000000", 5.0)) == painted(lambda _: None)
