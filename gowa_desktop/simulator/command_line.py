"""Reading of the argument list with the rules of pflag: ``--name=value``, ``--name value``, ``-p3000``, CSV lists."""

from gowa_desktop.simulator.go_values import parse_bool, parse_csv_record, parse_duration, parse_int, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gowa_desktop.simulator.options import Option

SIMULATOR_FLAGS = ("sim-era", "sim-faults")


class FlagError(Exception):
    """The command line is wrong; the text is what Cobra prints after ``Error: ``. ``command`` names the usage to show."""

    def __init__(self, message: str, command: str) -> None:
        super().__init__(message)
        self.command = command


class CommandLine:
    """A parsed argument list: the subcommand, whether help is wanted, and the text values of the flags that were given."""

    __slots__ = ("command", "help_wanted", "positional", "values")

    def __init__(self) -> None:
        self.command = ""
        self.help_wanted = False
        self.positional: list[str] = []
        self.values: dict[str, list[str]] = {}


class CommandLineParser:
    """Reads one argument list for the options of one era; used once."""

    def __init__(self, options: "dict[str, Option]", commands: tuple[str, ...]) -> None:
        self._options = options
        self._shorts = {option.short: flag for flag, option in options.items() if option.short}
        self._commands = commands
        self._line = CommandLine()
        self._command_hint = ""

    def parse(self, arguments: list[str]) -> CommandLine:
        """Read the arguments.

        Raises:
            FlagError: for an unknown flag, a missing or bad value, or an unknown command.
        """
        # Cobra finds the command before it parses flags, so that an error shows the usage of "rest".
        self._command_hint = next((word for word in arguments if word in self._commands), "")
        rest = list(arguments)
        while rest:
            word = rest.pop(0)
            if word == "--":
                self._line.positional += rest
                break
            if word.startswith("--"):
                self._read_long(word[2:], rest)
            elif word.startswith("-") and word != "-":
                self._read_shorts(word[1:], rest)
            else:
                self._line.positional.append(word)
        self._find_command()
        return self._line

    def _find_command(self) -> None:
        if not self._line.positional:
            return
        first = self._line.positional[0]
        if first not in self._commands:
            raise FlagError(f'unknown command {quote(first)} for ""', "")
        self._line.command = first

    def _read_long(self, word: str, rest: list[str]) -> None:
        flag, has_value, value = word.partition("=")
        if flag == "help":
            self._line.help_wanted = True
            return
        if flag not in self._options and flag not in SIMULATOR_FLAGS:
            raise FlagError(f"unknown flag: --{flag}", self._command_hint)
        option = self._options.get(flag)
        if has_value:
            self._store(flag, value)
        elif option is not None and option.kind == "bool":
            self._store(flag, "true")
        elif rest:
            self._store(flag, rest.pop(0))
        else:
            raise FlagError(f"flag needs an argument: --{flag}", self._command_hint)

    def _read_shorts(self, letters: str, rest: list[str]) -> None:
        shown = letters
        while letters:
            letter, letters = letters[0], letters[1:]
            if letter == "h":
                self._line.help_wanted = True
                continue
            flag = self._shorts.get(letter)
            if flag is None:
                raise FlagError(f"unknown shorthand flag: '{letter}' in -{shown}", self._command_hint)
            if letters.startswith("="):
                self._store(flag, letters[1:])
                return
            if self._options[flag].kind == "bool":
                self._store(flag, "true")
                continue
            if not letters and not rest:
                raise FlagError(f"flag needs an argument: '{letter}' in -{shown}", self._command_hint)
            self._store(flag, letters or rest.pop(0))
            return

    def _store(self, flag: str, text: str) -> None:
        option = self._options.get(flag)
        if option is None:
            self._line.values[flag] = [text]
            return
        try:
            if option.kind == "strings":
                self._line.values.setdefault(flag, []).extend(parse_csv_record(text) if text else [])
                return
            _check(option.kind, text)
        except ValueError as error:
            name = f"-{option.short}, --{flag}" if option.short else f"--{flag}"
            raise FlagError(f"invalid argument {quote(text)} for {quote(name)} flag: {error}", self._command_hint) from error
        self._line.values[flag] = [text]


def _check(kind: str, text: str) -> None:
    """Raise ValueError if the text is no value of the kind."""
    if kind == "bool":
        parse_bool(text)
    elif kind == "int":
        parse_int(text)
    elif kind == "duration":
        parse_duration(text)
