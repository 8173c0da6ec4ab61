"""TemplateShelf: settings with a name, kept in the database, to be applied to any number of instances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gowa_desktop.domain.config_pieces import OWN_PIECES, secret_pieces, without_pieces
from gowa_desktop.domain.errors import ConfigInvalidError, NotFoundError
from gowa_desktop.domain.names import name_identity
from gowa_desktop.domain.templates import check_template_name

if TYPE_CHECKING:
    from gowa_desktop.domain.config_changes import OptionChange
    from gowa_desktop.domain.config_parser import ConfigParser
    from gowa_desktop.domain.templates import ConfigTemplate
    from gowa_desktop.services.data.safekeeping import Safekeeping
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.store.template_repository import TemplateRepository


class TemplateShelf(QObject):
    """Saves, names, gives and removes templates. Main thread. Every call may raise DatabaseError."""

    templates_changed = Signal()
    """A template was saved, renamed or removed."""

    def __init__(
        self,
        instances: InstanceService,
        repository: TemplateRepository,
        parser: ConfigParser,
        safekeeping: Safekeeping,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._instances = instances
        self._repository = repository
        self._parser = parser
        self._safekeeping = safekeeping

    def all(self) -> list[ConfigTemplate]:
        """Give every template, by name. Their configs may hold secrets."""
        return self._repository.all()

    def find(self, name: str) -> ConfigTemplate:
        """Give the template with a name, whatever its case.

        Raises:
            NotFoundError: there is none.
        """
        identity = name_identity(name)
        for template in self.all():
            if name_identity(template.name) == identity:
                return template
        raise NotFoundError(f"There is no template named “{name[:100]}”.", "Look at the list of templates for the names there are.")

    def contents(self, template: ConfigTemplate) -> tuple[OptionChange, ...]:
        """Say what a template sets, against the defaults; secrets masked."""
        return self._parser.differences({}, template.config)

    def save(self, name: str, instance_id: int, *, with_secrets: bool, replaces: bool = False) -> ConfigTemplate:
        """Save what an instance sets beyond the defaults, without what belongs to it alone.

        Args:
            name: of the template.
            instance_id: whose settings.
            with_secrets: keep sign-ins, secrets and tokens too.
            replaces: put it in the place of a template with the same name.

        Raises:
            NameInvalidError, NameTakenError: the name cannot be used.
            ConfigInvalidError: there is nothing to save.
            NotFoundError: the instance is gone.
        """
        existing = [template for template in self.all() if name_identity(template.name) == name_identity(name)]
        cleaned = check_template_name(name, [] if replaces else [template.name for template in existing])
        config = self._instances.config(instance_id)
        discovered = [option for option in self._instances.options(instance_id) if option.is_discovered]
        left_out = OWN_PIECES if with_secrets else OWN_PIECES | secret_pieces(config, discovered)
        kept = without_pieces(config, left_out)
        if not kept:
            raise ConfigInvalidError("There is nothing to save: all its settings are at their defaults or hold secrets.", "Change some first.")
        self._safekeeping.check_in_place()
        if existing:
            return self._told(self._repository.change(existing[0].id, name=cleaned, config=kept))
        return self._told(self._repository.add(cleaned, kept))

    def rename(self, template_id: int, name: str) -> ConfigTemplate:
        """Give a template another name.

        Raises:
            NameInvalidError, NameTakenError: the name cannot be used.
            NotFoundError: the template is gone.
        """
        cleaned = check_template_name(name, [template.name for template in self.all() if template.id != template_id])
        self._safekeeping.check_in_place()
        return self._told(self._repository.change(template_id, name=cleaned))

    def remove(self, template_id: int) -> ConfigTemplate:
        """Delete a template and give it, so that it can be brought back.

        Raises:
            NotFoundError: it is gone already.
        """
        template = self._repository.get(template_id)
        self._safekeeping.check_in_place()
        self._repository.remove(template_id)
        return self._told(template)

    def restore(self, template: ConfigTemplate) -> ConfigTemplate:
        """Bring a deleted template back.

        Raises:
            NameTakenError: another has its name by now.
        """
        check_template_name(template.name, [other.name for other in self.all()])
        self._safekeeping.check_in_place()
        return self._told(self._repository.add(template.name, template.config))

    def _told(self, template: ConfigTemplate) -> ConfigTemplate:
        self._safekeeping.copy_soon()
        self.templates_changed.emit()
        return template
