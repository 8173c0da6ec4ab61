"""What texts with a form of their own must look like: hosts, ranges, JIDs, paths, checksums (GOWA facts 1.2, 1.3 and 1.6).

Addresses with a scheme are in `address_formats`.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from typing import TYPE_CHECKING

from gowa_desktop.domain import address_formats
from gowa_desktop.domain.address_formats import is_host_name, is_ip_address

if TYPE_CHECKING:
    from collections.abc import Callable

_PATH = re.compile(r"/?[A-Za-z0-9._~-]+(?:/[A-Za-z0-9._~-]+)*")
_JID_SERVERS = ("s.whatsapp.net", "g.us", "lid", "newsletter", "broadcast", "bot", "hosted", "hosted.lid", "msgr", "interop")
_JID = re.compile(r"([A-Za-z0-9._:-]{1,64})?@([a-z.]+)")


def unusable_text(text: str) -> str | None:
    """Say why a text cannot be handed to any program; None when it can."""
    if "\x00" in text:
        return "The value contains a NUL character."
    if any("\ud800" <= character <= "\udfff" for character in text):
        return "The value contains a character that is no text (half of a surrogate pair)."
    return None


def has_control(text: str) -> bool:
    """Tell whether a text has line breaks, tabs or other control characters."""
    return any(unicodedata.category(character) == "Cc" for character in text)


def check_format(text_format: str | None, text: str) -> str | None:
    """Say what is wrong with a text of this form; None when it is fine or has no form of its own."""
    check = _CHECKS.get(text_format or "")
    if check is None:
        return None
    if text != text.strip():
        return "There is a space at the beginning or the end."
    return check(text)


def _check_host(text: str) -> str | None:
    if ":" in text or "[" in text:
        if text.startswith("[") and text.endswith("]") and is_ip_address(text[1:-1], 6):
            return None
        return "Write an IPv6 address in brackets, such as [::1], without a port; others such as 127.0.0.1."
    if re.fullmatch(r"[0-9.]+", text):
        return None if is_ip_address(text, 4) else "This is no IPv4 address. Write one such as 127.0.0.1."
    return None if is_host_name(text) else "Write an address such as 127.0.0.1, or the name of this computer."


def _check_cidr(text: str) -> str | None:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return "Write an address such as 10.0.0.1 or a range such as 10.0.0.0/8. GOWA would ignore this."
    return None if re.fullmatch(r"[0-9A-Fa-f:.]+(?:/[0-9]{1,3})?", text) else "Write a range with its length, such as 10.0.0.0/8."


def _check_path(text: str) -> str | None:
    if _PATH.fullmatch(text) and not any(part in {".", ".."} for part in text.split("/")):
        return None
    return "Write a path such as /gowa: letters, digits, dots and dashes, no slash at the end."


def _check_jid(text: str) -> str | None:
    match = _JID.fullmatch(text)
    if match is not None and match[2] in _JID_SERVERS:
        return None
    if match is not None and match[2] == "c.us":
        return f"GOWA never sees this form. Write {match[1] or ''}@s.whatsapp.net."
    if re.fullmatch(r"[0-9]{5,15}", text):
        return f"Write the full JID: {text}@s.whatsapp.net."
    return "Write a full JID such as 4915112345678@s.whatsapp.net or 120363000000000000@g.us, or @g.us for all groups."


def _check_sha256(text: str) -> str | None:
    return None if re.fullmatch(r"[0-9A-Fa-f]{64}", text) else "A SHA-256 has exactly 64 digits of 0-9 and a-f."


def _check_repository(text: str) -> str | None:
    return None if re.fullmatch(r"[A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100}", text) else "Write it as owner/name."


def _check_file_name(text: str) -> str | None:
    return None if re.fullmatch(r"[^/\\]{1,200}", text) else "Write the name of a file, without a folder."


def _check_host_name(text: str) -> str | None:
    if is_host_name(text) or is_ip_address(text, 6):
        return None
    return "Write a host name or address only, without scheme, port and path."


def _check_token(text: str) -> str | None:
    if re.fullmatch(r"[!-~]+", text):
        return None
    return "A token has letters, digits and signs only, no spaces; GOWA could not send this one."


def _trimmed(_text: str) -> str | None:
    return None  # spaces at the ends, which GOWA would cut off, are found for every form


_CHECKS: dict[str, Callable[[str], str | None]] = {
    **address_formats.CHECKS,
    "host": _check_host,
    "cidr": _check_cidr,
    "url_path": _check_path,
    "jid_or_wildcard": _check_jid,
    "sha256hex": _check_sha256,
    "repository": _check_repository,
    "file_name": _check_file_name,
    "host_name": _check_host_name,
    "token": _check_token,
    "trimmed": _trimmed,
}
