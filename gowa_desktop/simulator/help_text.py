"""The Cobra-like help and usage texts; loaded only when they are printed."""

from gowa_desktop.simulator.go_values import format_duration, parse_duration, quote
from gowa_desktop.simulator.options import ENV_ONLY, TYPE_WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gowa_desktop.simulator.eras import Era
    from gowa_desktop.simulator.options import Option

_COMMAND_WORDS = {
    "help": "Help about any command",
    "mcp": "Not simulated",
    "rest": "Serve the simulated HTTP API",
}


def help_text(era: "type[Era]", options: "dict[str, Option]", command: str) -> str:
    """Return what ``rest --help`` (command "rest") or a call without a command (command "") writes to stdout."""
    about = (
        f"GOWA simulator, not WhatsApp. It plays GOWA {era.version} for demos and tests.\n"
        "Switches of its own: GOWA_SIM_ERA or --sim-era, GOWA_SIM_FAULTS or --sim-faults.\n\n"
    )
    return about + usage_text(era, options, command)


def usage_text(era: "type[Era]", options: "dict[str, Option]", command: str) -> str:
    """Return the usage block, which also follows every flag error on stderr."""
    flags = _flag_block(era, options)
    if command:
        return f"Usage:\n   {command} [flags]\n\nFlags:\n  -h, --help   help for {command}\n\nGlobal Flags:\n{flags}\n"
    commands = "".join(f"  {name:<11} {_COMMAND_WORDS[name]}\n" for name in era.commands)
    return (
        f"Usage:\n   [command]\n\nAvailable Commands:\n{commands}\nFlags:\n{flags}\n"
        'Use " [command] --help" for more information about a command.\n'
    )


def _flag_block(era: "type[Era]", options: "dict[str, Option]") -> str:
    """Return one aligned line per flag, with type word and default as pflag prints them."""
    rows = []
    for flag, option in options.items():
        if flag in ENV_ONLY:
            continue
        short = f"-{option.short}, " if option.short else "    "
        name = f"  {short}--{flag} {TYPE_WORDS[option.kind]}".rstrip()
        rows.append((name, option.help + _default_words(option, option.default_for(era))))
    width = max(len(name) for name, _ in rows) + 3
    return "".join(f"{name:<{width}}{text}\n" for name, text in rows)


def _default_words(option: "Option", default: str) -> str:
    """Return the ``(default ...)`` tail, which pflag leaves out for zero values."""
    if default in {"", "false", "0"}:
        return ""
    if option.kind == "string":
        return f" (default {quote(default)})"
    if option.kind == "duration":
        return f" (default {format_duration(parse_duration(default))})"
    return f" (default {default})"
