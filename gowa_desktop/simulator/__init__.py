"""A stand-in for the GOWA server, for demos and tests: same command line, files, log streams and HTTP shapes, no WhatsApp.

Everything here uses the standard library only and avoids its slow modules (dataclasses, typing, pathlib, logging, http),
because fifty simulators shall start within seconds; that is why the modules say ``TYPE_CHECKING = False`` themselves.
The package must not know the rest of gowa_desktop.
"""
