"""What every Linux installer puts below `share`: desktop entry, icons, metadata, man page; filled in from `product.py`."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape

from installers import icons, product
from installers.tools import source_date, write_gzip

TEMPLATES = Path(__file__).resolve().parent / "templates"
SIZES = (16, 22, 24, 32, 48, 64, 96, 128, 256, 512)
SCREENSHOT = product.ROOT / "resources" / "screenshots" / "overview.png"


def fill(template: str, **more: str) -> str:
    """Give a template with its @NAMES@ filled in.

    Raises:
        KeyError: it has a name that nobody fills.
    """
    width, height = struct.unpack(">II", SCREENSHOT.read_bytes()[16:24])
    values = {
        "NAME": product.NAME, "SLUG": product.SLUG, "SUMMARY": product.SUMMARY, "IDENTIFIER": product.IDENTIFIER, "HOMEPAGE": product.HOMEPAGE,
        "LICENSE": product.LICENSE_NAME, "PUBLISHER": product.PUBLISHER, "SCHEME": product.URL_SCHEME, "VERSION": product.version(),
        "DATE": datetime.fromtimestamp(source_date(), UTC).strftime("%Y-%m-%d"), "WIDTH": str(width), "HEIGHT": str(height),
        "DESCRIPTION": "\n".join(f"    <p>{escape(text)}</p>" for text in product.DESCRIPTION), **more,
    }  # fmt: skip
    text = (TEMPLATES / template).read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def desktop_entry(executable: str) -> str:
    """Give the desktop entry; a path, unlike a name, is quoted where it is a command."""
    command = executable if executable == product.SLUG else f'"{executable}"'
    return fill("gowa-desktop.desktop", EXEC=command, TRYEXEC=executable)


def write(share: Path, executable: str) -> None:
    """Write everything below a `share` folder; `executable` is what the desktop entry starts."""
    _write(share / "applications" / f"{product.SLUG}.desktop", desktop_entry(executable))
    _write(share / "metainfo" / f"{product.IDENTIFIER}.metainfo.xml", fill("metainfo.xml"))
    manual = share / "man" / "man1" / f"{product.SLUG}.1.gz"
    manual.parent.mkdir(parents=True, exist_ok=True)
    write_gzip(manual, fill("gowa-desktop.1").encode())
    hicolor = share / "icons" / "hicolor"
    for size in SIZES:
        picture = hicolor / f"{size}x{size}" / "apps" / f"{product.SLUG}.png"
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(icons.render(product.ICON_SVG, size)[0])
    _write(hicolor / "scalable" / "apps" / f"{product.SLUG}.svg", product.ICON_SVG.read_text(encoding="utf-8"))
    symbolic = product.ICON_SVG.with_name(f"{product.SLUG}-symbolic.svg")
    _write(hicolor / "symbolic" / "apps" / symbolic.name, symbolic.read_text(encoding="utf-8"))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
