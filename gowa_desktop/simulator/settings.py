"""The settings in force, with GOWA's real precedence: environment over ``.env`` over flag over default.

The four MCP OAuth options follow their own rule (flag first). An empty environment value counts as unset.
"""

from gowa_desktop.simulator.go_values import TRUE_WORDS, parse_bool, parse_duration, parse_int

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from gowa_desktop.simulator.eras import Era
    from gowa_desktop.simulator.options import Option

Value = str | bool | int | list[str]


class Settings:
    """The value of every option of the era after all sources were merged. Read-only after construction."""

    def __init__(
        self,
        era: "type[Era]",
        options: "dict[str, Option]",
        flags: "Mapping[str, list[str]]",
        environment: "Mapping[str, str]",
        dotenv: "Mapping[str, str]",
    ) -> None:
        self.era = era
        self._options = options
        self._values = {
            name: _resolve(option, option.default_for(era), flags.get(name), environment, dotenv) for name, option in options.items()
        }

    def text(self, flag: str) -> str:
        """Return a text option."""
        return str(self._values.get(flag, ""))

    def is_on(self, flag: str) -> bool:
        """Return a yes-or-no option; an option that the era does not know is off."""
        return bool(self._values.get(flag, False))

    def items(self, flag: str) -> list[str]:
        """Return a list option; an option that the era does not know is empty."""
        value = self._values.get(flag, [])
        return value if isinstance(value, list) else []

    @property
    def host(self) -> str:
        """The address to bind: always 127.0.0.1 in v7 (see `EraV7`), else the option."""
        return self.text("host") if self.era.has_host_option else "127.0.0.1"

    @property
    def base_path(self) -> str:
        """The route prefix with a leading and without a trailing slash, or nothing."""
        inner = self.text("base-path").strip("/")
        return f"/{inner}" if inner else ""

    def public_values(self) -> dict[str, Value]:
        """Return every value for the control interface; a secret that is set shows as ``***``."""
        return {name: "***" if self._options[name].is_secret and value else value for name, value in self._values.items()}


def _resolve(
    option: "Option",
    default: str,
    flag_texts: list[str] | None,
    environment: "Mapping[str, str]",
    dotenv: "Mapping[str, str]",
) -> Value:
    below = _from_flag(option, default, flag_texts)
    text = environment.get(option.env) or dotenv.get(option.env) or ""
    if not text or (option.flag.startswith("mcp-oauth-") and flag_texts is not None):
        return below
    return _from_environment(option, text, below)


def _from_flag(option: "Option", default: str, texts: list[str] | None) -> Value:
    """Return the flag's value, which the command line has checked already, or the default."""
    if option.kind == "strings":
        return list(texts or [])
    text = texts[-1] if texts else default
    if option.kind == "bool":
        return parse_bool(text)
    if option.kind == "int":
        return parse_int(text)
    return parse_duration(text) if option.kind == "duration" else text


def _from_environment(option: "Option", text: str, below: Value) -> Value:
    """Return the value of a non-empty environment text; what cannot be read is treated as viper and GOWA do."""
    if option.kind == "strings":
        items = text.split(",")
        return [item.strip() for item in items] if option.trims_items else items
    if option.kind == "bool":
        # APP_DEBUG can only switch on; every other word than strconv's counts as false.
        return bool(below) if option.flag == "debug" and text not in TRUE_WORDS else text in TRUE_WORDS
    if option.kind == "int":
        try:
            return parse_int(text)
        except ValueError:
            return 0
    if option.kind == "duration":
        return _environment_duration(text, below)
    return text


def _environment_duration(text: str, below: Value) -> Value:
    """Read a duration: a bare number is nanoseconds, and what is no positive duration is ignored without a word."""
    try:
        nanoseconds = int(text) if text.isdigit() else parse_duration(text)
    except ValueError:
        return below
    return nanoseconds if nanoseconds > 0 else below
