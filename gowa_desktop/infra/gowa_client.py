"""Asks a running GOWA over its API. Blocks; belongs on a worker. Speaks to this computer only, so never through a proxy."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from gowa_desktop.domain.errors import GowaAnswerError
from gowa_desktop.domain.whatsapp_state import WhatsAppState, state_from_answers

if TYPE_CHECKING:
    import httpx

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
    import httpx  # noqa: PLC0415 - costs 100 ms, and most runs of the program never need it

    with httpx.Client(auth=address.sign_in, timeout=_TIMEOUT_S, trust_env=False, follow_redirects=False) as client:
        try:
            if address.version.has_devices:
                return state_from_answers(address.version, _results(client, f"{address.base_url}/devices"), None)
            devices = _results(client, f"{address.base_url}/app/devices")
            # Before v7.1.0 there is no status; then nobody can tell who is logged in.
            status = _results(client, f"{address.base_url}/app/status") if address.version.at_least("v7.1.0") else None
            return state_from_answers(address.version, devices, status)
        except httpx.HTTPError as error:
            raise GowaAnswerError(f"GOWA does not answer: {str(error) or type(error).__name__}.", "Look at its log.") from error


def _results(client: httpx.Client, url: str) -> Json:
    with client.stream("GET", url) as reply:
        body = b""
        for chunk in reply.iter_bytes():
            body += chunk
            if len(body) > _MAX_BYTES:
                raise GowaAnswerError("GOWA answered with too much.", "Look at its log.")
    if reply.status_code == 401:
        raise GowaAnswerError(
            "GOWA refused the sign-in.", "Its users were changed since it was started; restart it so that it knows the new ones."
        )
    if reply.status_code != 200:
        raise GowaAnswerError(f"GOWA answered with the status {reply.status_code}.", "Look at its log.")
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise GowaAnswerError("GOWA's answer cannot be read.", "Look at its log.") from error
    return cast("Json", answer.get("results")) if isinstance(answer, dict) else None
