"""A distinctive secret for every place of a config that can hold one, and looking for them."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import quote

import psutil

from gowa_desktop.domain.options import OPTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gowa_desktop.domain.json_types import JsonObject
    from gowa_desktop.domain.versions import GowaVersion
    from gowa_desktop.services.instances.instance_service import InstanceService

HUSH = "hu5hHU5H"
"""Begins every secret, so that one search finds them all."""

SECRET_FLAGS: JsonObject = {
    "basicAuth": [{"username": "admin", "password": f"{HUSH}-one$%\\"}, {"username": "bot", "password": f"{HUSH}-two"}],
    "webhooks": [f"http://user:{HUSH}-hook@127.0.0.1:1/path?token={HUSH}-token&page=2", f"https://{HUSH}-user@x.invalid/h"],
    "webhookSecret": f'{HUSH}-secret "quoted"',
    "whatsappProxy": f"socks5://user:{HUSH}-proxy@127.0.0.1:1",
    "uiGithubToken": f"{HUSH}-github",
    "chatwootEnabled": True,
    "chatwootUrl": "http://127.0.0.1:1",
    "chatwootAccountId": 1,
    "chatwootAutoCreate": True,
    "chatwootApiToken": f"{HUSH}-chatwoot",
    "chatwootWebhookUrl": f"https://user:{HUSH}-public@x.invalid/chatwoot/webhook",
    "chatwootWebhookSecret": f"{HUSH}-incoming",
    "chatwootImportDbUri": f"postgres://user:{HUSH}-import@127.0.0.1:1/chatwoot",
}

EXTRA_SECRETS: JsonObject = {"MY_API_KEY": f"{HUSH}-extra", "OTHER_PROXY": f"http://user:{HUSH}-other@127.0.0.1:1", "PLAIN": "not secret"}


def known_secrets(version: GowaVersion) -> JsonObject:
    """Give the secrets for the options a version has, with what is needed to use them."""
    keys = {option.key for option in OPTIONS if option.known_by(version)}
    return {key: value for key, value in SECRET_FLAGS.items() if key in keys}


def everything_shown(service: InstanceService, instance_id: int) -> dict[str, str]:
    """Give all that the program shows about an instance, and what it writes for itself, by where that is."""
    status = service.status(instance_id)
    shown = {
        "status": repr(status),
        "log": "\n".join(service.log_tail(instance_id, 2000)),
        "preview": repr(service.preview(instance_id, service.config(instance_id))),
        "pending changes": repr(service.pending_changes(instance_id)),
        "last exit": repr(service.last_exit(instance_id)),
        "exit reports": repr(service.exit_reports(instance_id)),
        "curl": service.connection(instance_id).curl(masked=True),
    }
    for name in (".gowa-desktop-launch.json", ".gowa-desktop-exits.jsonl", ".gowa-desktop-process.json"):
        path = service.folder(instance_id) / name
        shown[name] = path.read_text(encoding="utf-8") if path.exists() else ""
    if status.pid is not None:
        shown["command line"] = "\0".join(psutil.Process(status.pid).cmdline())
    return shown


def find_secrets(shown: Mapping[str, str]) -> dict[str, str]:
    """Give the places in which a secret shows, with what stands around it."""
    forms = {HUSH, quote(HUSH, safe=""), base64.b64encode(f"admin:{HUSH}".encode()).decode()[:16]}
    found = {}
    for place, text in shown.items():
        for form in forms:
            at = text.find(form)
            if at >= 0:
                found[place] = text[max(0, at - 60) : at + 60]
    return found
