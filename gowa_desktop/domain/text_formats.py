"""What texts with a form of their own must look like: addresses, ranges, JIDs, paths, checksums (GOWA facts 1.2, 1.3 and 1.6)."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

_HOST_NAME = re.compile(r"(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?)*\.?")
_PATH = re.compile(r"/?[A-Za-z0-9._~!$&'()*+;=@-]+(?:/[A-Za-z0-9._~!$&'()*+;=@-]+)*")
_JID = re.compile(r"[0-9]+(?:-[0-9]+)?(?:[.:][0-9]+)*@(?:s\.whatsapp\.net|g\.us|lid|newsletter|broadcast|c\.us|bot|hosted|hosted\.lid)")
_WILDCARDS = ("@g.us", "@s.whatsapp.net", "@lid", "@newsletter", "@broadcast")


def unusable_text(text: str) -> str | None:
    """Say why a text cannot be handed to any program; None when it can."""
    if "\x00" in text:
        return "The value contains a NUL character."
    if any("\ud800" <= character <= "\udfff" for character in text):
        return "The value contains a character that is no text (half of a surrogate pair)."
    return None


def check_format(text_format: str | None, text: str) -> str | None:
    """Say what is wrong with a text of this form; None when it is fine or has no form of its own."""
    check = _CHECKS.get(text_format or "")
    if check is None:
        return None
    if text != text.strip():
        return "There is a space at the beginning or the end."
    return check(text)


def _parts(text: str) -> SplitResult | None:
    if re.search(r"\s", text):
        return None
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.hostname else None


def _check_host(text: str) -> str | None:
    if ":" in text or "[" in text:
        if text.startswith("[") and text.endswith("]") and _is_address(text[1:-1], 6):
            return None
        return "Write an IPv6 address in brackets, such as [::1], and no port."
    if re.fullmatch(r"[0-9.]+", text):
        return None if _is_address(text, 4) else "This is no IPv4 address. Write one such as 127.0.0.1."
    return None if _HOST_NAME.fullmatch(text) else "Write an address such as 127.0.0.1, or the name of this computer."


def _is_address(text: str, kind: int) -> bool:
    try:
        return ipaddress.ip_address(text.partition("%")[0]).version == kind
    except ValueError:
        return False


def _check_url(text: str) -> str | None:
    parts = _parts(text)
    if parts is None or parts.scheme not in {"http", "https"}:
        return "This is no web address. It must start with http:// or https:// and have no spaces."
    return None


def _check_https(text: str) -> str | None:
    parts = _parts(text)
    if parts is None or parts.scheme != "https":
        return "The address must start with https://."
    if parts.username or parts.password or "?" in text or "#" in text:
        return "The address cannot have a user, password, query or fragment."
    return None


def _check_origin(text: str) -> str | None:
    if text == "*":
        return None
    parts = _parts(text)
    if parts is None or parts.scheme not in {"http", "https"}:
        return "Write an origin with its scheme, such as https://panel.example.com, or * for every page. GOWA would stop otherwise."
    if parts.path or parts.query or parts.fragment or parts.username or parts.password:
        return "An origin is only scheme, host and port, such as https://panel.example.com, without a slash at the end."
    return None


def _check_cidr(text: str) -> str | None:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return "Write an address such as 10.0.0.1 or a range such as 10.0.0.0/8. GOWA would ignore this."
    return None


def _check_path(text: str) -> str | None:
    if _PATH.fullmatch(text) and not any(part in {".", ".."} for part in text.split("/")):
        return None
    return "Write a path such as /gowa: letters, digits and dashes, no slash at the end, no spaces."


def _check_db(text: str) -> str | None:
    if text.startswith("file:") and len(text) > len("file:"):
        return None
    if text.startswith("postgres:"):
        return _check_postgres(text)
    hint = " Write postgres:// instead of postgresql://." if text.startswith("postgresql:") else ""
    return f"A database address must start with file: or postgres:. GOWA would stop otherwise.{hint}"


def _check_postgres(text: str) -> str | None:
    if text.startswith("postgres://") and _parts(text) is not None:
        return None
    return "Write postgres://user:password@host:5432/name. In the password, write %2F for / and %40 for @."


def _check_sqlite(text: str) -> str | None:
    return None if text.startswith("file:") and len(text) > len("file:") else "Write file:path, such as file:storages/oauth.db."


def _check_proxy(text: str) -> str | None:
    parts = _parts(text)
    if parts is None or parts.scheme not in {"http", "https", "socks5"}:
        return "The address must start with http://, https:// or socks5://. GOWA would connect without a proxy otherwise."
    return None


def _check_jid(text: str) -> str | None:
    if text in _WILDCARDS or _JID.fullmatch(text):
        return None
    return "Write a full JID such as 4915112345678@s.whatsapp.net or 120363000000000000@g.us, or @g.us for all groups."


def _check_sha256(text: str) -> str | None:
    return None if re.fullmatch(r"[0-9A-Fa-f]{64}", text) else "A SHA-256 has exactly 64 digits of 0-9 and a-f."


def _check_repository(text: str) -> str | None:
    return None if re.fullmatch(r"[A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100}", text) else "Write it as owner/name."


def _check_file_name(text: str) -> str | None:
    return None if re.fullmatch(r"[^/\\]{1,200}", text) else "Write the name of a file, without a folder."


def _check_host_name(text: str) -> str | None:
    if _HOST_NAME.fullmatch(text) or _is_address(text.strip("[]"), 6):
        return None
    return "Write a host name or address only, without scheme, port and path."


_CHECKS: dict[str, Callable[[str], str | None]] = {
    "host": _check_host,
    "url": _check_url,
    "https_url": _check_https,
    "origin": _check_origin,
    "cidr": _check_cidr,
    "url_path": _check_path,
    "db_uri": _check_db,
    "postgres_url": _check_postgres,
    "sqlite_uri": _check_sqlite,
    "proxy_url": _check_proxy,
    "jid_or_wildcard": _check_jid,
    "sha256hex": _check_sha256,
    "repository": _check_repository,
    "file_name": _check_file_name,
    "host_name": _check_host_name,
}
