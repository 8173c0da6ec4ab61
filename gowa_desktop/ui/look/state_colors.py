"""The colours of the states of instances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gowa_desktop.domain.instance import InstanceState

if TYPE_CHECKING:
    from gowa_desktop.ui.look.color_tables import Colors


def state_color(colors: Colors, state: InstanceState, *, is_uneasy: bool = False) -> str:
    """Give the colour of a state's shape; `is_uneasy` is for one that runs but does not answer."""
    return {
        InstanceState.RUNNING: colors.retrying if is_uneasy else colors.accent,
        InstanceState.STARTING: colors.starting,
        InstanceState.STOPPING: colors.starting,
        InstanceState.BACKOFF: colors.retrying,
        InstanceState.FAILED: colors.failed,
        InstanceState.STOPPED: colors.muted,
    }[state]
