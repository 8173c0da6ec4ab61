"""Options for access, dashboard, MCP and storage, saved as the form saves them, and their effect on a real GOWA seen from outside."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from typing import TYPE_CHECKING

import psutil
import pytest

from gowa_desktop.domain.errors import ConfigInvalidError
from gowa_desktop.domain.options import BY_KEY
from tests.real_gowa.receivers import GitHubProxy, closing_all, make_certificate

if TYPE_CHECKING:
    from pathlib import Path

    from gowa_desktop.domain.json_types import JsonObject
    from tests.real_gowa.real_instance import RealInstance

pytestmark = pytest.mark.real_gowa

PASSWORD = "p w;#$'%\\ü日本"
LOGIN = ("ad min", PASSWORD)
LOGINS: JsonObject = {"username": LOGIN[0], "password": LOGIN[1]}
INITIALIZE: JsonObject = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {"protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}  # fmt: skip
MCP_HEADERS = {"Accept": "application/json, text/event-stream"}


def need(real: RealInstance, key: str) -> None:
    """Skip where the version has no such option."""
    if not BY_KEY[key].known_by(real.version):
        pytest.skip(f"{real.version.tag} has no {key}")


def devices_path(real: RealInstance) -> str:
    return "/devices" if real.version.has_devices else "/app/devices"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of 127.0.0.0/8")
def test_port_and_host_are_where_it_listens(real: RealInstance) -> None:
    assert real.try_start() is None
    listening = {c.laddr for c in real.process.net_connections("tcp") if c.status == psutil.CONN_LISTEN}
    assert {port for _, port in listening} == {real.port}
    if not BY_KEY["host"].known_by(real.version):
        assert {address for address, _ in listening} & {"0.0.0.0", "::"}
        return
    assert {address for address, _ in listening} == {"127.0.0.1"}
    real.start_with({"host": "127.0.0.2"})
    assert {c.laddr.ip for c in real.process.net_connections("tcp") if c.status == psutil.CONN_LISTEN} == {"127.0.0.2"}
    assert real.ask(devices_path(real), host="127.0.0.2").status == 200


def test_basic_auth_lets_in_with_exactly_this_password(real: RealInstance) -> None:
    real.start_with({"basicAuth": [LOGINS, {"username": "second", "password": "x"}]})
    path = devices_path(real)
    assert real.ask(path).status == 401
    assert real.ask(path, login=(LOGIN[0], PASSWORD[:-1])).status == 401
    assert real.ask(path, login=LOGIN).status == 200
    assert real.ask(path, login=("second", "x")).status == 200
    assert PASSWORD not in " ".join(real.process.cmdline())


def test_base_path_stands_before_every_address(real: RealInstance) -> None:
    real.start_with({"basePath": "/gowa/one"})
    assert real.ask(f"/gowa/one{devices_path(real)}").status == 200
    assert real.ask(devices_path(real)).status in {400, 404}
    assert real.services.instances.connection(real.id).base_url.endswith("/gowa/one")


def test_debug_writes_requests_and_trusted_proxies_are_believed(real: RealInstance) -> None:
    headers = {"X-Forwarded-Host": "203.0.113.7"}
    real.start()
    real.ask(devices_path(real))
    real.stop()
    assert "GET" not in real.log()

    real.start_with({"debug": True})
    real.ask(devices_path(real), headers=headers)
    real.wait_for_log("GET")
    assert "203.0.113.7" not in real.log()
    real.start_with({"debug": True, "trustedProxies": ["127.0.0.1", "10.0.0.0/8"]})
    real.ask(devices_path(real), headers=headers)
    real.wait_for_log("203.0.113.7")
    real.start_with({"debug": False, "trustedProxies": []})
    length = len(real.log())
    real.ask(devices_path(real), headers=headers)
    real.stop()
    assert "203.0.113.7" not in real.log()[length:]


def test_cors_allows_the_pages_that_are_listed_and_no_others(real: RealInstance) -> None:
    need(real, "corsAllowedOrigins")

    def allowed(origin: str) -> str | None:
        return real.ask("/devices", headers={"Origin": origin}).headers.get("Access-Control-Allow-Origin")

    real.start()
    own = f"http://127.0.0.1:{real.port}"
    assert allowed(own) == own
    assert allowed("https://panel.example.com") is None
    real.start_with({"corsAllowedOrigins": ["https://panel.example.com", "https://*.other.example"]})
    assert allowed("https://panel.example.com") == "https://panel.example.com"
    assert allowed("https://sub.other.example") == "https://sub.other.example"
    assert allowed(own) is None
    real.start_with({"corsAllowedOrigins": []})
    assert allowed("https://anybody.example") == "*"


def test_os_and_version_are_told_where_gowa_tells_them(real: RealInstance) -> None:
    real.start_with({"os": 'My "shop", ü'})
    if real.version.at_least("v9.0.0"):
        info = real.ask("/app/info").data["results"]
        assert isinstance(info, dict)
        assert info["os"] == 'My "shop", ü'
    assert real.environment["APP_OS"] == 'My "shop", ü'


def test_ui_enabled_serves_the_dashboard_or_a_note(real: RealInstance) -> None:
    need(real, "uiEnabled")
    real.start_with({"uiAutoUpdate": False})
    assert "<html" in real.ask("/").body.lower()
    real.start_with({"uiEnabled": False})
    assert "UI disabled" in real.ask("/").body


def test_ui_auto_update_asks_github_only_when_on(real: RealInstance) -> None:
    need(real, "uiAutoUpdate")
    proxy = GitHubProxy()
    with closing_all(proxy):
        real.start_with({"uiAutoUpdate": False}, {"HTTPS_PROXY": proxy.address})
        real.ask("/")
        real.stop()
        assert proxy.targets == []
        real.start_with({"uiAutoUpdate": True})
        real.wait_until(lambda: proxy.targets == ["api.github.com:443"], "a call to GitHub")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="a certificate is made with openssl")
def test_ui_repo_asset_name_and_token_say_what_is_fetched(real: RealInstance, tmp_path: Path) -> None:
    need(real, "uiRepo")
    certificate = make_certificate(tmp_path)
    page = b"<html>our own page</html>"
    proxy = GitHubProxy(certificate, page, "my page.html")
    flags: JsonObject = {"uiRepo": "me/my-ui", "uiAssetName": "my page.html", "uiGithubToken": "ghp_hush!x", "uiAutoUpdate": True}
    with closing_all(proxy):
        real.start_with(flags, {"HTTPS_PROXY": proxy.address, "SSL_CERT_FILE": str(certificate[0])})
        real.wait_until(lambda: real.ask("/").body == page.decode(), "the page")
    assert [one.path for one in proxy.asked] == ["/repos/me/my-ui/releases/latest", "/page"]
    assert proxy.asked[0].headers["Authorization"] == "Bearer ghp_hush!x"
    assert "ghp_hush" not in " ".join(real.process.cmdline())
    # A page of one's own choice is not given to the other instances.
    real.services.dashboard.look()
    assert not real.services.paths.dashboard.exists()


def test_ui_asset_sha256_serves_only_the_page_it_names(real: RealInstance) -> None:
    need(real, "uiAssetSha256")
    folder = real.folder / "storages" / "ui"
    folder.mkdir(parents=True)
    (folder / "index.html").write_bytes(b"<html>seeded</html>")
    real.start_with({"uiAutoUpdate": False})
    assert real.ask("/").body == "<html>seeded</html>"
    real.start_with({"uiAssetSha256": "AB" * 32})
    assert "seeded" not in real.ask("/").body
    assert "does not match the pinned sha256" in real.log()
    real.start_with({"uiAssetSha256": hashlib.sha256(b"<html>seeded</html>").hexdigest().upper()})
    assert real.ask("/").body == "<html>seeded</html>"


def test_shared_dashboard_is_served_by_an_instance_that_never_fetched_one(real: RealInstance) -> None:
    need(real, "uiEnabled")
    html = b"<html>shared by all</html>"
    shared = real.services.paths.dashboard
    shared.mkdir(parents=True)
    (shared / "index.html").write_bytes(html)
    digest = hashlib.sha256(html).hexdigest()
    meta = {"tag": "v1", "asset_name": "gowa-ui.html", "sha256": digest, "etag": "", "downloaded_at": "2026-08-22T10:00:00Z"}
    (shared / "meta.json").write_text(json.dumps(meta))
    real.start()
    assert real.environment["APP_UI_AUTO_UPDATE"] == "false"
    assert real.ask("/").body == html.decode()


def test_mcp_enabled_answers_at_mcp_only_when_on(real: RealInstance) -> None:
    need(real, "mcpEnabled")
    real.start()
    assert real.ask("/mcp", method="POST", body=INITIALIZE, headers=MCP_HEADERS).status in {400, 404}
    real.start_with({"mcpEnabled": True, "basicAuth": [LOGINS]})
    assert real.ask("/mcp", method="POST", body=INITIALIZE, headers=MCP_HEADERS).status == 401
    answer = real.ask("/mcp", method="POST", body=INITIALIZE, headers=MCP_HEADERS, login=LOGIN)
    assert answer.status == 200
    assert "serverInfo" in answer.body


def test_mcp_oauth_is_told_to_clients(real: RealInstance) -> None:
    need(real, "mcpOauthEnabled")
    flags: JsonObject = {
        "basicAuth": [LOGINS],
        "basePath": "/gowa",
        "mcpEnabled": True,
        "mcpOauthEnabled": True,
        "mcpOauthIssuerUrl": "https://gowa.example.com",
        "mcpOauthDbUri": "file:storages/own-oauth.db",
    }
    real.start_with(flags)
    server = real.ask("/.well-known/oauth-authorization-server").data
    assert server["issuer"] == "https://gowa.example.com"
    resource = real.ask("/.well-known/oauth-protected-resource/gowa/mcp").data
    assert resource["resource"] == "https://gowa.example.com/gowa/mcp"
    assert (real.folder / "storages" / "own-oauth.db").is_file()
    real.start_with({"mcpOauthResourceUrl": "https://gowa.example.com/other/mcp"})
    resource = real.ask("/.well-known/oauth-protected-resource/other/mcp").data
    assert resource["resource"] == "https://gowa.example.com/other/mcp"
    real.start_with({"mcpOauthEnabled": False})
    assert real.ask("/.well-known/oauth-authorization-server").status != 200


def test_db_uri_and_db_keys_uri_say_where_the_session_lies(real: RealInstance) -> None:
    real.start_with({"dbUri": "file:storages/my session.db?_foreign_keys=on", "dbKeysUri": "file:storages/keys%20ü.db?_foreign_keys=on"})
    storages = real.folder / "storages"
    assert (storages / "my session.db").is_file()
    assert (storages / "keys ü.db").is_file()
    assert not (storages / "whatsapp.db").exists()


def test_what_gowa_would_stop_at_is_refused_before_it_is_stored(real: RealInstance) -> None:
    need(real, "mcpOauthEnabled")
    refused: dict[str, JsonObject] = {
        "dbUri": {"dbUri": "postgresql://u:hush@h/db"},
        "corsAllowedOrigins[0]": {"corsAllowedOrigins": ["panel.example.com"]},
        "basicAuth[0]": {"basicAuth": [{"username": "a", "password": "x:y"}]},
        "mcpOauthEnabled": {"mcpEnabled": True, "mcpOauthEnabled": True, "mcpOauthIssuerUrl": "https://x.example"},
        "presencePulseInterval": {"presencePulseInterval": "60"},
    }
    for place, flags in refused.items():
        assert list(real.services.instances.check_config(real.id, {"flags": flags})) == [place]
        with pytest.raises(ConfigInvalidError):
            real.save(flags)
