"""The virtual desktop itself: private, complete, and gone afterwards."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.desktop.bus import Bus
from tests.desktop.tray_host import WATCHER, TrayHost
from tests.desktop.virtual_desktop import REQUIRED_VARIABLE, go_without

if TYPE_CHECKING:
    from tests.desktop.virtual_desktop import VirtualDesktop


def test_desktop_is_private_and_nothing_of_it_stays(desktop: VirtualDesktop) -> None:
    assert desktop.bus_address != os.environ.get("DBUS_SESSION_BUS_ADDRESS")
    with Bus(desktop.bus_address) as bus:
        assert not bus.has(WATCHER)
        host = TrayHost(desktop.bus_address)
        assert bus.has(WATCHER)
        host.close()
        assert not bus.has(WATCHER)
    sleeper = desktop.start(["sleep", "60"])
    desktop.__exit__(None, None, None)

    assert not desktop.folder.exists()
    assert not psutil.pid_exists(sleeper.pid)


@pytest.mark.parametrize(("environment", "outcome"), [({}, "Skipped"), ({REQUIRED_VARIABLE: "all"}, "Failed")])
def test_what_lacks_is_skipped_and_where_nothing_may_be_left_out_it_fails(environment: dict[str, str], outcome: str) -> None:
    with pytest.raises(BaseException, match="needs Xvfb") as caught:
        go_without("a virtual desktop needs Xvfb", environment)
    assert type(caught.value).__name__ == outcome
