"""The end of the session, told to the real program as a session manager and as logind tell it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.conftest import processes_below
from tests.desktop.conftest import prepare_fleet
from tests.desktop.session_servers import LoginManager, SessionManager
from tests.desktop.tray_host import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gowa_desktop.bootstrap import Services
    from tests.desktop.conftest import DesktopProgram
    from tests.desktop.virtual_desktop import VirtualDesktop

RAN = {"archive": "stopped", "lab": "running", "shop": "running"}


@pytest.fixture
def session(desktop: VirtualDesktop) -> Iterator[SessionManager]:
    """A session manager."""
    made = SessionManager(desktop.bus_address)
    yield made
    made.close()


@pytest.fixture
def login(desktop: VirtualDesktop) -> Iterator[LoginManager]:
    """A logind; one bus stands for that of the session and that of the system."""
    desktop.environment["DBUS_SYSTEM_BUS_ADDRESS"] = desktop.bus_address
    made = LoginManager(desktop.bus_address)
    yield made
    made.close()


def states(program: DesktopProgram) -> dict[str, str]:
    return {str(one["name"]): str(one["status"]) for one in json.loads(program.run("list", "--json"))}


def begin_with_two_of_three(services: Services, program: DesktopProgram) -> None:
    prepare_fleet(services, "archive", "lab", "shop")
    program.begin()
    wait_until(program.is_serving, "the program")
    program.run("start", "lab", "shop")


def is_as_before(program: DesktopProgram) -> bool:
    """Tell whether exactly those run that ran; asked in vain as long as fewer processes are there."""
    return len(processes_below(program.data_dir / "instances")) >= 2 and states(program) == RAN


def is_at_rest(program: DesktopProgram) -> bool:
    return not processes_below(program.data_dir / "instances")


def test_logging_off_stops_all_and_the_next_login_brings_exactly_them_back(
    services: Services, program: DesktopProgram, session: SessionManager
) -> None:
    begin_with_two_of_three(services, program)
    wait_until(lambda: session.registered == ["gowa-desktop"], "the program is registered")

    session.tell("QueryEndSession")
    wait_until(lambda: session.answers == [True], "the program does not mind")
    assert states(program) == RAN
    session.tell("EndSession")
    wait_until(lambda: session.answers == [True, True], "the program is ready")
    wait_until(lambda: is_at_rest(program), "all instances have ended")
    assert program.process is not None
    program.process.terminate()
    assert program.wait_for_end() == 0

    program.begin("--minimized")
    wait_until(program.is_serving, "the program of the next login")
    wait_until(lambda: is_as_before(program), "exactly what ran")
    assert program.output == ""


def test_logging_off_that_is_cancelled_gives_the_instances_back(services: Services, program: DesktopProgram, session: SessionManager) -> None:
    begin_with_two_of_three(services, program)
    wait_until(lambda: bool(session.registered), "the program is registered")
    session.tell("QueryEndSession")
    session.tell("EndSession")
    wait_until(lambda: is_at_rest(program), "all instances have ended")

    session.tell("CancelEndSession")

    wait_until(lambda: is_as_before(program), "what ran before")


def test_shutdown_waits_until_all_is_stored_and_asked_to_stop(services: Services, program: DesktopProgram, login: LoginManager) -> None:
    begin_with_two_of_three(services, program)
    wait_until(lambda: login.held == 1, "the program holds a delay")
    assert [(one[0], one[3]) for one in login.asked] == [("shutdown", "delay")]

    login.tell(is_ending=True)
    wait_until(lambda: login.held == 0, "the delay is given up")
    wait_until(lambda: is_at_rest(program), "all instances have ended")

    login.tell(is_ending=False)
    wait_until(lambda: is_as_before(program), "what ran before")
    wait_until(lambda: login.held == 1, "a delay for the next time")
