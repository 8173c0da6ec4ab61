"""Where the frozen program begins: PyInstaller wants a script, the program is a package."""

import sys

from gowa_desktop.infra.own_environment import give_back_environment

give_back_environment()

from gowa_desktop.__main__ import main  # noqa: E402 - nothing may start before

sys.exit(main())
