"""The installer's life on a person's Windows: installed, used, upgraded while instances run, removed; each promise is a step."""

from __future__ import annotations

import getpass
import re
import shutil
from typing import TYPE_CHECKING

from gowa_desktop.infra.windows_identity import APP_USER_MODEL_ID
from installers import product
from tests.packaging.report import Report, require
from tests.packaging.windows import installed
from tests.packaging.windows.frozen import FrozenProgram, windows_path
from tests.packaging.windows.installed import InstalledProgram, wait_for
from tests.packaging.windows.stand_in import REPORT, TAG, build_stand_in
from tests.packaging.windows.wizard import Wizard

if TYPE_CHECKING:
    from pathlib import Path

    from tests.packaging.windows.wine import Wine

_MOST_DOWNLOAD_MB = 30
_SELF_TEST_S = 300
_OTHER_FOLDER = r"C:\users\Public\Möbel"
"""The default one has a space in it."""
_LEAKING = re.compile(r"^(_PYI|_MEI|QT_PLUGIN|QML|PYSIDE6_|PYTHON)", re.IGNORECASE)
_LONG_PATHS = re.compile(rb"<longPathAware [^>]*>true</longPathAware>")
_NATIVE_ONLY = (
    "charts: numpy calls functions of the C library that Wine 8 lacks, so the frozen program here is without it and pyqtgraph",
    "signatures, SmartScreen, Windows' own look, notifications and the tray of a real task bar",
    "who holds a port: Wine names no owner, so a listener counts as ours when the port was free before",
)
_WINDOWS_TESTS = (
    "tests/unit/infra/test_infra_windows_stop.py", "tests/unit/infra/test_infra_process_tree.py", "tests/unit/infra/test_infra_identity.py",
    "tests/unit/infra/test_infra_windows_restart.py", "tests/unit/infra/test_infra_network.py",
)  # fmt: skip
_TREE, _NETWORK = _WINDOWS_TESTS[1], _WINDOWS_TESTS[-1]
_NOT_UNDER_WINE = (
    # These compare with psutil's own answer for the program of a process, which Wine 8 refuses to give.
    f"{_TREE}::test_describe_a_live_process", f"{_TREE}::test_matches_the_recorded_process", f"{_TREE}::test_matches_nothing_else",
    # These ask who listens on a port, which Wine does not tell.
    f"{_NETWORK}::test_port_holder_names_this_process", f"{_NETWORK}::test_listens_on_finds_the_listener_among_the_processes",
)  # fmt: skip


