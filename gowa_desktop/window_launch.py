"""The launch of the window: its frame is shown before anything is imported that takes long.

What fills it, four hundred modules, takes three times as long as the frame (Python 3.11, PySide6 6.11).
"""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

from gowa_desktop.infra.paths import DataPaths
from gowa_desktop.surroundings import answer_promptly, keep_files_private, refuse_without_display

if TYPE_CHECKING:
    from gowa_desktop.launch_options import LaunchOptions


def run_window(options: LaunchOptions) -> int:
    """Open the window; a second launch raises the first one's and ends.

    Raises:
        GowaError: there is no display, or the data directory can never be used; a person has been told.
    """
    keep_files_private()
    answer_promptly()
    refuse_without_display()
    # Imports make no garbage, only work for its collector; `GarbageKeeper` collects later.
    gc.disable()
    from gowa_desktop.ui.application import create_application  # noqa: PLC0415 - graphics on this branch only
    from gowa_desktop.ui.main_window import MainWindow  # noqa: PLC0415
    from gowa_desktop.ui.window_state import WindowState  # noqa: PLC0415

    state = WindowState(DataPaths(options.data_dir).window_state)
    application = create_application(sys.argv[:1], state.opening.theme, state.opening.language)
    frame = None
    if not (options.minimized or state.opening.is_minimized):
        frame = MainWindow(None, state)
        frame.show_at_once()
    from gowa_desktop.launch import work_in_window  # noqa: PLC0415 - see above
    from gowa_desktop.services.garbage import GarbageKeeper  # noqa: PLC0415

    GarbageKeeper(application)
    return work_in_window(options, application, state, frame)
