"""The HTTP interface of every era."""

from __future__ import annotations

import base64
import socket
import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from tests.unit.simulator.simulator_harness import Launcher

ERA_NAMES = ["v7", "v8.0", "v8", "v9"]
MULTI_DEVICE = ERA_NAMES[1:]


@pytest.mark.parametrize(("era", "status"), [("v7", 404), ("v8.0", 400), ("v8", 200), ("v9", 200)])
def test_health_exists_from_v8_4_on(start: Launcher, era: str, status: int) -> None:
    simulator = start(era=era, APP_BASE_PATH="/x" if status == 200 else "").wait_ready()

    reply = simulator.get("/health")

    assert reply.status == status
    assert (reply.text == "OK") is (status == 200)


@pytest.mark.parametrize("era", ERA_NAMES)
def test_start_creates_folders_databases_and_the_log_streams(start: Launcher, era: str) -> None:
    simulator = start(era=era).wait_ready()

    folder = simulator.folder
    assert all((folder / "statics" / name).is_dir() for name in ("qrcode", "senditems", "media"))
    with closing(sqlite3.connect(folder / "storages" / "chatstorage.db")) as chats:
        columns = {row[1] for row in chats.execute("PRAGMA table_info(chats)")}
    assert ("device_id" in columns) is (era != "v7")
    assert (folder / "storages" / "whatsapp.db").read_bytes().startswith(b"SQLite format 3\0")
    assert simulator.stdout.splitlines()[0] == "map[]"
    if era == "v9":
        assert f"INFO Server started on: \thttp://127.0.0.1:{simulator.port}\n" in simulator.stdout
    else:
        assert "│ " in simulator.stdout
        assert f"http://127.0.0.1:{simulator.port} " in simulator.stdout
        assert "Fiber v2.52." in simulator.stdout
    assert 'level=warning msg="GOWA simulator, not WhatsApp' in simulator.stderr


def test_app_info_exists_in_v9_only(start: Launcher) -> None:
    reply = start(era="v9").wait_ready().get("/app/info")

    assert reply.headers["content-type"] == "application/json; charset=utf-8"
    assert reply.results == {
        "base_path": "", "chatwoot_enabled": False, "max_file_size": 50000000, "max_image_size": 20000000,
        "max_video_size": 100000000, "os": "GOWA", "version": "v9.2.0",
    }  # fmt: skip
    older = start(era="v8").wait_ready().get("/app/info")
    assert (older.status, older.code) == (400, "DEVICE_ID_REQUIRED")
    assert older.headers["content-type"] == "application/json"


def test_v7_has_one_account_without_device_routes(start: Launcher) -> None:
    simulator = start(era="v7").wait_ready()

    assert (simulator.get("/devices").status, simulator.get("/devices").text) == (404, "Cannot GET /devices")
    assert simulator.get("/app/devices").json == {
        "code": "SUCCESS", "message": "Fetch device success", "results": None,
    }  # fmt: skip
    assert set(simulator.get("/app/login").results) == {"qr_link", "qr_duration"}
    assert set(simulator.get("/app/login-with-code?phone=628111").results) == {"pair_code"}
    simulator.post("/sim/pair", {"phone": "628111222333"})
    jid = "628111222333:1@s.whatsapp.net"
    assert simulator.get("/app/status").results == {"device_id": jid, "is_connected": True, "is_logged_in": True}
    assert simulator.get("/app/devices").results == [{"name": "Simulated phone 2333", "device": jid}]
    assert simulator.get("/app/logout").json == {"code": "SUCCESS", "message": "Success logout"}
    assert simulator.get("/app/status").results["is_logged_in"] is False


