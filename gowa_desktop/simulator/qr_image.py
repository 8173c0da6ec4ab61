# ruff: noqa: PTH107, PTH123 - see storage
"""A picture that looks like a QR code, written as PNG by hand. It holds no data: scanning it must lead nowhere."""

import os
import random
import struct
import threading
import zlib

from gowa_desktop.simulator.devices import random_uuid
from gowa_desktop.simulator.storage import QR_FOLDER

_MODULES = 57
_MARGIN = 4
_PIXELS = 512


def write_qr_image(life_s: float) -> str:
    """Write a new picture that is deleted after ``life_s`` seconds and return its path relative to the base path."""
    name = random_uuid()
    path = f"{QR_FOLDER}/scan-qr-{name}.png"
    with open(path, "wb") as stream:
        stream.write(draw_png(name))
    timer = threading.Timer(life_s, _delete, (path,))
    timer.daemon = True
    timer.start()
    return path


def _delete(path: str) -> None:
    try:
        os.remove(path)
    except OSError:
        return


def draw_png(seed: str) -> bytes:
    """Return a 512 x 512 greyscale PNG; the same seed gives the same picture."""
    rows = _draw_modules(random.Random(seed))  # noqa: S311 - decoration, no secret
    side = _MODULES + 2 * _MARGIN
    lines = []
    for pixel_row in range(_PIXELS):
        row = rows[pixel_row * side // _PIXELS]
        lines.append(b"\0" + bytes(0 if row[column * side // _PIXELS] else 255 for column in range(_PIXELS)))
    header = struct.pack("!IIBBBBB", _PIXELS, _PIXELS, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(lines), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))


def _draw_modules(chance: random.Random) -> list[list[bool]]:
    """Return dark (true) and light modules: chance, three finder squares, and a quiet margin."""
    side = _MODULES + 2 * _MARGIN
    rows = [[False] * side for _ in range(side)]
    for row in range(_MARGIN, side - _MARGIN):
        for column in range(_MARGIN, side - _MARGIN):
            rows[row][column] = chance.random() < 0.5
    far = side - _MARGIN - 7
    for top, left in ((_MARGIN, _MARGIN), (_MARGIN, far), (far, _MARGIN)):
        for row in range(-1, 8):
            for column in range(-1, 8):
                ring = max(abs(row - 3), abs(column - 3))
                rows[top + row][left + column] = ring in {0, 1, 3}
    return rows
