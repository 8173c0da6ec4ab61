"""InstanceCatalog: the stored instances in memory, and every check and change of what is stored about them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from gowa_desktop.domain.errors import ConflictError, GowaError, NotFoundError
from gowa_desktop.domain.instance import LATEST, DesiredState, InstanceChanges, NewInstance, check_memory_limit, new_key
from gowa_desktop.domain.names import NameGenerator, check_unique, clean_name, name_identity
from gowa_desktop.domain.tags import clean_notes, clean_tags
from gowa_desktop.services.instances.hidden_texts import HiddenTexts
from gowa_desktop.store.repositories import FurtherChanges

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gowa_desktop.domain.config_parser import ConfigParser
    from gowa_desktop.domain.definition import InstanceDefinition
    from gowa_desktop.domain.instance import Instance, InstanceState
    from gowa_desktop.infra.directories import DirectoryManager
    from gowa_desktop.services.data.safekeeping import Safekeeping
    from gowa_desktop.services.system_service import SystemService
    from gowa_desktop.services.versions.version_manager import VersionManager
    from gowa_desktop.store.repositories import InstanceRepository


class InstanceCatalog:
    """Owns the picture of the table `instances`; a change is stored before it is shown here. Main thread."""

    def __init__(
        self,
        repository: InstanceRepository,
        parser: ConfigParser,
        directories: DirectoryManager,
        versions: VersionManager,
        make_system: Callable[[Callable[[], list[Instance]]], SystemService],
        safekeeping: Safekeeping,
    ) -> None:
        self._repository = repository
        self._parser = parser
        self._directories = directories
        self._versions = versions
        self._safekeeping = safekeeping
        self._hidden = HiddenTexts(parser, directories)
        self._names = NameGenerator()
        self._instances: dict[int, Instance] = {instance.id: instance for instance in repository.all()}
        self._busy: dict[int, str] = {}
        self._system = make_system(self.all)

    @property
    def system(self) -> SystemService:
        """Ports of this computer, as seen from these instances."""
        return self._system

    def all(self) -> list[Instance]:
        """Give every instance, oldest first."""
        return list(self._instances.values())

    def has(self, instance_id: int) -> bool:
        """Tell whether there is an instance with this id."""
        return instance_id in self._instances

    def get(self, instance_id: int) -> Instance:
        """Give one instance.

        Raises:
            NotFoundError: there is none with this id.
        """
        instance = self._instances.get(instance_id)
        if instance is None:
            raise NotFoundError(f"There is no instance with the id {instance_id}.", "It may have been deleted meanwhile.")
        return instance

    def find(self, name_or_key: str) -> Instance:
        """Give the instance with a name, whatever its case, or with a key.

        Raises:
            NotFoundError: there is none.
        """
        identity = name_identity(name_or_key)
        for instance in self._instances.values():
            if name_identity(instance.name) == identity or instance.key == name_or_key:
                return instance
        raise NotFoundError(f"There is no instance named “{name_or_key[:100]}”.", "Look at the list of instances for the names there are.")

    def hidden_texts(self, instance: Instance) -> frozenset[str]:
        """Give every text to hide in what an instance writes: its secrets, and those it had before."""
        return self._hidden.of(instance)

    def suggest_name(self) -> str:
        """Make a friendly name that is free."""
        return self._names.generate(instance.name for instance in self._instances.values())

    def check_name(self, name: str, ignore_id: int | None = None) -> str:
        """Check a name and give its cleaned form.

        Raises:
            NameInvalidError: empty, too long or with characters that do not belong in a name.
            NameTakenError: another instance has it.
        """
        cleaned = clean_name(name)
        check_unique(cleaned, (i.name for i in self._instances.values() if i.id != ignore_id))
        return cleaned

    def create(self, new: NewInstance) -> Instance:
        """Store a new instance and make its folder; both or neither. For errors see `InstanceService.create`."""
        name = self.check_name(new.name) if new.name is not None else self.suggest_name()
        version = self._clean_version(new.gowa_version)
        config = self._parser.merge(self._parser.new_secrets(), new.config)
        self._parser.validate(self._parser.normalize(config))
        if new.port is None:
            port = self._system.next_free_port()
        else:
            port = new.port
            self._system.check_port(port)
        self._safekeeping.check_in_place()
        instance = self._repository.add(self._new_key(), name, port, version, config)
        try:
            self._directories.ensure(instance.id)
        except GowaError:
            self._repository.remove(instance.id)
            raise
        self._instances[instance.id] = instance
        self._safekeeping.keep(instance.id)
        return instance

    def update(self, instance_id: int, changes: InstanceChanges) -> Instance:
        """Store a person's changes. For errors see `InstanceService.update`."""
        instance = self.get(instance_id)
        self.refuse_when_busy(instance)
        name = instance.name if changes.name is None else self.check_name(changes.name, instance_id)
        version = instance.gowa_version if changes.gowa_version is None else self._clean_version(changes.gowa_version)
        port = instance.port
        if changes.port is not None and changes.port != instance.port:
            self._system.check_port(changes.port, instance_id)
            port = changes.port
        if changes.config is not None:
            self._parser.validate(self._parser.normalize(changes.config))
        check_memory_limit(changes.memory_limit_mb or 0)
        self._safekeeping.check_in_place()
        tags = None if changes.tags is None else clean_tags(changes.tags)
        notes = None if changes.notes is None else clean_notes(changes.notes)
        further = FurtherChanges(changes.restart_policy, changes.memory_limit_mb, changes.priority, tags, notes)
        changed = self._repository.change(instance_id, name, port, version, changes.config, further)
        self._instances[instance_id] = changed
        self._hidden.retire(instance, changed)
        self._safekeeping.keep(instance_id)
        return changed

    def put_back(self, definition: InstanceDefinition) -> Instance:
        """Store an instance again that was deleted; its folder is in place already.

        Raises:
            DatabaseError: it cannot be stored.
            NotFoundError: another instance has its key.
        """
        self._safekeeping.check_in_place()
        self._safekeeping.take_over(definition)
        self._instances[definition.id] = self._repository.get(definition.id)
        self._instances = dict(sorted(self._instances.items()))
        self._safekeeping.keep(definition.id)
        return self._instances[definition.id]

    def ensure_port(self, instance: Instance) -> Instance:
        """Give an instance a port when it has none, as rows of other managers may.

        Raises:
            PortTakenError: the whole range is taken.
        """
        if instance.port is not None:
            return instance
        port = self._system.next_free_port()
        changed = self._repository.change(instance.id, instance.name, port, instance.gowa_version, None)
        self._instances[instance.id] = changed
        self._safekeeping.keep(instance.id)
        return changed

    def set_version(self, instance_id: int, tag: str) -> Instance:
        """Store a version on behalf of the one who holds the instance, such as an update.

        Raises:
            DatabaseError: it cannot be stored.
        """
        instance = self.get(instance_id)
        if instance.gowa_version != tag:
            self._safekeeping.check_in_place()
            instance = self._repository.change(instance_id, instance.name, instance.port, tag, None)
            self._instances[instance_id] = instance
            self._safekeeping.keep(instance_id)
        return instance

    def want(self, instance_id: int, desired: DesiredState) -> None:
        """Store what the person wants.

        Raises:
            DatabaseError: it cannot be stored.
        """
        self.want_all([instance_id], desired)

    def want_all(self, instance_ids: Iterable[int], desired: DesiredState) -> None:
        """Store what the person wants of some instances: all of it or nothing.

        Raises:
            DatabaseError: it cannot be stored.
        """
        changed = [instance for key in instance_ids if (instance := self.get(key)).desired is not desired]
        if not changed:
            return
        self._safekeeping.check_in_place()
        self._repository.set_desired([instance.id for instance in changed], desired)
        for instance in changed:
            self._instances[instance.id] = dataclasses.replace(instance, desired=desired)
            self._safekeeping.keep_soon(instance.id)

    def want_later(self, instance_id: int, desired: DesiredState) -> None:
        """Take over a wish that could not be stored; it is stored as soon as that is possible."""
        self._repository.owe_desired(instance_id, desired)
        self._instances[instance_id] = dataclasses.replace(self.get(instance_id), desired=desired)

    def note_new_folder(self, instance_id: int) -> None:
        """Take over that the instance has an empty folder now."""
        self._hidden.forget(instance_id)
        self._safekeeping.keep(instance_id)

    def note_state(self, instance_id: int, state: InstanceState, error_message: str | None) -> None:
        """Take over an observed state, which the process manager has stored."""
        self._instances[instance_id] = dataclasses.replace(self.get(instance_id), status=state, error_message=error_message)

    def remove(self, instance_id: int) -> None:
        """Delete the row.

        Raises:
            DatabaseError: it cannot be deleted; then it stays here too.
        """
        self._repository.remove(instance_id)
        del self._instances[instance_id]
        self._hidden.forget(instance_id)
        self._busy.pop(instance_id, None)
        self._safekeeping.copy_soon()

    def set_busy(self, instance_id: int, reason: str | None) -> None:
        """Say that reset or delete holds the instance, and why; None when they are done."""
        if reason is None:
            self._busy.pop(instance_id, None)
        else:
            self._busy[instance_id] = reason

    def is_busy(self, instance_id: int) -> bool:
        """Tell whether reset or delete holds the instance."""
        return instance_id in self._busy

    def refuse_when_busy(self, instance: Instance) -> None:
        """Check that nothing holds the instance.

        Raises:
            ConflictError: reset or delete does.
            GowaError: this program only looks.
        """
        self.refuse_when_looking()
        reason = self._busy.get(instance.id)
        if reason is not None:
            raise ConflictError(f"{instance.name} cannot do this now: {reason}.", "Wait a moment and try again.")

    @property
    def is_looking(self) -> bool:
        """True when this program may change nothing."""
        return self._safekeeping.is_refusing

    def refuse_when_looking(self) -> None:
        """Check that this program may change anything.

        Raises:
            GowaError: it only looks, and this says why.
        """
        self._safekeeping.check_allowed()

    def _clean_version(self, tag: str) -> str:
        text = tag.strip() or LATEST
        return text if text == LATEST else self._versions.resolve(text).tag

    def _new_key(self) -> str:
        used = {instance.key for instance in self._instances.values()}
        while (key := new_key()) in used:
            pass
        return key