@pytest.mark.parametrize("era", MULTI_DEVICE)
def test_device_rules(start: Launcher, era: str) -> None:
    simulator = start(era=era).wait_ready()

    nobody = simulator.get("/app/status")
    simulator.post("/devices", {"device_id": "one"})
    only = simulator.get("/app/status")
    simulator.post("/devices", {"device_id": "two"})
    several = simulator.get("/app/status")

    assert (nobody.status, nobody.code) == (400, "DEVICE_ID_REQUIRED")
    assert only.results["device_id"] == "one"
    assert (several.status, several.code) == (400, "DEVICE_ID_REQUIRED")
    assert simulator.get("/app/status?device_id=two").results["device_id"] == "two"
    assert simulator.get("/app/status?device_id=two", X_Device_Id="one").results["device_id"] == "one"
    missing = simulator.get("/app/status", X_Device_Id="three")
    assert (missing.status, missing.code, missing.results) == (404, "DEVICE_NOT_FOUND", {"device_id": "three"})
    assert ("jid" in only.results) is (era in {"v8", "v9"})


@pytest.mark.parametrize("era", MULTI_DEVICE)
def test_devices_are_added_listed_and_removed(start: Launcher, era: str) -> None:
    simulator = start(era=era).wait_ready()

    assert simulator.get("/devices").json == {"code": "SUCCESS", "message": "List devices", "results": None}
    added = simulator.post("/devices", {"device_id": "one"})
    assert set(added.results) == {"id", "display_name", "jid", "state", "created_at"}
    again = simulator.post("/devices", {"device_id": "one"})
    assert (again.status, again.json["message"]) == (500, "device one already exists")
    assert simulator.post("/devices", "{bad").json == {"code": "BAD_REQUEST", "message": "Invalid request body"}
    generated = simulator.post("/devices", {}).results["id"]
    assert len(generated) == 36
    first = simulator.get("/devices").results[0]
    assert (first["id"], first["state"], "jid" in first) == ("one", "disconnected", False)
    assert simulator.get("/devices/one").results["id"] == "one"
    assert simulator.get("/devices/no").status == 500
    assert simulator.get("/devices/no/status").json["message"] == "device no not found"
    status = {"device_id": "one", "is_connected": False, "is_logged_in": False}
    assert simulator.get("/devices/one/status").results == status
    assert simulator.request("DELETE", "/devices/one").json == {"code": "SUCCESS", "message": "Device removed"}
    assert simulator.request("DELETE", "/devices/one").status == 200
    assert [entry["id"] for entry in simulator.get("/devices").results] == [generated]


@pytest.mark.parametrize(("era", "text"), [("v8", "Cannot GET /no"), ("v9", "Not Found")])
def test_unknown_paths_and_methods(start: Launcher, era: str, text: str) -> None:
    simulator = start(era=era).wait_ready()

    assert simulator.get("/no").code == "DEVICE_ID_REQUIRED"
    simulator.post("/devices", {"device_id": "only"})
    assert (simulator.get("/no").status, simulator.get("/no").text) == (404, text)
    wrong = simulator.request("DELETE", "/devices")
    assert (wrong.status, wrong.headers["allow"]) == (405, "GET, HEAD, POST")


def test_pairing_shows_in_every_list_and_survives_a_restart(start: Launcher) -> None:
    simulator = start(era="v9").wait_ready()
    simulator.post("/devices", {"device_id": "shop"})
    simulator.post("/devices", {"device_id": "home"})

    simulator.post("/sim/pair", {"device_id": "shop", "phone": "628111222333"})

    entry = simulator.get("/devices/shop").results
    jid = "628111222333:2@s.whatsapp.net"
    assert list(entry) == ["id", "phone_number", "display_name", "state", "jid", "created_at"]
    assert (entry["state"], entry["jid"], entry["phone_number"]) == ("logged_in", jid, "628111222333")
    assert simulator.get("/app/status", X_Device_Id="628111222333@s.whatsapp.net").results["device_id"] == "shop"
    assert simulator.get("/devices/shop/login").code == "ALREADY_LOGGED_IN"
    simulator.post("/sim/disconnect", {"device_id": "shop"})
    assert simulator.get("/devices/shop").results["state"] == "disconnected"
    assert simulator.get("/devices/shop/login").code == "SESSION_SAVED_ERROR"
    assert simulator.post("/devices/shop/reconnect").json["message"] == "Reconnect requested"
    assert simulator.post("/devices/home/reconnect").json["message"] == "device home client not initialized"
    simulator.terminate()

    again = start(era="v9").wait_ready()
    assert [entry["id"] for entry in again.get("/devices").results] == ["shop", "home"]
    assert again.get("/devices/shop").results["jid"] == jid


