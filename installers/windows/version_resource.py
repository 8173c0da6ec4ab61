"""The version resource of the programs for Windows, which Explorer shows under Properties, Details; as text that PyInstaller reads."""

from __future__ import annotations

from installers import product

_TEMPLATE = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3f, flags=0x0, OS=0x40004, fileType=0x1, subtype=0x0, date=(0, 0)),
  kids=[
    StringFileInfo([StringTable('040904B0', [
{strings}
    ])]),
    VarFileInfo([VarStruct('Translation', [1033, 1200])])
  ]
)
"""


def version_resource(version: str, program: str, *, has_console: bool) -> str:
    """Compose the resource of one program.

    Args:
        version: such as `0.1.0`.
        program: name of its file without the ending.
        has_console: True for the twin for terminals.
    """
    strings = {
        "CompanyName": product.PUBLISHER,
        # Windows shows this in Task Manager, in the list of startup programs and where it asks what to open a link with.
        "FileDescription": f"{product.NAME} (command line)" if has_console else product.NAME,
        "FileVersion": version,
        "InternalName": program,
        "LegalCopyright": product.COPYRIGHT,
        "OriginalFilename": f"{program}.exe",
        "ProductName": product.NAME,
        "ProductVersion": version,
    }
    lines = ",\n".join(f"      StringStruct({name!r}, {text!r})" for name, text in strings.items())
    return _TEMPLATE.format(numbers=product.version_numbers(version), strings=lines)
