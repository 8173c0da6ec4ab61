"""The system knows that the program is at work as long as an instance lives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject

from gowa_desktop.domain.instance import NewInstance
from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.services.instances.supervising_activity import SETTLE_MS, SupervisingActivity

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services


class Switched:
    def __init__(self) -> None:
        self.is_on = False

    def switch(self, *, is_on: bool) -> None:
        self.is_on = is_on


def test_activity_is_on_while_an_instance_lives_and_off_with_its_services(services: Services, qtbot: QtBot) -> None:
    activity, owner = Switched(), QObject()
    watch = SupervisingActivity(services.instances, activity, owner)
    shop = services.instances.create(NewInstance(name="shop", gowa_version=SIMULATOR))
    services.instances.start(shop.id)
    qtbot.waitUntil(lambda: activity.is_on, timeout=20_000)
    assert watch._settling.interval() == SETTLE_MS
    services.instances.stop(shop.id)
    qtbot.waitUntil(lambda: not activity.is_on, timeout=20_000)
    services.instances.start(shop.id)
    qtbot.waitUntil(lambda: activity.is_on, timeout=20_000)
    shiboken6.delete(owner)
    assert not activity.is_on
