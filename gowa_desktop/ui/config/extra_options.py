"""What the form offers beside GOWA's own options: the port of the instance, and the escape hatches, described as options."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from gowa_desktop.domain.options import BY_KEY, Option, OptionKind, Section

PORT, ARGUMENTS, ENVIRONMENT = "port", "args", "env"
"""Keys of the options that are made here."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("extraOptions", text)


def port_option() -> Option:
    """Describe the port: it belongs to the instance, not to its options, but people look for it among them."""
    return replace(BY_KEY[PORT], help=_tr("The port that this instance answers on."), is_advanced=False)


def extra_options() -> tuple[Option, ...]:
    """Describe the escape hatches."""
    return (
        Option(
            ARGUMENTS, OptionKind.LIST, "", None, since="v5.0.0", section=Section.ACCESS, label=_tr("Extra arguments"),
            help=_tr("Added to the command as they are, one word in each row. Other users of this computer can see them."),
        ),
        Option(
            ENVIRONMENT, OptionKind.LIST, "", None, since="v5.0.0", section=Section.ACCESS, label=_tr("Extra environment variables"),
            help=_tr("Added to the environment of GOWA as they are."),
        ),
    )  # fmt: skip
