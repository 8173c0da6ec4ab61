"""What macOS is told about the program: Info.plist of the bundle, and the entitlements of its signature."""

from __future__ import annotations

from installers import product

MINIMUM_SYSTEM = "13.0"
"""The oldest macOS that the pinned Qt runs on, by the names of its wheels."""
LANGUAGES = ("en", "es", "id", "pt-BR")
"""macOS offers a person only languages that a bundle names; each needs a catalogue in resources/translations."""


def info_plist(version: str) -> dict[str, object]:
    """Give the keys of Info.plist that PyInstaller does not write by itself."""
    return {
        "CFBundleName": product.NAME,
        "CFBundleDisplayName": product.NAME,
        "CFBundleIdentifier": product.IDENTIFIER,
        "CFBundlePackageType": "APPL",
        "CFBundleShortVersionString": version,
        "CFBundleVersion": ".".join(map(str, product.version_numbers(version)[:3])),
        "CFBundleDevelopmentRegion": "en",
        "CFBundleLocalizations": list(LANGUAGES),
        "CFBundleURLTypes": [
            {"CFBundleURLName": product.IDENTIFIER, "CFBundleURLSchemes": [product.URL_SCHEME], "CFBundleTypeRole": "Viewer"},
        ],
        "LSApplicationCategoryType": "public.app-category.developer-tools",
        "LSMinimumSystemVersion": MINIMUM_SYSTEM,
        "LSUIElement": False,
        # Servers depend on the supervision, which must not be put to sleep when its window is covered.
        "NSAppSleepDisabled": True,
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": product.COPYRIGHT,
        "NSPrincipalClass": "NSApplication",
        "NSRequiresAquaSystemAppearance": False,
    }


def entitlements(*, has_identity: bool) -> dict[str, bool]:
    """Give what the program may do in spite of the hardened runtime.

    Args:
        has_identity: signed with a developer's certificate. An ad-hoc signature has no team, so that without the second
            exception the program could not load its own libraries.
    """
    # Python's ctypes makes functions that the system calls, at run time.
    allowed = {"com.apple.security.cs.allow-unsigned-executable-memory": True}
    return allowed if has_identity else {**allowed, "com.apple.security.cs.disable-library-validation": True}