def test_lost_databases_lose_what_gowa_keeps_in_them(start: Launcher) -> None:
    simulator = start(era="v9").wait_ready()
    simulator.post("/devices", {"device_id": "shop"})
    simulator.post("/sim/pair", {"phone": "628111"})
    simulator.terminate()
    (simulator.folder / "storages" / "chatstorage.db").unlink()

    without_chats = start(era="v9").wait_ready()
    assert [entry["id"] for entry in without_chats.get("/devices").results] == ["628111:1@s.whatsapp.net"]
    without_chats.terminate()
    (simulator.folder / "storages" / "whatsapp.db").unlink()

    without_sessions = start(era="v9").wait_ready()
    assert all("jid" not in entry for entry in without_sessions.get("/devices").results)


def test_logout_keeps_the_slot_from_v8_10_on(start: Launcher) -> None:
    for era, kept in (("v8.0", None), ("v9", ["one"])):
        simulator = start(era=era).wait_ready()
        simulator.post("/devices", {"device_id": "one"})
        assert simulator.post("/devices/one/logout").json["message"] == "Logout requested"
        devices = simulator.get("/devices").results
        assert (devices and [entry["id"] for entry in devices]) == kept
        simulator.terminate()
        (simulator.folder / "storages" / "sim-devices.json").unlink()


def test_qr_login_gives_a_picture_that_disappears(start: Launcher) -> None:
    simulator = start(era="v8", faults="qr-life=150", APP_BASIC_AUTH="u:p", APP_BASE_PATH="gowa").wait_ready()
    login = {"Authorization": f"Basic {base64.b64encode(b'u:p').decode()}"}
    simulator.request("POST", "/gowa/devices", {"device_id": "one"}, login)

    results = simulator.request("GET", "/gowa/devices/one/login", None, login).results

    assert list(results) == ["device_id", "qr_duration", "qr_link"]
    assert results["qr_duration"] == 30
    link = urlsplit(results["qr_link"])
    assert (link.netloc, link.path[:29]) == (f"127.0.0.1:{simulator.port}", "/gowa/statics/qrcode/scan-qr-")
    picture = simulator.get(link.path)
    assert (picture.status, picture.headers["content-type"]) == (200, "image/png")
    assert picture.body.startswith(b"\x89PNG\r\n\x1a\n")
    state = simulator.request("GET", "/gowa/devices/one", None, login).results["state"]
    assert state == "connected"
    simulator.wait_until(lambda: simulator.get(link.path).status == 401)
    assert list((simulator.folder / "statics" / "qrcode").iterdir()) == []


def test_login_of_an_unknown_device_makes_a_slot_that_is_gone_after_a_restart(start: Launcher) -> None:
    simulator = start(era="v9").wait_ready()
    assert simulator.get("/devices/ghost/login").status == 200
    assert simulator.get("/devices/ghost").status == 200
    simulator.terminate()

    assert start(era="v9").wait_ready().get("/devices").results is None


def test_v8_0_has_no_login_per_device(start: Launcher) -> None:
    simulator = start(era="v8.0").wait_ready()
    simulator.post("/devices", {"device_id": "one"})

    reply = simulator.get("/devices/one/login")

    assert (reply.status, reply.json["message"].endswith("not implemented yet")) == (500, True)
    assert simulator.get("/app/login").results["device_id"] == "one"


def test_login_code_checks_the_number(start: Launcher) -> None:
    simulator = start(era="v9").wait_ready()
    simulator.post("/devices", {"device_id": "one"})

    code = simulator.post("/devices/one/login/code?phone=%2B628111").results["pair_code"]
    blank = simulator.post("/devices/one/login/code")
    bad = simulator.get("/app/login-with-code?phone=abc")

    assert (len(code), code[4]) == (9, "-")
    assert blank.json == {"code": "VALIDATION_ERROR", "message": "phone_number(): cannot be blank"}
    assert bad.json["message"] == "phone_number(abc): must be in a valid format"


