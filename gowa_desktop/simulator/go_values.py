"""How Go reads booleans, durations and CSV records; the pitfalls of GOWA's options come from these rules."""

TRUE_WORDS = frozenset({"1", "t", "T", "TRUE", "true", "True"})
FALSE_WORDS = frozenset({"0", "f", "F", "FALSE", "false", "False"})
_UNIT_NS = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}


def parse_bool(text: str) -> bool:
    """Read a strconv boolean word.

    Raises:
        ValueError: with Go's own text for any other word.
    """
    if text in TRUE_WORDS:
        return True
    if text in FALSE_WORDS:
        return False
    raise ValueError(f"strconv.ParseBool: parsing {quote(text)}: invalid syntax")


def parse_int(text: str) -> int:
    """Read a decimal integer as strconv does.

    Raises:
        ValueError: with Go's own text for anything else.
    """
    digits = text[1:] if text[:1] in "+-" else text
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"strconv.ParseInt: parsing {quote(text)}: invalid syntax")
    return int(text)


def parse_duration(text: str) -> int:
    """Read a Go duration such as ``1h30m`` and return nanoseconds.

    Raises:
        ValueError: with Go's own text for a missing or unknown unit or for anything else.
    """
    rest = text.lstrip("+-") if text[:2] not in {"--", "++"} else ""
    sign = -1 if text.startswith("-") else 1
    if rest == "0":
        return 0
    if not rest:
        raise ValueError(f"time: invalid duration {quote(text)}")
    total = 0.0
    while rest:
        number, rest = _leading(rest, "0123456789.")
        unit, rest = _leading(rest, "nuµμmsh" if rest else "")
        if not number.strip(".") or number.count(".") > 1:
            raise ValueError(f"time: invalid duration {quote(text)}")
        if not unit and not rest:
            raise ValueError(f"time: missing unit in duration {quote(text)}")
        if unit not in _UNIT_NS:
            raise ValueError(f"time: unknown unit {quote(unit or rest[:1])} in duration {quote(text)}")
        total += float(number) * _UNIT_NS[unit]
    return sign * int(total)


def _leading(text: str, allowed: str) -> tuple[str, str]:
    """Split off the longest beginning that consists of allowed characters."""
    end = 0
    while end < len(text) and text[end] in allowed:
        end += 1
    return text[:end], text[end:]


def format_duration(nanoseconds: int) -> str:
    """Write whole seconds the way Go prints a duration, e.g. ``24h0m0s``."""
    if nanoseconds % 10**9:
        return f"{nanoseconds / 10**9:g}s"
    hours, seconds = divmod(nanoseconds // 10**9, 3600)
    minutes, seconds = divmod(seconds, 60)
    if hours:
        return f"{hours}h{minutes}m{seconds}s"
    return f"{minutes}m{seconds}s" if minutes else f"{seconds}s"


def parse_csv_record(text: str) -> list[str]:
    """Read one CSV record as Go's encoding/csv does for a list flag.

    Raises:
        ValueError: for a bare or an unclosed double quote.
    """
    fields: list[str] = []
    position = 0
    while True:
        if text[position : position + 1] == '"':
            field, position = _quoted_field(text, position + 1)
        else:
            end = text.find(",", position)
            end = len(text) if end < 0 else end
            field = text[position:end]
            if '"' in field:
                column = position + field.index('"') + 1
                raise ValueError(f'parse error on line 1, column {column}: bare " in non-quoted-field')
            position = end
        fields.append(field)
        if position >= len(text):
            return fields
        position += 1


def _quoted_field(text: str, position: int) -> tuple[str, int]:
    """Read a quoted field whose opening quote stands right before ``position``; return it and the place after it."""
    parts = ""
    while True:
        end = text.find('"', position)
        if end < 0:
            raise ValueError(f'parse error on line 1, column {len(text) + 1}: extraneous or missing " in quoted-field')
        parts += text[position:end]
        following = text[end + 1 : end + 2]
        if following == '"':
            parts += '"'
            position = end + 2
        elif following in {"", ","}:
            return parts, end + 1
        else:
            raise ValueError(f'parse error on line 1, column {end + 1}: extraneous or missing " in quoted-field')


def quote(text: str) -> str:
    """Put a text in double quotes with the escapes that Go's %q and logrus use."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + '"'
