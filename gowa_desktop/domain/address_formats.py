"""Addresses with a scheme, checked as strictly as Go reads them: web addresses, origins, proxies and databases.

Go refuses an address at the moment it is used, which for a webhook is long after the start; so everything Go refuses is refused here.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST_NAME = re.compile(rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*\.?")
_USER_INFO = re.compile(r"[A-Za-z0-9._:~!$&'()*+,;=%@-]*")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def is_host_name(text: str) -> bool:
    """Tell whether a text is the name of a host, with letters of any language."""
    return _HOST_NAME.fullmatch(text) is not None or (
        not text.isascii() and all(character.isalnum() or character in ".-" for character in text)
    )


def is_ip_address(text: str, kind: int | None = None) -> bool:
    """Tell whether a text is an IP address, of version 4 or 6 when that is asked."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return kind is None or address.version == kind


def split_address(text: str) -> SplitResult | None:
    """Take an address apart; None when Go would not read it as an address with a host."""
    if re.search(r"\s|[\x00-\x1f\x7f]", text):
        return None
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    if not host or not (is_host_name(host) or is_ip_address(host)) or _BAD_ESCAPE.search(text.partition("?")[0]):
        return None
    user_info, separator, host_port = parts.netloc.rpartition("@")
    is_bare_ipv6 = host_port.count(":") > 1 and not host_port.startswith("[")
    return None if is_bare_ipv6 or (separator and not _USER_INFO.fullmatch(user_info)) else parts


def _check_url(text: str) -> str | None:
    parts = split_address(text)
    if parts is not None and parts.scheme in {"http", "https"}:
        return None
    return _explain(text, "This is no web address. It must start with http:// or https:// and have no spaces.")


def _explain(text: str, otherwise: str) -> str:
    if re.match(r"[a-z0-9]+://", text) and _BAD_ESCAPE.search(text.partition("?")[0]):
        return "Write %25 for a percent sign in an address."
    return otherwise


def _check_https(text: str) -> str | None:
    parts = split_address(text)
    if parts is None or parts.scheme != "https":
        return "The address must start with https://."
    if parts.username is not None or "?" in text or "#" in text:
        return "The address cannot have a user, password, query or fragment."
    return None


def _check_origin(text: str) -> str | None:
    if text == "*":
        return None
    plain = re.sub(r"^([A-Za-z][A-Za-z0-9+.-]*://)\*\.", r"\1", text)
    parts = split_address(plain)
    if parts is None or not parts.scheme:
        return "Write an origin with its scheme, such as https://panel.example.com, or * for every page. GOWA would stop otherwise."
    if parts.path.strip("/") or "?" in text or "#" in text or parts.username is not None:
        return "An origin is only scheme, host and port, such as https://panel.example.com. GOWA would stop otherwise."
    return None


def _check_db(text: str) -> str | None:
    if text.startswith("file:"):
        return _check_file(text)
    if text.startswith("postgres:"):
        return _check_postgres(text)
    hint = " Write postgres:// instead of postgresql://." if text.startswith("postgresql:") else ""
    return f"A database address must start with file: or postgres:. GOWA would stop otherwise.{hint}"


def _check_file(text: str) -> str | None:
    path = text.removeprefix("file:").partition("?")[0]
    if not path or path.endswith("/"):
        return "Write the name of a file after file:, such as file:storages/whatsapp.db."
    if text[-1] in "\"'":
        return "There is a quotation mark at the end, which GOWA would cut off."
    if _BAD_ESCAPE.search(path):
        return "Write %25 for a percent sign in a database address."
    return "Write %23 for a # in a database address." if "#" in text else None


def _check_postgres(text: str) -> str | None:
    parts = split_address(text)
    if text.startswith("postgres://") and parts is not None and text[-1] not in "\"'":
        return None
    return "Write postgres://user:password@host:5432/name. In the password, write %2F for /, %40 for @ and %23 for #."


def _check_chatwoot_db(text: str) -> str | None:
    return _check_postgres(f"postgres://{text.removeprefix('postgresql://')}" if text.startswith("postgresql://") else text)


def _check_sqlite(text: str) -> str | None:
    return _check_file(text) if text.startswith("file:") else "Write file:path, such as file:storages/oauth.db."


def _check_proxy(text: str) -> str | None:
    parts = split_address(text)
    if parts is None or parts.scheme not in {"http", "https", "socks5"}:
        return _explain(text, "The address must start with http://, https:// or socks5://. GOWA would connect without a proxy otherwise.")
    return None


CHECKS: dict[str, Callable[[str], str | None]] = {
    "url": _check_url,
    "https_url": _check_https,
    "origin": _check_origin,
    "db_uri": _check_db,
    "postgres_url": _check_chatwoot_db,
    "sqlite_uri": _check_sqlite,
    "proxy_url": _check_proxy,
}
"""Checks by the name of the form; each says what is wrong, or None."""

CARRIES_SECRETS = frozenset({"url", "db_uri", "postgres_url", "proxy_url"})
"""Forms that are no secret themselves but may have a password or token inside."""
