"""What a person sees of a run without a window: a line on the terminal when something is wrong, and when that is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gowa_desktop.cli.console import complain
from gowa_desktop.cli.speech import told

if TYPE_CHECKING:
    from gowa_desktop.bootstrap import Services
    from gowa_desktop.services.data.conditions import Condition


class TerminalFace:
    """The face of `--no-window`. Main thread."""

    def __init__(self) -> None:
        self._was_looking = False

    def raise_action(self) -> None:
        """Give nothing: there is no window."""

    def offers_remedies(self) -> bool:
        """Tell that nobody is there to choose."""
        return False

    def open(self, services: Services, *, is_looking: bool) -> None:
        """Tell what is wrong from now on."""
        for condition in services.upkeep.conditions.all():
            complain(told(str(condition)))
        services.upkeep.conditions.began.connect(lambda condition: complain(told(str(condition))))
        services.upkeep.conditions.ended.connect(_tell_end)
        if self._was_looking and not is_looking:
            complain(told("The data folder can be used now."))
        self._was_looking = is_looking

    def show(self) -> None:
        """Nothing is to be shown."""

    def close(self) -> None:
        """Nothing is to be put away."""

    def tell(self, sentence: str) -> None:
        """Write a line."""
        complain(told(sentence))


def _tell_end(condition: Condition) -> None:
    complain(told(f"Over: {condition.sentence}"))
