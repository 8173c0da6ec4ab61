"""Every option that GOWA understands, as data: one table that form, validation, launch and redaction derive from.

Facts: GOWA facts 1 and its machine-readable list (v5.0.0 to v9.2.0). Keys are the camelCase names under `flags` of a stored config.
"""

from __future__ import annotations

from gowa_desktop.domain.option_tables.access import ACCESS, ANY_ADDRESS, LOOPBACK
from gowa_desktop.domain.option_tables.chatwoot import CHATWOOT
from gowa_desktop.domain.option_tables.server import DASHBOARD, LEGACY, MCP, MCP_SUBCOMMAND, STORAGE
from gowa_desktop.domain.option_tables.whatsapp import EVENTS, WEBHOOKS, WHATSAPP
from gowa_desktop.domain.option_types import Option, OptionDefault, OptionKind, Section

__all__ = [
    "ANY_ADDRESS", "BY_ENVIRONMENT", "BY_FLAG", "BY_KEY", "ENVIRONMENT_NAMES", "EVENTS", "LOOPBACK", "NEWEST_KNOWN", "OPTIONS",
    "SUBCOMMAND_OPTIONS", "Option", "OptionDefault", "OptionKind", "Section",
]  # fmt: skip

NEWEST_KNOWN = "v9.2.0"
"""The newest version this table was compared with; later ones may know more."""

OPTIONS: tuple[Option, ...] = (*ACCESS, *WHATSAPP, *WEBHOOKS, *DASHBOARD, *MCP, *STORAGE, *CHATWOOT, *LEGACY)
"""The options of a running server, in the order of the form."""

SUBCOMMAND_OPTIONS: tuple[Option, ...] = MCP_SUBCOMMAND
"""Options of the former separate MCP server (v6.0.0 to v9.0.1), which this program never starts."""

BY_KEY = {option.key: option for option in OPTIONS}
"""The table by config key."""

BY_ENVIRONMENT = {option.env: option for option in OPTIONS}
"""The table by environment name."""

BY_FLAG = {name: option for option in OPTIONS for name in (option.flag, option.short) if name}
"""The table by long and short flag."""

ENVIRONMENT_NAMES = frozenset(BY_ENVIRONMENT)
"""Every environment name that some GOWA version reads; scrubbed from what children inherit."""
