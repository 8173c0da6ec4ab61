"""Changes of settings before they are made: what each instance has now, what it would have, what it cannot have. Pure.

A plan holds secrets in `old` and `new`; what front ends show is in `changes`, `skipped` and `problem`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gowa_desktop.domain.config_pieces import OWN_PIECES, WEBHOOKS, joined, piece_label, secret_pieces, split
from gowa_desktop.domain.config_values import DISABLED_WEBHOOKS
from gowa_desktop.domain.options import BY_KEY

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from gowa_desktop.domain.config_changes import OptionChange
    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.domain.options import Option


@dataclass(frozen=True, slots=True)
class SkippedSetting:
    """A setting that an instance cannot take over, and why, in one sentence."""

    key: str
    label: str
    reason: str


@dataclass(frozen=True, slots=True)
class PlannedInstance:
    """What would happen to one instance."""

    instance_id: int
    name: str
    old: JsonObject = field(repr=False)
    new: JsonObject = field(repr=False)
    changes: tuple[OptionChange, ...] = ()
    skipped: tuple[SkippedSetting, ...] = ()
    problem: str | None = None
    """Why nothing can be changed here; None when it can."""

    @property
    def is_changed(self) -> bool:
        """Tell whether there is something to store."""
        return self.problem is None and self.old != self.new


@dataclass(frozen=True, slots=True)
class ConfigPlan:
    """What would happen to some instances. `notes` is what is not taken over from a file or another instance, a sentence each."""

    instances: tuple[PlannedInstance, ...]
    notes: tuple[str, ...] = ()

    @property
    def changed(self) -> tuple[PlannedInstance, ...]:
        """Give the instances of which something would be stored."""
        return tuple(planned for planned in self.instances if planned.is_changed)


def overlaid(
    config: JsonObject, settings: JsonObject, known: Sequence[Option], version: str, *, keeps_unknown: bool
) -> tuple[JsonObject, tuple[SkippedSetting, ...]]:
    """Lay settings over a config; what they do not name stays.

    Args:
        config: of the instance, in the present shape.
        settings: of a file or template, in the present shape.
        known: the options of the instance's version.
        version: its name, for people.
        keeps_unknown: store options of other versions too; they wait there without effect.
    """
    pieces, given = split(config), split(settings)
    if WEBHOOKS in given:
        # Whoever says which webhooks there are says which of them are on.
        pieces.pop(DISABLED_WEBHOOKS, None)
    skipped = [] if keeps_unknown else _unknown(given, known, version)
    left_out = {setting.key for setting in skipped}
    return joined(pieces | {piece: value for piece, value in given.items() if piece not in left_out}), tuple(skipped)


def copied(
    config: JsonObject, source: JsonObject, chosen: Collection[str] | None, known: Sequence[Option], version: str, *, with_secrets: bool
) -> tuple[JsonObject, tuple[SkippedSetting, ...]]:
    """Give a config the parts of another; what is at its default there becomes so here.

    Args:
        config: of the instance that gets them, in the present shape.
        source: of the instance that has them, in the present shape.
        chosen: the parts to copy; None for all but those that belong to one instance alone.
        known: the options of the getting instance's version.
        version: its name, for people.
        with_secrets: False leaves parts alone that hold a secret on either side.
    """
    pieces, given = split(config), split(source)
    wanted = ({*pieces, *given} - OWN_PIECES) if chosen is None else set(chosen)
    if WEBHOOKS in wanted:
        wanted.add(DISABLED_WEBHOOKS)
    if not with_secrets:
        wanted -= secret_pieces(source, known) | secret_pieces(config, known)
    skipped = _unknown({piece: given[piece] for piece in given if piece in wanted}, known, version)
    wanted -= {setting.key for setting in skipped}
    kept = {piece: value for piece, value in pieces.items() if piece not in wanted}
    return joined(kept | {piece: value for piece, value in given.items() if piece in wanted}), tuple(skipped)


def secrets_left(source: JsonObject, chosen: Collection[str] | None, discovered: Sequence[Option] = ()) -> tuple[str, ...]:
    """Give the labels of the parts that are not copied when secrets are not."""
    secret = secret_pieces(source, discovered) - OWN_PIECES - {DISABLED_WEBHOOKS}
    return tuple(sorted(piece_label(piece, discovered) for piece in secret if chosen is None or piece in chosen))


def _unknown(given: Collection[str], known: Sequence[Option], version: str) -> list[SkippedSetting]:
    keys = {option.key for option in known}
    reason = f"GOWA {version} does not know it."
    return [SkippedSetting(piece, BY_KEY[piece].label, reason) for piece in given if piece in BY_KEY and piece not in keys]
