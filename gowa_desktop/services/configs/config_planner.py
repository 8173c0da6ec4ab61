"""ConfigPlanner: works out what a change of settings would do to each instance, before anything is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gowa_desktop.domain.config_pieces import OWN_PIECES, WEBHOOKS, is_extra, joined, piece_label, split, without_pieces
from gowa_desktop.domain.config_plan import ConfigPlan, PlannedInstance, SkippedSetting, copied, overlaid, secrets_left
from gowa_desktop.domain.config_values import DISABLED_WEBHOOKS
from gowa_desktop.domain.exposure import close_exposure
from gowa_desktop.domain.options import BY_KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from gowa_desktop.domain.config_files import ImportedSettings
    from gowa_desktop.domain.config_parser import ConfigParser
    from gowa_desktop.domain.exposure import ExposureFix
    from gowa_desktop.domain.instance import Instance
    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.domain.options import Option
    from gowa_desktop.services.instances.instance_service import InstanceService


class _Target(NamedTuple):
    """What a change needs to know about one instance."""

    instance: Instance
    config: JsonObject
    options: tuple[Option, ...]
    version: str


_Change = tuple["JsonObject", tuple[SkippedSetting, ...]]


class ConfigPlanner:
    """Reads only. Main thread. Every method may raise NotFoundError for an instance that is gone."""

    def __init__(self, instances: InstanceService, parser: ConfigParser) -> None:
        self._instances = instances
        self._parser = parser

    def settings(self, instance_ids: Sequence[int], wanted: Mapping[str, Json]) -> ConfigPlan:
        """Set parts of many instances' settings; those whose version does not know one are told.

        Args:
            instance_ids: whose settings.
            wanted: values by part, named as in `config_pieces`; None puts one back to its default. Whoever sets `webhooks` says with
                `disabledWebhooks` which of them are off, else all are on.
        """
        return self._plan(instance_ids, lambda target: self._with_pieces(target, wanted))

    def copy(self, source_id: int, instance_ids: Sequence[int], chosen: Collection[str] | None, *, with_secrets: bool) -> ConfigPlan:
        """Copy parts of one instance's settings to others; None for `chosen` means all that does not belong to one instance alone."""
        source = self._instances.config(source_id)

        def change(target: _Target) -> _Change:
            return copied(target.config, source, chosen, target.options, target.version, with_secrets=with_secrets)

        left = () if with_secrets else secrets_left(source, chosen, self._instances.options(source_id))
        notes = [f"Not copied because it holds secrets: {', '.join(left)}."] if left else []
        own = sorted(OWN_PIECES & split(source).keys()) if chosen is None else []
        if own:
            labels = ", ".join(piece_label(piece) for piece in own)
            notes.append(f"Not copied because it belongs to one instance: {labels}.")
        plan = self._plan([one for one in instance_ids if one != source_id], change)
        return ConfigPlan(plan.instances, tuple(notes))

    def overlay(self, instance_ids: Sequence[int], settings: JsonObject) -> ConfigPlan:
        """Apply the settings of a template; what it does not name stays."""
        known = without_pieces(settings, OWN_PIECES)
        return self._plan(instance_ids, lambda t: overlaid(t.config, known, t.options, t.version, keeps_unknown=False))

    def imported(self, instance_id: int, file: ImportedSettings) -> ConfigPlan:
        """Take over the settings of a file; those that the version does not know are kept for a version that does."""
        plan = self._plan([instance_id], lambda t: overlaid(t.config, file.config, t.options, t.version, keeps_unknown=True))
        unheard = self._unheard(instance_id, file.config)
        notes = [*file.ignored, *([f"Kept, but without effect in this version: {', '.join(unheard)}."] if unheard else [])]
        return ConfigPlan(plan.instances, tuple(notes))

    def fix(self, instance_id: int, fix: ExposureFix) -> ConfigPlan:
        """Close an exposure."""
        return self._plan([instance_id], lambda t: (close_exposure(t.config, fix, lambda: self._parser.generate_secret(24)), ()))

    def _plan(self, instance_ids: Sequence[int], change: Callable[[_Target], _Change]) -> ConfigPlan:
        instances = {instance.id: instance for instance in self._instances.instances()}
        return ConfigPlan(tuple(self._planned(self._target(instance_id, instances), change) for instance_id in instance_ids))

    def _target(self, instance_id: int, instances: dict[int, Instance]) -> _Target:
        status = self._instances.status(instance_id)  # raises when it is gone
        version = status.resolved_version or status.gowa_version
        return _Target(instances[instance_id], self._instances.config(instance_id), self._instances.options(instance_id), version)

    def _planned(self, target: _Target, change: Callable[[_Target], _Change]) -> PlannedInstance:
        instance = target.instance
        if instance.config_error is not None:
            return PlannedInstance(instance.id, instance.name, {}, {}, problem=instance.config_error)
        new, skipped = change(target)
        changes = self._parser.differences(target.config, new, instance.port, [o for o in target.options if o.is_discovered])
        return PlannedInstance(instance.id, instance.name, target.config, new, changes, skipped, self._problem(target, new))

    def _problem(self, target: _Target, new: JsonObject) -> str | None:
        if new == target.config:
            return None
        known = {option.key: option for option in target.options}
        for place, sentence in self._instances.check_config(target.instance.id, new).items():
            option = known.get(place.partition("[")[0])
            return f"{option.label if option is not None else place}: {sentence}"
        return None

    def _with_pieces(self, target: _Target, wanted: Mapping[str, Json]) -> _Change:
        options = {option.key: option for option in target.options}
        pieces, skipped = split(target.config), []
        if WEBHOOKS in wanted:
            pieces.pop(DISABLED_WEBHOOKS, None)
        for piece, value in wanted.items():
            option = options.get(piece)
            if value is None or (option is not None and value == self._parser.default(option, target.instance.port)):
                pieces.pop(piece, None)
            elif option is None and not is_extra(piece):
                label = BY_KEY[piece].label if piece in BY_KEY else piece
                skipped.append(SkippedSetting(piece, label, f"GOWA {target.version} does not know it."))
            else:
                pieces[piece] = value
        return joined(pieces), tuple(skipped)

    def _unheard(self, instance_id: int, settings: JsonObject) -> list[str]:
        known = {option.key for option in self._instances.options(instance_id)}
        return [BY_KEY[piece].label for piece in split(settings) if piece in BY_KEY and piece not in known]
