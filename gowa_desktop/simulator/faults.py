"""The fault switches as text: ``name[=value]`` separated by commas, as in ``GOWA_SIM_FAULTS`` or a ``sim-faults`` file."""

_LIMITS_MS = {
    "slow-ready": 600_000,
    "slow-drain": 120_000,
    "qr-life": 600_000,
}

# What stands after the "=": "" nothing, "ms"/"number" a whole number, "code" an optional exit code, "text" anything.
KINDS = {
    "slow-ready": "ms",
    "never-ready": "",
    "never-listen": "",
    "crash-at-start": "code",
    "panic": "",
    "crash-after": "text",
    "exit0-after": "ms",
    "ignore-term": "",
    "slow-drain": "ms",
    "grandchildren": "number",
    "hang-after": "ms",
    "flood": "text",
    "leak": "number",
    "grab-port": "number",
    "count": "number",
    "log-every": "ms",
    "qr-life": "ms",
    "offline": "",
}


class FaultSet:
    """The faults that one text asks for. Unchangeable after construction."""

    def __init__(self, text: str = "") -> None:
        """Read the text; line ends count as commas and a ``#`` starts a comment.

        Raises:
            ValueError: for an unknown name or a value of the wrong kind, so that a typing error in a test is noticed.
        """
        self.values: dict[str, str] = {}
        for line in text.splitlines():
            for word in line.split("#", 1)[0].split(","):
                if word.strip():
                    self._add(word.strip())

    def _add(self, word: str) -> None:
        name, _, value = word.partition("=")
        if name == "none":
            return
        if name not in KINDS:
            raise ValueError(f"unknown fault {name!r}, known are {', '.join(sorted(KINDS))}")
        kind = KINDS[name]
        must_be_number = kind in {"ms", "number"} or (kind == "code" and value)
        if (must_be_number and not value.isdigit()) or (kind == "text" and not value) or (not kind and value):
            raise ValueError(f"fault {name!r} cannot have the value {value!r}")
        self.values[name] = value
        if name == "flood":
            self.flood_plan()
        elif name == "crash-after":
            self.crash_plan()

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def number(self, name: str, default: int = 0) -> int:
        """Return the whole number of a fault, kept below its safety limit, or the default if it is not set."""
        value = self.values.get(name) or str(default)
        return min(int(value), _LIMITS_MS.get(name, int(value)))

    def crash_plan(self) -> tuple[float, str]:
        """Return the seconds until the crash and how: an exit code, a signal name, or "" for a panic with exit 2.

        Raises:
            ValueError: if the milliseconds are no whole number.
        """
        delay, _, how = self.values["crash-after"].partition(":")
        return int(delay) / 1000, how

    def flood_plan(self) -> tuple[int, int]:
        """Return the lines per second (0 = as fast as possible) and the bytes after which the flood ends.

        Raises:
            ValueError: if one of the two is no whole number.
        """
        rate, _, limit = self.values["flood"].partition(":")
        most = 2 * 1024**3
        return 0 if rate == "max" else max(1, int(rate)), min(int(limit) if limit else most, most)