class WindowsChecks:
    """All steps, in the order in which they need each other."""

    def __init__(self, wine: Wine, cache: Path, report: Report) -> None:
        self._wine = wine
        self._cache = cache
        self._report = report
        self._frozen = FrozenProgram(cache)
        self._program = InstalledProgram(wine, getpass.getuser())
        self._pictures = cache / "pictures"
        self._version = product.version()
        self._next = f"{self._version}.1"

    def run(self) -> None:
        """Run everything.

        Raises:
            StepError: a step failed that all others need; it has been printed.
        """
        step = self._report.step
        self._clean()
        step("a Windows Python runs PyInstaller under Wine", lambda: self._frozen.make(self._wine), is_needed=True)
        step("NSIS makes the installer", self._make_setups, is_needed=True)
        step("with numpy and pyqtgraph it stays within the promised size", self._measure_with_charts)
        step("our modules for Windows pass their tests", self._run_windows_tests)
        step("silent installation for one person", self._install_silently, is_needed=True)
        step("entries, links, icon and version resource", self._check_entries)
        step("the console twin answers, with exit codes", self._check_console)
        step("self-test of the windowed program", self._self_test)
        step("an instance runs while the window is open", self._start_instance, is_needed=True)
        step("a server inherits nothing of the frozen program", self._look_at_child)
        step("upgrade while program and instance run: the instance goes on", self._upgrade)
        step("a link opens the running program", self._open_link)
        step("the instance ends politely on Ctrl-C", self._stop_instance)
        step("the folder of the older version goes with the next installation", self._repair)
        step("silent removal keeps the data and nothing else, instances are ended", self._remove_keeping_data)
        step("installation through the wizard, into a folder with an umlaut", self._install_by_wizard)
        step("the data of before is found again", self._find_data)
        step("removal through its window, data as well", self._remove_with_data)
        for what in _NATIVE_ONLY:
            self._report.not_here(what)

    # Building

    def _make_setups(self) -> str:
        size = self._frozen.setup(self._version).stat().st_size / 1e6
        self._frozen.setup(self._next, is_quick=True)
        require(size <= _MOST_DOWNLOAD_MB, f"The installer has {size:.1f} MB.")
        return f"{size:.1f} MB without charts"

    def _measure_with_charts(self) -> str:
        measured = self._frozen.with_charts(self._cache)
        require(float(measured.split()[0]) <= _MOST_DOWNLOAD_MB, f"It has {measured}.")
        return measured

    def _run_windows_tests(self) -> str:
        tests = [windows_path(product.ROOT / name) for name in _WINDOWS_TESTS]
        left_out = [word for name in _NOT_UNDER_WINE for word in ("--deselect", name)]
        command = [str(self._frozen.python.program), "-m", "pytest", "-q", "-p", "no:cacheprovider", *left_out, *tests]
        more = {"PYTHONPATH": windows_path(product.ROOT), "PYTHONDONTWRITEBYTECODE": "1", "QT_QPA_PLATFORM": "offscreen"}
        ended = self._wine.run(command, timeout_s=400, more=more, folder=product.ROOT)
        last = ended.output.strip().splitlines()[-1] if ended.output.strip() else ""
        require(ended.code == 0, f"pytest ended with {ended.code}: {ended.output.strip()[-1500:]}")
        return last

    # Installing and looking

    def _install_silently(self) -> str:
        ended = self._wine.run([self._frozen.setup(self._version), "/S", "/DESKTOP=1"], timeout_s=180)
        require(ended.code == 0, f"The installer ended with {ended.code}.")
        require(self._program.folder == self._program.default_folder, f"It went to {self._program.folder}.")
        require(self._program.apps() == [f"app-{self._version}"], f"There are {self._program.apps()}.")
        return f"{len([*self._program.app.rglob('*')])} files and folders"

    def _check_entries(self) -> None:
        entry = self._program.entry()
        require(entry.get("DisplayVersion") == self._version, f"Windows lists version {entry.get('DisplayVersion')}.")
        wanted_names = {"DisplayName", "DisplayIcon", "Publisher", "UninstallString", "QuietUninstallString", "EstimatedSize"}
        require(wanted_names <= entry.keys(), str(entry))
        require(self._program.start_menu_link.is_file(), "There is no entry in the Start menu.")
        require(self._program.desktop_link.is_file(), "There is no icon on the desktop.")
        require(product.SLUG not in (self._wine.registry(installed.RUN_KEY) or {}), "It starts at sign-in unasked.")
        command = (self._wine.registry(rf"{installed.CLASS_KEY}\shell\open\command") or {}).get("", "")
        require(command.endswith(f'{product.SLUG}.exe" "%1"'), f"Links are opened by {command}.")
        require(product.IDENTIFIER == APP_USER_MODEL_ID, "The program and the installer name different identities.")
        if APP_USER_MODEL_ID.encode("utf-16-le") not in self._program.start_menu_link.read_bytes():
            self._report.not_here("the identity inside the shortcut: Wine's shortcuts have no properties; the program claims it as well")
        for name, wanted in ((product.SLUG, product.NAME), (product.CONSOLE_SLUG, f"{product.NAME} (command line)")):
            content = (self._program.app / f"{name}.exe").read_bytes()
            require(_resource("FileDescription", wanted) in content, f"{name}.exe does not say that it is {wanted}.")
            require(_resource("ProductVersion", self._version) in content, f"{name}.exe does not tell its version.")
            require(_LONG_PATHS.search(content), f"{name}.exe does not ask for long paths.")

    def _check_console(self) -> None:
        require(self._program.do("--version") == f"{product.NAME} {self._version}\n", "It tells another version.")
        require(self._program.cli("quit").code == 3, "quit found a program.")
        require(self._program.cli("nonsense").code == 2, "Wrong use does not end with 2.")
        shim = self._program.folder / f"{product.CONSOLE_SLUG}.cmd"
        ended = self._wine.run(["cmd", "/c", windows_path(shim), "--version"])
        require(ended.output.strip().endswith(self._version), f"The command file answers: {ended.output.strip()[-200:]}")

    def _self_test(self) -> str:
        picture = self._pictures / "self-test.png"
        picture.parent.mkdir(parents=True, exist_ok=True)
        windowed = self._program.app / f"{product.SLUG}.exe"
        ended = self._wine.run([windowed, "--self-test", "--screenshot", windows_path(picture)], timeout_s=_SELF_TEST_S)
        require(ended.code == 0, f"It ended with {ended.code}: {ended.output.strip()[-600:]}")
        require(picture.is_file(), "There is no picture of the window.")
        polite = re.search(r"ok\s+(\d+) ms  stop it gracefully", ended.output)
        require(polite is not None and int(polite[1]) < 10_000, "The polite stop took as long as one by force.")
        return ended.output.strip().splitlines()[-1] if ended.output.strip() else "no output"

    # Using and upgrading

    def _start_instance(self) -> str:
        self._wine.run(["start", "/unix", self._program.app / f"{product.SLUG}.exe"])
        wait_for("the program runs", self._program.is_running, self._program.patience_s)
        self._program.do("create", "shop", "--gowa", "simulator", "--start", timeout_s=180)
        shop = self._program.instances()["shop"]
        require(shop["status"] == "running" and self._program.answers(shop["port"]), f"It is {shop['status']}.")
        self._wine.screenshot(self._pictures / "program.png")
        return f"pid {shop['pid']}, port {shop['port']}"

    def _look_at_child(self) -> str:
        # Not the simulator: that is the frozen program itself, and sets for itself what this looks for.
        self._program.do("versions", "import", windows_path(build_stand_in(self._cache / "stand-in")), "--tag", TAG)
        self._program.do("create", "probe", "--gowa", TAG, "--start", timeout_s=180)
        reports = [*self._program.data.rglob(REPORT)]
        require(len(reports) == 1, f"There are {len(reports)} reports of the server.")
        lines = reports[0].read_text(encoding="utf-8").splitlines()
        self._program.do("delete", "probe", "--yes", timeout_s=180)
        require(any(line.upper().startswith("SYSTEMROOT=") for line in lines), "The report of the server is empty.")
        wrong = [line for line in lines if _LEAKING.match(line) or "_internal" in line]
        require(not wrong, f"It inherited {wrong}")
        return f"{len(lines) - 1} variables, no folder for libraries"

    def _upgrade(self) -> str:
        before = self._program.instances()["shop"]
        ended = self._wine.run([self._frozen.setup(self._next), "/S"], timeout_s=240)
        require(ended.code == 0, f"The installer ended with {ended.code}.")
        require(self._program.app.name == f"app-{self._next}", f"Installed is {self._program.app.name}.")
        wait_for("the new program runs", self._program.is_running, self._program.patience_s)
        require(not self._program.windows_of(f"app-{self._version}"), "The older program still runs.")
        after = self._program.instances()["shop"]
        require(after["pid"] == before["pid"], f"The instance was process {before['pid']} and is {after['pid']}.")
        require(self._program.answers(after["port"]), "The instance does not answer.")
        require(f"app-{self._version}" in self._program.apps(), "The folder of the running instance is gone.")
        require(self._program.desktop_link.is_file(), "The icon on the desktop is gone.")
        link = self._program.start_menu_link.read_bytes()
        new = f"app-{self._next}"
        require(new.encode("utf-16-le") in link or new.encode() in link, "The Start menu leads to the older version.")
        return f"the same process {after['pid']}; the program was started anew by itself"

    def _open_link(self) -> None:
        link = f"{product.URL_SCHEME}://instance/shop"
        if self._wine.registry(rf"HKCR\{product.URL_SCHEME}") is not None:
            ended = self._wine.run(["start", link])
        else:
            self._report.not_here("a link through the shell: Wine 8 does not show a person's own classes to it; the registered command was run")
            command = (self._wine.registry(rf"{installed.CLASS_KEY}\shell\open\command") or {})[""]
            ended = self._wine.run([command.split('"')[1], link])
        require(ended.code == 0, f"The link is refused with {ended.code}: {ended.output.strip()[-300:]}")
        require(self._program.is_running(), "The program is gone.")

    def _stop_instance(self) -> str:
        self._program.do("stop", "shop")
        log = self._program.do("logs", "shop", "-n", "5")
        require(self._program.instances()["shop"]["status"] == "stopped", "It is not stopped.")
        require(re.search(r"(?i)interrupt|shut|drain|bye|stop", log), f"Its log does not tell of a polite end: {log[-300:]}")
        return log.strip().splitlines()[-1][-90:]

    def _repair(self) -> str:
        self._program.do("start", "shop", timeout_s=180)
        pid = self._program.instances()["shop"]["pid"]
        ended = self._wine.run([self._frozen.setup(self._next), "/S", "/AUTOSTART=1"], timeout_s=240)
        require(ended.code == 0, f"The installer ended with {ended.code}.")
        require(self._program.app.name == f"app-{self._next}-2", f"Installed is {self._program.app.name}.")
        require(f"app-{self._version}" not in self._program.apps(), f"There still are {self._program.apps()}.")
        wait_for("the program runs again", self._program.is_running, self._program.patience_s)
        require(self._program.instances()["shop"]["pid"] == pid, "The instance was restarted.")
        command = (self._wine.registry(installed.RUN_KEY) or {}).get(product.SLUG, "")
        require(command.endswith(f'app-{self._next}-2\\{product.SLUG}.exe" --minimized'), f"At sign-in Windows starts: {command}")
        return f"folders left: {', '.join(self._program.apps())}"

    # Removing

    def _remove_keeping_data(self) -> None:
        folder = self._program.folder
        port = self._program.instances()["shop"]["port"]
        self._uninstall(folder, "/S")
        require(not self._program.answers(port), "The instance still runs.")
        require((self._program.data / "gowa.db").is_file(), "The data is gone.")
        self._require_nothing_left(folder)

    def _install_by_wizard(self) -> str:
        title = f"{product.NAME} {self._version}"
        wizard = Wizard(self._wine, title, self._pictures / "setup")
        with self._wine.started([self._frozen.setup(self._version), f"/D={_OTHER_FOLDER}"], self._cache / "wizard.log") as process:
            wizard.wait()
            wizard.picture("welcome")
            wizard.press(["Return"])
            wizard.picture("components")
            wizard.press(["Down", "Down", "space"])
            wizard.picture("start-at-sign-in")
            wizard.press(["Return"])
            wizard.picture("folder")
            wizard.press(["Return"])
            wizard.wait_for_pixels_at_rest()
            wizard.picture("finished")
            wizard.press(["Return"])
            wait_for("the wizard has ended", lambda: process.poll() is not None)
        require(self._program.folder == self._wine.path(_OTHER_FOLDER), f"It went to {self._program.folder}.")
        wait_for("the program runs, started by the last page", self._program.is_running, self._program.patience_s)
        require(product.SLUG in (self._wine.registry(installed.RUN_KEY) or {}), "It does not start at sign-in, though that was chosen.")
        require(not self._program.desktop_link.exists(), "There is an icon on the desktop that nobody wanted.")
        wizard.picture("program")
        return f"pictures in {self._pictures}"

    def _find_data(self) -> None:
        wait_for("the instance runs again", lambda: self._program.instances()["shop"]["status"] == "running", 120)

    def _remove_with_data(self) -> None:
        folder = self._program.folder
        wizard = Wizard(self._wine, f"Remove {product.NAME}", self._pictures / "removal")
        with self._wine.started([folder / "uninstall.exe"], self._cache / "removal.log"):
            wizard.wait()
            wizard.picture("question")
            wizard.press(["alt+d"])  # by its letter: where the focus begins depends on the window manager
            wizard.picture("with-data")
            wizard.press(["alt+r"])
            wait_for("the program is removed", lambda: not self._program.entry(), 180)
            wizard.wait_for_pixels_at_rest()
            wizard.picture("removed")
            wizard.press(["Return"])
            wait_for("its folder is gone", lambda: not folder.exists())
        require(not self._program.data.exists(), "The data is still there.")
        self._require_nothing_left(folder)

    def _uninstall(self, folder: Path, *switches: str) -> None:
        self._wine.run([folder / "uninstall.exe", *switches], timeout_s=180)
        # It copies itself to the temporary folder and goes on there.
        wait_for("the program is removed", lambda: not self._program.entry(), 180)
        wait_for("its folder is gone", lambda: not folder.exists(), 60)

    def _require_nothing_left(self, folder: Path) -> None:
        require(not folder.exists(), f"Left behind: {[path.name for path in folder.glob('*')] if folder.exists() else ''}")
        for link in (self._program.start_menu_link, self._program.desktop_link):
            require(not link.exists(), f"{link} is still there.")
        for key in (installed.UNINSTALL_KEY, installed.CLASS_KEY, installed.APP_ID_KEY, *installed.APP_PATH_KEYS):
            require(self._wine.registry(key) is None, f"{key} is still there.")
        require(product.SLUG not in (self._wine.registry(installed.RUN_KEY) or {}), "It still starts at sign-in.")
        for name in (product.SLUG, product.CONSOLE_SLUG):
            require(not self._wine.processes(f"{name}.exe"), f"{name}.exe still runs.")

    def _clean(self) -> None:
        """Take away what an earlier run left when it was cut short."""
        if entry := self._program.entry():
            folder = self._wine.path(entry["InstallLocation"])
            if (folder / "uninstall.exe").is_file():
                self._uninstall(folder, "/S")
        for place in (self._program.data, self._program.default_folder, self._wine.path(_OTHER_FOLDER)):
            shutil.rmtree(place, ignore_errors=True)
        for link in (self._program.start_menu_link, self._program.desktop_link):
            link.unlink(missing_ok=True)
        shutil.rmtree(self._pictures, ignore_errors=True)


def _resource(name: str, text: str) -> bytes:
    """Give what a version resource looks like in a program: the name, its end and padding, the text."""
    encoded = (name + "\0").encode("utf-16-le")
    # A value begins at a multiple of four bytes; six bytes of lengths and kind stand before the name.
    return encoded + b"\0" * (-(len(encoded) + 6) % 4) + text.encode("utf-16-le") + b"\0\0"
