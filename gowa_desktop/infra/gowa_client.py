"""Asks a running GOWA over its API. Blocks; belongs on a worker. Speaks to this computer only, so never through a proxy.

With the standard library, loaded when it is needed: loading httpx holds up the main thread for a tenth of a second, and this needs
nothing of it.
"""

from __future__ import annotations

import base64
import contextlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from gowa_desktop.domain.errors import GowaAnswerError
from gowa_desktop.domain.whatsapp_state import WhatsAppState, state_from_answers

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import Json
    from gowa_desktop.domain.versions import GowaVersion

_TIMEOUT_S = 5.0
_MAX_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class GowaAddress:
    """Where a running GOWA is reached, and how."""

    base_url: str
    """With the base path, without a slash at the end."""
    version: GowaVersion
    sign_in: tuple[str, str] | None = field(default=None, repr=False)
    """User name and password."""


def read_whatsapp_state(address: GowaAddress) -> WhatsAppState:
    """Ask which accounts are paired and logged in: `/devices`, or `/app/devices` and `/app/status` before v8.

    Raises:
        GowaAnswerError: it cannot be reached, refuses the sign-in, or answers with something else.
    """
    if address.version.has_devices:
        return state_from_answers(address.version, _results(address, "/devices"), None)
    devices = _results(address, "/app/devices")
    # Before v7.1.0 there is no status; then nobody can tell who is logged in.
    status = _results(address, "/app/status") if address.version.at_least("v7.1.0") else None
    return state_from_answers(address.version, devices, status)


def _results(address: GowaAddress, path: str) -> Json:
    import http.client  # noqa: PLC0415 - with what it brings along 3 MB that only an update needs

    try:
        status, body = _ask(address, path)
    except (OSError, http.client.HTTPException) as error:
        raise GowaAnswerError(f"GOWA does not answer: {str(error) or type(error).__name__}.", "Look at its log.") from error
    if len(body) > _MAX_BYTES:
        raise GowaAnswerError("GOWA answered with too much.", "Look at its log.")
    if status == 401:
        raise GowaAnswerError(
            "GOWA refused the sign-in.", "Its users were changed since it was started; restart it so that it knows the new ones."
        )
    if status != 200:
        raise GowaAnswerError(f"GOWA answered with the status {status}.", "Look at its log.")
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise GowaAnswerError("GOWA's answer cannot be read.", "Look at its log.") from error
    return cast("Json", answer.get("results")) if isinstance(answer, dict) else None


def _ask(address: GowaAddress, path: str) -> tuple[int, bytes]:
    import http.client  # noqa: PLC0415 - as above

    parts = urlsplit(address.base_url)
    headers = {"Accept": "application/json", "Connection": "close"}
    if address.sign_in is not None:
        headers["Authorization"] = f"Basic {base64.b64encode(':'.join(address.sign_in).encode()).decode()}"
    with contextlib.closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_TIMEOUT_S)) as connection:
        connection.request("GET", f"{parts.path}{path}", headers=headers)
        with connection.getresponse() as reply:
            return reply.status, reply.read(_MAX_BYTES + 1)
