"""Where the frozen program begins: PyInstaller wants a script, the program is a package."""

import sys

from gowa_desktop.__main__ import main

sys.exit(main())
