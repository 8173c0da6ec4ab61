"""The installed program on the Windows of a Wine prefix: where its parts are, and what a person does with it."""

from __future__ import annotations

import json
import time
import urllib.request
from typing import TYPE_CHECKING

from installers import product
from tests.packaging.report import StepError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.packaging.windows.wine import Ended, Wine

UNINSTALL_KEY = rf"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\{product.SLUG}"
RUN_KEY = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run"
CLASS_KEY = rf"HKCU\Software\Classes\{product.URL_SCHEME}"
APP_ID_KEY = rf"HKCU\Software\Classes\AppUserModelId\{product.IDENTIFIER}"
APP_PATH_KEYS = tuple(rf"HKCU\Software\Microsoft\Windows\CurrentVersion\App Paths\{name}.exe" for name in (product.SLUG, product.CONSOLE_SLUG))

_LEAST_PATIENCE_S = 60.0
_PATIENCE = 20
"""A window loads more than an answer in the console does, five times as much on a machine at rest; the rest is for a busy machine."""


class InstalledProgram:
    """What the installer put on this Windows. Reads the registry anew with each question."""

    def __init__(self, wine: Wine, user: str) -> None:
        self._wine = wine
        home = wine.path(rf"C:\users\{user}")
        self.data = home / "AppData" / "Local" / product.SLUG
        self.start_menu_link = home / "AppData/Roaming/Microsoft/Windows/Start Menu/Programs" / f"{product.NAME}.lnk"
        self.desktop_link = home / "Desktop" / f"{product.NAME}.lnk"
        self._slowest_s = 0.0
        self.default_folder = home / "AppData" / "Local" / "Programs" / product.NAME

    def entry(self) -> dict[str, str]:
        """Give what Windows lists under installed programs; empty when it lists nothing."""
        return self._wine.registry(UNINSTALL_KEY) or {}

    @property
    def folder(self) -> Path:
        """Where it was installed."""
        return self._wine.path(self._value("InstallLocation"))

    @property
    def app(self) -> Path:
        """The folder of the present version."""
        return self._wine.path(self._value("AppFolder"))

    def apps(self) -> list[str]:
        """Name the folders of all versions that are there."""
        return sorted(path.name for path in self.folder.glob("app-*"))

    def cli(self, *words: str, timeout_s: float = 120) -> Ended:
        """Run a verb with the program for terminals."""
        begin = time.monotonic()
        ended = self._wine.run([self.app / f"{product.CONSOLE_SLUG}.exe", *words], timeout_s=timeout_s)
        self._slowest_s = max(self._slowest_s, time.monotonic() - begin)
        return ended

    @property
    def patience_s(self) -> float:
        """How long a start may take: many times the slowest answer of the console twin so far, so that a busy machine is no fault."""
        return max(_LEAST_PATIENCE_S, _PATIENCE * self._slowest_s)

    def do(self, *words: str, timeout_s: float = 120) -> str:
        """Run a verb that has to succeed.

        Raises:
            StepError: it does not.
        """
        ended = self.cli(*words, timeout_s=timeout_s)
        if ended.code != 0:
            raise StepError(f"`{' '.join(words)}` ended with {ended.code}: {ended.output.strip()[-500:]}")
        return ended.output

    def instances(self) -> dict[str, dict[str, object]]:
        """Give all instances by name."""
        return {str(one["name"]): one for one in json.loads(self.do("list", "--json"))}

    def is_running(self) -> bool:
        """Tell whether the program runs: a verb that needs it is refused for another reason then."""
        return self.cli("delete", "no-such-one", "--yes").code != 3

    def windows_of(self, app: str) -> list[int]:
        """List the processes of the windowed program of one version, by the name of its folder."""
        return self._wine.processes(f"{product.SLUG}.exe", below=app)

    def answers(self, port: object) -> bool:
        """Tell whether an instance answers on its port."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                return bool(answer.status < 500)
        except OSError:
            return False

    def _value(self, name: str) -> str:
        value = self.entry().get(name)
        if not value:
            raise StepError("Windows lists no such installed program.")
        return value


def wait_for(what: str, condition: Callable[[], bool], seconds: float = 60) -> None:
    """Look again and again until something is so.

    Raises:
        StepError: it has not become so in time.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise StepError(f"After {seconds:.0f} s it is still not so that {what}.")
        time.sleep(0.2)
