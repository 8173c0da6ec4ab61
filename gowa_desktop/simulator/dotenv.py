"""Reading of a ``.env`` file in the working directory; loaded only if the file exists."""

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_VARIABLE = re.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?")


def parse_dotenv(data: bytes, environment: "Mapping[str, str]") -> dict[str, str]:
    """Read dotenv text: quotes, comments, ``export``, BOM and CRLF; ``$NAME`` is replaced unless single-quoted.

    A line that cannot be read makes GOWA ignore the whole file without a word, and so does this function.
    """
    found: dict[str, str] = {}
    for raw_line in data.decode("utf-8-sig", "replace").splitlines():
        line = raw_line.strip().removeprefix("export ").strip()
        if not line or line.startswith("#"):
            continue
        name, separator, text = line.partition("=")
        if not separator:
            return {}
        found[name.strip()] = _value(text.strip(), {**environment, **found})
    return found


def _value(text: str, known: "Mapping[str, str]") -> str:
    if text.startswith("'") and text.find("'", 1) > 0:
        return text[1 : text.index("'", 1)]
    if text.startswith('"') and text.find('"', 1) > 0:
        inner = text[1 : text.index('"', 1)]
        return _expand(inner.replace("\\n", "\n"), known)
    return _expand(text.split("#", 1)[0].rstrip(), known)


def _expand(text: str, known: "Mapping[str, str]") -> str:
    return _VARIABLE.sub(lambda match: known.get(match[1], ""), text)
