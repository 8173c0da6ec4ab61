"""What the menu of the desktop asks of a program that it has just started."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gowa_desktop.ui.tray.tray_words import startable, stoppable

if TYPE_CHECKING:
    from gowa_desktop.services.instances.instance_service import InstanceService


def carry_out_once(wishes: list[str], instances: InstanceService) -> None:
    """Start or stop every instance, for each `start-all` or `stop-all` of the list, and empty it: services may be built anew."""
    while wishes:
        if wishes.pop(0) == "start-all":
            for instance_id in startable(instances.statuses()):
                instances.start(instance_id)
        else:
            for instance_id in stoppable(instances.statuses()):
                instances.stop(instance_id)
