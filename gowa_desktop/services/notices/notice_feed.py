"""NoticeFeed: turns what services see into notices: given up, crashed and restarted, conditions of the world, new versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from gowa_desktop.domain.errors import NotFoundError
from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.domain.notices import NoticeKind, Urgency
from gowa_desktop.domain.restart_policy import FAILURE_LIMIT, FAILURE_WINDOW_S, SLOW_RETRY_S
from gowa_desktop.domain.versions import GowaVersion

if TYPE_CHECKING:
    from gowa_desktop.services.data.conditions import Condition, Conditions
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.services.notices.give_up_watch import GiveUpWatch
    from gowa_desktop.services.notices.notice_center import NoticeCenter
    from gowa_desktop.services.versions.version_manager import VersionManager


class NoticeFeed(QObject):
    """Watches; works without a window. Main thread; lives as long as the services."""

    def __init__(
        self,
        notices: NoticeCenter,
        instances: InstanceService,
        give_up: GiveUpWatch,
        conditions: Conditions,
        versions: VersionManager,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._notices = notices
        self._instances = instances
        self._versions = versions
        self._crashed: set[int] = set()
        give_up.gave_up.connect(self._on_give_up_gave_up)
        give_up.over.connect(self._on_give_up_over)
        instances.state_changed.connect(self._on_instances_state_changed)
        conditions.began.connect(self._on_conditions_began)
        conditions.ended.connect(self._on_conditions_ended)
        versions.available_changed.connect(self._on_versions_available_changed)

    @Slot(int, bool)
    def _on_give_up_gave_up(self, instance_id: int, is_tried: bool) -> None:
        try:
            status = self._instances.status(instance_id)
        except NotFoundError:
            return
        self._crashed.discard(instance_id)
        text = (
            f"It failed {FAILURE_LIMIT} times in {round(FAILURE_WINDOW_S / 60)} minutes. "
            f"It is tried again every {round(SLOW_RETRY_S / 60)} minutes."
            if is_tried
            else f"It failed {FAILURE_LIMIT} times in {round(FAILURE_WINDOW_S / 60)} minutes. It stays down until you start it."
        )
        self._notices.notify(
            NoticeKind.GAVE_UP, f"gave-up-{instance_id}", f"{status.name} stays down", text, instance_id=instance_id, urgency=Urgency.HIGH
        )

    @Slot(int)
    def _on_give_up_over(self, instance_id: int) -> None:
        self._notices.withdraw(f"gave-up-{instance_id}")

    @Slot(int)
    def _on_instances_state_changed(self, instance_id: int) -> None:
        """Tell of a crash once it is known how it went on: up again here, given up elsewhere."""
        try:
            state = self._instances.state(instance_id)
        except NotFoundError:
            self._crashed.discard(instance_id)
            return
        if state is InstanceState.BACKOFF:
            self._crashed.add(instance_id)
        elif state is InstanceState.STOPPED:
            self._crashed.discard(instance_id)
        elif state is InstanceState.RUNNING and instance_id in self._crashed:
            self._crashed.discard(instance_id)
            report = self._instances.last_exit(instance_id)
            name = self._instances.status(instance_id).name
            text = "It runs again." if report is None else f"{report.sentence} It runs again."
            self._notices.notify(
                NoticeKind.CRASHED, f"crashed-{instance_id}", f"{name} crashed and was started again", text, instance_id=instance_id
            )

    @Slot(object)
    def _on_conditions_began(self, condition: Condition) -> None:
        self._notices.notify(
            NoticeKind.DISK, f"condition-{condition.key}", condition.sentence, condition.next_step, urgency=Urgency.HIGH
        )

    @Slot(object)
    def _on_conditions_ended(self, condition: Condition) -> None:
        self._notices.withdraw(f"condition-{condition.key}")

    @Slot()
    def _on_versions_available_changed(self) -> None:
        newest = self._versions.newest_available()
        installed = [GowaVersion.parse(version.tag) for version in self._versions.installed() if not version.is_simulator]
        if newest is not None and installed and GowaVersion.parse(newest.tag) > max(installed):
            text = "Open GOWA versions to install it; your instances change only when you update them."
            self._notices.notify_once(NoticeKind.UPDATE, f"update-{newest.tag}", f"GOWA {newest.tag} is available", text)