def test_offline_fault_makes_logins_fail_as_without_network(start: Launcher) -> None:
    simulator = start(era="v9", faults="offline").wait_ready()
    simulator.post("/devices", {"device_id": "one"})

    reply = simulator.get("/devices/one/login")

    assert (reply.status, reply.json) == (401, {"code": "AUTHENTICATION_ERROR", "message": "reconnect error"})
    assert simulator.post("/devices/one/login/code?phone=628111").status == 500


def test_device_webhook_is_read_and_replaced(start: Launcher) -> None:
    simulator = start(era="v9").wait_ready()
    added = simulator.post("/devices", {"device_id": "one", "webhook_url": "http://a/", "webhook_secret": "s"})
    assert (added.results["webhook_url"], added.results["webhook_events"]) == ("http://a/", "")
    assert simulator.post("/devices", {"device_id": "x", "webhook_events": ["message"]}).status == 400

    path = "/devices/one/webhook"
    assert simulator.get(path).results["webhook_secret"] == "s"
    assert simulator.request("PATCH", path, {}).json["message"] == "webhook_url is required"
    assert simulator.request("PATCH", path, {"webhook_url": ""}).results == {
        "device_id": "one", "webhook_url": "", "webhook_secret": "", "webhook_events": "",
        "webhook_insecure_skip_verify": False,
    }  # fmt: skip
    assert simulator.get("/devices/no/webhook").json == {"code": "NOT_FOUND", "message": "device not found"}


def test_passkey_routes(start: Launcher) -> None:
    simulator = start(era="v8").wait_ready()
    simulator.post("/devices", {"device_id": "one"})

    assert simulator.get("/app/passkey").results == {
        "challenge": None, "code": "", "device_id": "one", "skip_handoff_ux": False, "status": "none",
    }  # fmt: skip
    assert simulator.post("/app/passkey/response", {}).status == 400
    assert simulator.post("/app/passkey/confirm", {}).status == 500


def test_send_message_checks_fields_and_connection(start: Launcher) -> None:
    simulator = start(era="v9").wait_ready()
    simulator.post("/devices", {"device_id": "one"})
    good = {"phone": "628111222333", "message": "hello"}

    def message(body: object) -> tuple[int, str]:
        reply = simulator.post("/send/message", body)
        return reply.status, reply.json["message"]

    assert message({"message": "x"}) == (400, "phone: cannot be blank.")
    assert message({"phone": "628"}) == (400, "message: cannot be blank.")
    assert message({"phone": "0811", "message": "x"})[1].startswith("phone number must be in international format")
    assert message({**good, "duration": 5})[1].startswith("duration must be one of")
    assert message("{bad") == (
        500, "bind from body: invalid character 'b' looking for beginning of object key string",
    )  # fmt: skip
    assert simulator.post("/send/message", good).code == "INVALID_WA_CLI"
    simulator.get("/app/login")
    assert message(good) == (401, "you are not logged in")
    simulator.post("/sim/pair")
    reply = simulator.post("/send/message", good)
    assert reply.results["status"].startswith("Message sent to 628111222333@s.whatsapp.net (server timestamp: ")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert simulator.request("POST", "/send/message", "phone=628111&message=x", form).status == 200
    simulator.post("/sim/disconnect")
    assert message(good) == (401, "you are not connect to services server, please reconnect")


