"""Entry point, both for ``python -I -S .../simulator/__main__.py rest`` and for ``python -m gowa_desktop.simulator rest``."""

import sys

if __name__ == "__main__":
    if not __package__:
        # Isolated mode leaves the folder of the script out of sys.path; pathlib would cost 9 ms of start time.
        from os.path import abspath, dirname

        sys.path.insert(0, dirname(dirname(dirname(abspath(__file__)))))  # noqa: PTH100, PTH120
    from gowa_desktop.simulator.program import main

    main(sys.argv[1:])
