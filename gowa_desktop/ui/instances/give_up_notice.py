"""Says in the window when an instance is given up, once, with a way to it; `GiveUpWatch` decides when that is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from gowa_desktop.domain.errors import NotFoundError
from gowa_desktop.domain.restart_policy import FAILURE_LIMIT, FAILURE_WINDOW_S, SLOW_RETRY_S
from gowa_desktop.ui.parts.message_bar import Message

if TYPE_CHECKING:
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.services.notices.give_up_watch import GiveUpWatch
    from gowa_desktop.ui.parts.message_bar import MessageBar

KEY_BEGIN = "given-up-"


class GiveUpNotice(QObject):
    """Shows and takes away. Main thread; lives as long as the window."""

    show_requested = Signal(int)
    """The instance of a message is to be selected."""

    def __init__(self, watch: GiveUpWatch, instances: InstanceService, messages: MessageBar, parent: QObject) -> None:
        super().__init__(parent)
        self._instances = instances
        self._messages = messages
        watch.gave_up.connect(self._on_watch_gave_up)
        watch.over.connect(self._on_watch_over)

    @Slot(int, bool)
    def _on_watch_gave_up(self, instance_id: int, is_tried: bool) -> None:
        try:
            name = self._instances.status(instance_id).name
        except NotFoundError:
            return
        text = self.tr("{name} failed {count} times in {minutes} minutes.")
        detail = (
            self.tr("It is tried again every {minutes} minutes.").format(minutes=round(SLOW_RETRY_S / 60))
            if is_tried
            else self.tr("It stays down until you start it.")
        )
        first = text.format(name=name, count=FAILURE_LIMIT, minutes=round(FAILURE_WINDOW_S / 60))
        action = partial(self.show_requested.emit, instance_id)
        message = Message(f"{KEY_BEGIN}{instance_id}", f"{first} {detail}", action_text=self.tr("Show"), action=action)
        self._messages.show_message(message)

    @Slot(int)
    def _on_watch_over(self, instance_id: int) -> None:
        self._messages.close_message(f"{KEY_BEGIN}{instance_id}")
