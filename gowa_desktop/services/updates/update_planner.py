"""UpdatePlanner: what an update would do to each instance, from what is on the disk and what runs. Changes nothing."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from gowa_desktop.domain.database_places import database_places
from gowa_desktop.domain.errors import VersionMissingError, VersionRefusedError
from gowa_desktop.domain.instance import LATEST, LIVE_STATES, InstanceState
from gowa_desktop.domain.update_plan import ChatStoreKind, PlannedUpdate, UpdateKind, UpdatePlan, plan_update
from gowa_desktop.domain.versions import SIMULATOR, GowaVersion
from gowa_desktop.store.chat_store import kind_of_chat_store, old_store_aside

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gowa_desktop.domain.instance import Instance
    from gowa_desktop.infra.directories import DirectoryManager
    from gowa_desktop.services.instances.instance_catalog import InstanceCatalog
    from gowa_desktop.services.instances.maintenance import Maintenance
    from gowa_desktop.services.instances.start_gate import StartGate
    from gowa_desktop.services.versions.version_manager import VersionManager


class UpdatePlanner:
    """Reads only. Main thread."""

    def __init__(
        self, catalog: InstanceCatalog, directories: DirectoryManager, versions: VersionManager, gate: StartGate, maintenance: Maintenance
    ) -> None:
        self._catalog = catalog
        self._directories = directories
        self._versions = versions
        self._gate = gate
        self._maintenance = maintenance

    def plan(
        self, instance_ids: Iterable[int], to_tag: str | None, *, has_canary: bool, must_be_installed: bool = True
    ) -> UpdatePlan:
        """Plan an update. For arguments and errors see `Updater.plan`."""
        target = self._target(to_tag or LATEST, must_be_installed=must_be_installed)
        real = [version.tag for version in self._versions.installed() if not version.is_simulator]
        highest = max([target, *real], key=GowaVersion.parse)
        items = tuple(self._item(self._catalog.get(instance_id), target, highest) for instance_id in dict.fromkeys(instance_ids))
        return UpdatePlan(target, items, has_canary)

    def outdated(self, to_tag: str) -> list[int]:
        """Give the instances that an update to an installed version would change."""
        plan = self.plan((instance.id for instance in self._catalog.all()), to_tag, has_canary=True)
        return [item.instance_id for item in plan.work if item.kind is not UpdateKind.DOWNGRADE]

    def data_tags(self) -> dict[str, list[str]]:
        """Give by tag the names of the instances whose databases belong to it."""
        found: dict[str, list[str]] = {}
        for instance in self._catalog.all():
            if tag := self._gate.data_tag(instance.id):
                found.setdefault(tag, []).append(instance.name)
        return found

    def current_tag(self, instance: Instance) -> str:
        """Give the version that an instance runs with, or that its databases were used with; empty when nobody can tell."""
        spec = self._maintenance.spec(instance.id)
        if spec is not None:
            return spec.version
        tag = self._gate.data_tag(instance.id)
        if tag:
            return tag
        try:
            return self._versions.resolve(instance.gowa_version).tag
        except VersionMissingError:
            return "" if instance.gowa_version == LATEST else instance.gowa_version

    def _target(self, tag: str, *, must_be_installed: bool) -> str:
        is_known = must_be_installed or tag == LATEST
        target = self._versions.resolve(tag).tag if is_known else GowaVersion.parse(tag).tag
        if target == SIMULATOR:
            raise VersionRefusedError("The simulator is no version to update to.", "Name a version of GOWA, such as v9.2.0.")
        return target

    def _item(self, instance: Instance, to_tag: str, highest: str) -> PlannedUpdate:
        if instance.gowa_version == SIMULATOR:
            note = "It has the simulator, which is no GOWA and is not updated."
            return PlannedUpdate(instance.id, instance.name, SIMULATOR, to_tag, UpdateKind.UP_TO_DATE, stored_tag=SIMULATOR, notes=(note,))
        folder = self._directories.folder(instance.id)
        kind = kind_of_chat_store(folder)
        state = self._maintenance.state(instance.id)
        stays_latest = instance.gowa_version == LATEST and to_tag == highest
        item = plan_update(
            instance.id,
            instance.name,
            (self.current_tag(instance), to_tag),
            kind,
            is_running=state in LIVE_STATES or state is InstanceState.BACKOFF,
            stored=(instance.gowa_version, LATEST if stays_latest else to_tag),
            has_old_store_aside=kind is ChatStoreKind.NEW and bool(old_store_aside(folder)),
        )
        if item.kind is UpdateKind.UP_TO_DATE:
            return item
        notes = [*item.notes, *database_places(instance.config, folder).left_out]
        if not self._is_installed(item.from_tag):
            notes.append(_no_way_back(item.from_tag))
        return dataclasses.replace(item, notes=tuple(notes))

    def _is_installed(self, tag: str) -> bool:
        return any(version.tag == tag for version in self._versions.installed())


def _no_way_back(tag: str) -> str:
    if not tag:
        return "Nobody can tell which version it had, so there is no way back but its snapshot."
    return f"GOWA {tag} is not installed any more, so there is no way back but its snapshot."
