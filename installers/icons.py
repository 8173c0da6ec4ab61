"""Icons of the program in every form that a system wants, drawn from the one SVG. Drawing needs PySide6; putting together does not."""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ICO_SIZES = (16, 20, 24, 32, 40, 48, 64, 256)
"""What Windows shows at 100, 125, 150 and 200 %: tray, task bar, desktop, large views."""
ICNS_TYPES = {
    b"icp4": 16, b"icp5": 32, b"ic07": 128, b"ic08": 256, b"ic09": 512, b"ic10": 1024, b"ic11": 32, b"ic12": 64, b"ic13": 256, b"ic14": 512,
}  # fmt: skip
"""Type of each picture in an icon file of macOS, with its width in pixels; ic11 to ic14 are those for double resolution."""
_PNG_FROM = 256


def render(svg: Path, size: int) -> tuple[bytes, bytes]:
    """Draw a square icon.

    Returns:
        The picture as PNG, and its pixels as rows of BGRA bytes from top to bottom, not premultiplied.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QBuffer, QIODevice  # noqa: PLC0415 - a build without icons needs no Qt
    from PySide6.QtGui import QImage, QPainter  # noqa: PLC0415
    from PySide6.QtSvg import QSvgRenderer  # noqa: PLC0415

    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(str(svg)).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload] # the binding takes str, its description says bytes
    return bytes(buffer.data().data()), bytes(image.constBits())


def ico_file(pictures: Mapping[int, tuple[bytes, bytes]]) -> bytes:
    """Put an icon file for Windows together: bitmaps where old shells look, PNG for the large one.

    Args:
        pictures: what `render` gave, by width.
    """
    bodies = [png if size >= _PNG_FROM else _bitmap(size, pixels) for size, (png, pixels) in sorted(pictures.items())]
    offset = 6 + 16 * len(bodies)
    entries = b""
    for size, body in zip(sorted(pictures), bodies, strict=True):
        entries += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(body), offset)
        offset += len(body)
    return struct.pack("<HHH", 0, 1, len(bodies)) + entries + b"".join(bodies)


def icns_file(pngs: Mapping[int, bytes]) -> bytes:
    """Put an icon file for macOS together.

    Args:
        pngs: the picture as PNG by width; every width in `ICNS_TYPES` must be there.
    """
    body = b"".join(kind + struct.pack(">I", len(pngs[size]) + 8) + pngs[size] for kind, size in ICNS_TYPES.items())
    return b"icns" + struct.pack(">I", len(body) + 8) + body


def write_ico(svg: Path, target: Path) -> None:
    """Draw and write the icon file for Windows."""
    target.write_bytes(ico_file({size: render(svg, size) for size in ICO_SIZES}))


def write_icns(svg: Path, target: Path) -> None:
    """Draw and write the icon file for macOS."""
    target.write_bytes(icns_file({size: render(svg, size)[0] for size in set(ICNS_TYPES.values())}))


def write_sidebar(svg: Path, target: Path) -> None:
    """Draw the picture at the left of an installer's first and last page: the icon on its own green, as a bitmap of 164 by 314."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QPointF, QRectF  # noqa: PLC0415 - a build without icons needs no Qt
    from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter  # noqa: PLC0415
    from PySide6.QtSvg import QSvgRenderer  # noqa: PLC0415

    # Twice the size, for Windows scales it up on sharp screens; NSIS scales it down elsewhere.
    image = QImage(328, 628, QImage.Format.Format_RGB32)
    ground = QLinearGradient(QPointF(0, 0), QPointF(0, image.height()))
    ground.setColorAt(0, QColor("#1f8a5b"))
    ground.setColorAt(1, QColor("#0d4a30"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(image.rect(), ground)
    QSvgRenderer(str(svg)).render(painter, QRectF(84, 150, 160, 160))
    painter.end()
    image.convertToFormat(QImage.Format.Format_RGB888).save(str(target), "BMP")  # type: ignore[call-overload]


def _bitmap(size: int, pixels: bytes) -> bytes:
    """Give a device-independent bitmap: rows from bottom to top, then a mask that is empty because the pixels carry alpha."""
    rows = [pixels[start : start + 4 * size] for start in range(0, len(pixels), 4 * size)]
    mask = b"\0" * (((size + 31) // 32) * 4 * size)
    header = struct.pack("<IiiHHIIiiII", 40, size, 2 * size, 1, 32, 0, len(pixels) + len(mask), 0, 0, 0, 0)
    return header + b"".join(reversed(rows)) + mask