@pytest.mark.parametrize(
    ("era", "challenge"),
    [("v7", "basic realm=Restricted"), ("v9", 'Basic realm="Restricted", charset="UTF-8"')],
)
def test_basic_auth_and_base_path(start: Launcher, era: str, challenge: str) -> None:
    simulator = start(era=era, APP_BASIC_AUTH="u:p,u2:p2", APP_BASE_PATH="/g").wait_ready()

    def status(path: str, account: bytes) -> int:
        return simulator.get(path, Authorization="Basic " + base64.b64encode(account).decode()).status

    refused = simulator.get("/g/app/devices")
    assert (refused.status, refused.text, refused.headers["www-authenticate"]) == (401, "Unauthorized", challenge)
    assert status("/g/", b"u2:p2") == 200
    assert status("/g/", b"u:p2") == 401
    assert status("/", b"u:p") == 404
    assert simulator.get("/health").status == (200 if era == "v9" else 401)
    media = simulator.folder / "statics" / "media" / "a.txt"
    media.write_text("public", encoding="utf-8")
    assert simulator.get("/g/statics/media/a.txt").text == "public"
    assert simulator.get("/g/statics/../storages/whatsapp.db").status == 401
    assert simulator.get("/g/statics/media").status == 401


def test_cors_allows_everybody_unless_listed(start: Launcher) -> None:
    open_to_all = start(era="v9").wait_ready()
    assert open_to_all.get("/devices", Origin="http://x").headers["access-control-allow-origin"] == "*"
    preflight = {"Origin": "http://x", "Access-Control-Request-Method": "GET"}
    answer = open_to_all.request("OPTIONS", "/devices", None, preflight)
    assert (answer.status, "X-Device-Id" in answer.headers["access-control-allow-headers"]) == (204, True)

    listed = start(era="v9", APP_CORS_ALLOWED_ORIGINS="http://x").wait_ready()
    assert listed.get("/devices", Origin="http://x").headers["access-control-allow-origin"] == "http://x"
    assert "access-control-allow-origin" not in listed.get("/devices", Origin="http://y").headers


def test_page_says_that_it_is_a_simulator(start: Launcher) -> None:
    simulator = start(era="v8").wait_ready()
    simulator.post("/devices", {"device_id": "<shop>"})

    page = simulator.get("/")

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "GOWA simulator, not WhatsApp" in page.text
    assert "v8.11.0" in page.text
    assert str(simulator.port) in page.text
    assert "&lt;shop&gt;" in page.text


def test_debug_mode_logs_a_line_per_request(start: Launcher) -> None:
    simulator = start(era="v9", APP_DEBUG="true").wait_ready()
    simulator.get("/devices")

    assert "| 200 |" in simulator.stdout
    assert "|       127.0.0.1 | GET     | /devices " in simulator.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="needs a second loopback address")
def test_v7_listens_on_loopback_although_it_has_no_host_option(start: Launcher) -> None:
    simulator = start(era="v7", APP_HOST="0.0.0.0").wait_ready()  # the era does not know the variable

    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.2", simulator.port))


def test_control_interface_refuses_web_pages_and_reports_the_state(start: Launcher) -> None:
    simulator = start(era="v9", APP_BASIC_AUTH="u:p", faults="qr-life=9").wait_ready()

    state = simulator.get("/sim/state").json

    assert simulator.get("/sim/state", Origin="http://x").status == 403
    assert simulator.get("/sim/nothing").status == 404
    assert (state["pid"], state["era"], state["port"]) == (simulator.process.pid, "v9", simulator.port)
    assert (state["faults"], state["settings"]["basic-auth"]) == ({"qr-life": "9"}, "***")
    assert simulator.post("/sim/pair").status == 400


def test_keep_alive_and_chunked_request_bodies(start: Launcher) -> None:
    simulator = start(era="v9").wait_ready()
    body = b'5\r\n{"dev\r\nf\r\nice_id": "one"}\r\n0\r\n\r\n'
    post = b"POST /devices HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + body

    with socket.create_connection(("127.0.0.1", simulator.port), timeout=5) as client:
        client.sendall(post)
        first = client.recv(4096)
        client.sendall(b"GET /devices/one HTTP/1.1\r\nHost: x\r\n\r\n")
        second = client.recv(4096)
        client.sendall(b"rubbish\r\n\r\n")
        third = client.recv(4096)

    assert first.startswith(b"HTTP/1.1 200 OK")
    assert b'"id":"one"' in second
    assert third.startswith(b"HTTP/1.1 400 Bad Request")
