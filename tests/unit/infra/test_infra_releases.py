"""The list of releases: all pages, the copy on the disk, what costs nothing, and every fault of the server in plain words."""

from __future__ import annotations

import json
import socket
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.app_settings import NO_PROXY
from gowa_desktop.domain.errors import CancelledError, FolderError, GowaError, NetworkError, RateLimitedError, ReleaseIncompleteError
from gowa_desktop.infra.cancel_flag import CancelFlag
from gowa_desktop.infra.releases import ReleaseClient, ReleaseList
from gowa_desktop.infra.web_client import BusyServerError, CutError, WebAccess
from tests.release_server import ReleaseServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
TOKEN = "ghp_secret"


@pytest.fixture
def server() -> Iterator[ReleaseServer]:
    with ReleaseServer() as server:
        yield server


@pytest.fixture
def client(tmp_path: Path) -> ReleaseClient:
    return ReleaseClient(tmp_path / "releases.json", lambda: NOW)


def access(server: ReleaseServer, **changes: object) -> WebAccess:
    return WebAccess(server.address, proxy=NO_PROXY, **changes)  # type: ignore[arg-type]


def ask(client: ReleaseClient, where: WebAccess) -> ReleaseList:
    return client.refresh(where, CancelFlag())


def tags(found: ReleaseList) -> list[str]:
    return [release.tag for release in found.releases]


def fill(server: ReleaseServer, count: int) -> None:
    for number in range(count):
        server.add(f"v8.{number}.0", b"zip")


def test_refresh_brings_all_pages_ordered_by_version(server: ReleaseServer, client: ReleaseClient) -> None:
    for tag in ("v8.3.2", "v7.11.4", "v10.0.0", "v9.2.0", "v9.10.0"):
        server.add(tag, b"zip")
    server.page_size = 2

    found = ask(client, access(server))

    assert tags(found) == ["v10.0.0", "v9.10.0", "v9.2.0", "v8.3.2", "v7.11.4"]
    assert found.checked_at == NOW
    assert len(server.asked) == 3
    assert all(asked.headers["Accept"] == "application/vnd.github+json" for asked in server.asked)


def test_refresh_skips_drafts_and_tags_that_are_no_version(server: ReleaseServer, client: ReleaseClient) -> None:
    server.add("v9.2.0", b"zip")
    server.add("nightly", b"zip")
    server.add("v9.9.9", b"zip")
    server.releases[-1]["draft"] = True

    assert tags(ask(client, access(server))) == ["v9.2.0"]


def test_refresh_again_asks_with_etags_and_a_304_gives_the_same(server: ReleaseServer, client: ReleaseClient) -> None:
    fill(server, 5)
    server.page_size = 2
    first = ask(client, access(server))
    server.asked.clear()

    second = ask(client, access(server))

    assert second == first
    assert [asked.status for asked in server.asked] == [304, 304, 304]


def test_refresh_after_one_page_changed_asks_for_that_one_only(server: ReleaseServer, client: ReleaseClient) -> None:
    fill(server, 4)
    server.page_size = 2
    ask(client, access(server))
    server.asked.clear()
    server.releases[3]["body"] = "corrected"

    found = ask(client, access(server))

    assert [asked.status for asked in server.asked] == [304, 200]
    assert found.releases[0].notes == "corrected"


def test_cached_gives_the_list_without_the_server_also_to_the_next_program(
    server: ReleaseServer, client: ReleaseClient, tmp_path: Path
) -> None:
    fill(server, 3)
    found = ask(client, access(server))
    server.asked.clear()

    assert ReleaseClient(tmp_path / "releases.json").cached(server.address) == found
    assert server.asked == []


def test_cached_of_another_address_or_of_none_is_empty(server: ReleaseServer, client: ReleaseClient) -> None:
    assert client.cached(server.address) == ReleaseList()
    fill(server, 1)
    ask(client, access(server))

    assert client.cached("https://mirror.example") == ReleaseList()


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"address": 1}', "[" * 100_000])
def test_cached_from_a_damaged_copy_is_empty_and_the_next_refresh_repairs_it(
    text: str, server: ReleaseServer, client: ReleaseClient, tmp_path: Path
) -> None:
    fill(server, 2)
    (tmp_path / "releases.json").write_text(text)
    assert client.cached(server.address) == ReleaseList()

    assert len(ask(client, access(server)).releases) == 2
    assert len(client.cached(server.address).releases) == 2


@pytest.mark.parametrize("key", ["url", "etag", "next", "entries"])
def test_cached_with_a_page_of_wrong_types_does_no_harm(key: str, server: ReleaseServer, client: ReleaseClient, tmp_path: Path) -> None:
    fill(server, 2)
    ask(client, access(server))
    stored = json.loads((tmp_path / "releases.json").read_text())
    stored["pages"][0][key] = 5
    (tmp_path / "releases.json").write_text(json.dumps(stored))

    client.cached(server.address)
    assert len(ask(client, access(server)).releases) == 2


# Faults: each keeps the copy that was there


@pytest.fixture
def known(server: ReleaseServer, client: ReleaseClient) -> ReleaseList:
    fill(server, 3)
    return ask(client, access(server))


def refused(client: ReleaseClient, where: WebAccess, kind: type[GowaError], sentence: str) -> GowaError:
    before = client.cached(where.address)
    with pytest.raises(kind, match=sentence) as caught:
        ask(client, where)
    assert client.cached(where.address) == before
    assert caught.value.next_step
    assert TOKEN not in str(caught.value)
    return caught.value


def test_rate_limit_is_told_with_the_time_it_ends(server: ReleaseServer, client: ReleaseClient, known: ReleaseList) -> None:
    server.limited_until = int(time.time()) + 600
    clock = datetime.fromtimestamp(server.limited_until, UTC).astimezone().strftime("%H:%M")

    error = refused(client, access(server), RateLimitedError, f"until .*{clock}")
    assert "token" in error.next_step
    assert "token" not in refused(client, access(server, token=TOKEN), RateLimitedError, clock).next_step


def test_too_many_requests_are_told_with_the_time_it_ends(server: ReleaseServer, client: ReleaseClient, known: ReleaseList) -> None:
    server.retry_after_s = 3 * 24 * 3600

    day = datetime.fromtimestamp(time.time() + server.retry_after_s, UTC).astimezone().strftime("%Y-%m-%d")
    refused(client, access(server), RateLimitedError, f"until {day}")


def test_forbidden_without_a_limit_is_no_limit(server: ReleaseServer, client: ReleaseClient) -> None:
    server.statuses = [403]

    with pytest.raises(NetworkError, match=r"refuses \(HTTP 403\)") as caught:
        ask(client, access(server))
    assert not isinstance(caught.value, RateLimitedError)


@pytest.mark.parametrize(
    ("status", "kind", "sentence"),
    [
        (500, BusyServerError, "fault of its own for now .HTTP 500"),
        (503, BusyServerError, "fault of its own for now .HTTP 503"),
        (401, NetworkError, "refuses the token"),
        (404, ReleaseIncompleteError, "nothing at this address"),
        (418, NetworkError, "refuses .HTTP 418"),
        (204, NetworkError, "refuses .HTTP 204"),
    ],
)
def test_fault_of_the_server_is_told(
    status: int, kind: type[GowaError], sentence: str, server: ReleaseServer, client: ReleaseClient, known: ReleaseList
) -> None:
    server.statuses = [status]

    refused(client, access(server, token=TOKEN), kind, sentence)


def test_fault_on_a_later_page_keeps_the_whole_old_list(server: ReleaseServer, client: ReleaseClient, known: ReleaseList) -> None:
    server.page_size = 2
    server.releases.insert(0, dict(server.releases[0], tag_name="v9.9.9"))
    server.broken_body = None
    server.statuses = []
    original = server.releases[2]
    server.releases[2] = {"tag_name": object()}  # cannot be sent: the connection breaks off

    refused(client, access(server), CutError, "lost|stopped")
    server.releases[2] = original
    assert "v9.9.9" in tags(ask(client, access(server)))


@pytest.mark.parametrize("body", [b"", b"<html>sign in</html>", b"[{]", b"\xff\xfe", b"{}", b'"text"', b"[" * 100_000])
def test_answer_that_is_no_list_is_told(body: bytes, server: ReleaseServer, client: ReleaseClient, known: ReleaseList) -> None:
    server.broken_body = body

    refused(client, access(server), NetworkError, "cannot be read|no list of releases")


@pytest.mark.parametrize("body", [b"[null, 5, {}, []]", b'[{"tag_name": "v9.2.0", "assets": {"a": 1}}]'])
def test_list_with_nonsense_in_it_gives_what_makes_sense(body: bytes, server: ReleaseServer, client: ReleaseClient) -> None:
    server.broken_body = body

    assert tags(ask(client, access(server))) in ([], ["v9.2.0"])


def test_no_server_is_told(client: ReleaseClient) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"

    refused(client, WebAccess(address, proxy=NO_PROXY), CutError, "127.0.0.1 cannot be reached")


def test_silent_server_is_told(client: ReleaseClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"

        refused(client, WebAccess(address, proxy=NO_PROXY, read_timeout_s=0.1), CutError, "has stopped answering")


def test_server_that_does_not_speak_http_is_told(client: ReleaseClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as odd:

        def answer() -> None:
            connection, _ = odd.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"220 mail.example ESMTP\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        refused(client, WebAccess(f"http://127.0.0.1:{odd.getsockname()[1]}", proxy=NO_PROXY), CutError, "lost")
        thread.join()


def test_https_to_a_server_without_it_is_told(server: ReleaseServer, client: ReleaseClient) -> None:
    refused(client, WebAccess(server.address.replace("http", "https"), proxy=NO_PROXY), NetworkError, "127.0.0.1")


def test_list_that_cannot_be_kept_is_told(server: ReleaseServer, tmp_path: Path) -> None:
    client = ReleaseClient(tmp_path / "missing" / "releases.json")

    with pytest.raises(FolderError, match="cannot be kept"):
        ask(client, access(server))


def test_cancel_ends_a_wait_for_a_silent_server_at_once(client: ReleaseClient) -> None:
    flag = CancelFlag()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        where = WebAccess(f"http://127.0.0.1:{silent.getsockname()[1]}", proxy=NO_PROXY, read_timeout_s=60)
        connected = threading.Event()

        def call_off() -> None:
            connection, _ = silent.accept()
            connected.set()
            flag.set()
            connection.recv(10_000)
            connection.recv(10_000)  # ends when the other side does
            connection.close()

        thread = threading.Thread(target=call_off)
        thread.start()
        with pytest.raises(CancelledError):
            client.refresh(where, flag)
        thread.join(10)
        assert connected.is_set()
        assert not thread.is_alive()


def test_cancelled_before_it_begins_asks_nobody(server: ReleaseServer, client: ReleaseClient) -> None:
    flag = CancelFlag()
    flag.set()

    with pytest.raises(CancelledError):
        client.refresh(access(server), flag)
    assert server.asked == []


# One release


def test_release_asks_for_the_tag_alone(server: ReleaseServer, client: ReleaseClient) -> None:
    fill(server, 3)

    assert client.release(access(server), "v8.1.0", CancelFlag()).tag == "v8.1.0"
    assert len(server.asked) == 1


def test_release_that_does_not_exist_is_told(server: ReleaseServer, client: ReleaseClient) -> None:
    with pytest.raises(ReleaseIncompleteError, match=r"no release v1\.2\.3"):
        client.release(access(server), "v1.2.3", CancelFlag())


def test_release_of_another_tag_than_asked_is_refused(server: ReleaseServer, client: ReleaseClient) -> None:
    server.add("v9.2.0", b"zip")
    server.broken_body = json.dumps(server.releases[0]).encode()

    with pytest.raises(NetworkError, match="is no release"):
        client.release(access(server), "v9.3.0", CancelFlag())


# Token, redirects, proxy


def authorizations(server: ReleaseServer) -> list[str | None]:
    return [asked.headers.get("Authorization") for asked in server.asked]


def test_token_goes_to_the_address_of_the_setting(server: ReleaseServer, client: ReleaseClient) -> None:
    fill(server, 3)
    server.page_size = 2

    ask(client, access(server, token=TOKEN))

    assert authorizations(server) == [f"Bearer {TOKEN}"] * 2


def test_token_stays_at_home_after_a_redirect_elsewhere(server: ReleaseServer, client: ReleaseClient) -> None:
    with ReleaseServer() as elsewhere:
        fill(elsewhere, 2)
        server.redirect = elsewhere.address

        found = ask(client, access(server, token=TOKEN))

        assert len(found.releases) == 2
        assert authorizations(server) == [f"Bearer {TOKEN}"]
        assert authorizations(elsewhere) == [None]


def test_token_stays_at_home_when_the_next_page_is_elsewhere(server: ReleaseServer, client: ReleaseClient) -> None:
    with ReleaseServer() as elsewhere:
        fill(elsewhere, 3)
        fill(server, 3)
        elsewhere.page_size = server.page_size = 2
        server.link_base = elsewhere.address

        ask(client, access(server, token=TOKEN))

        assert authorizations(server) == [f"Bearer {TOKEN}"]
        assert authorizations(elsewhere) == [None]


def test_token_is_not_sent_in_clear_over_a_network() -> None:
    from gowa_desktop.infra.web_client import WebClient  # noqa: PLC0415 - its inside is looked at here alone

    for address, is_sent in (("http://mirror.example", False), ("https://mirror.example", True), ("http://localhost:8080", True)):
        with WebClient(WebAccess(address, TOKEN, NO_PROXY), CancelFlag()) as web:
            assert ("Authorization" in web._headers(f"{address}/x", {})) is is_sent


def test_token_and_proxy_do_not_show_in_a_repr() -> None:
    assert TOKEN not in repr(WebAccess("https://x", TOKEN, f"http://a:{TOKEN}@proxy:1"))


def test_redirects_without_end_are_told(server: ReleaseServer, client: ReleaseClient) -> None:
    server.redirect = server.address

    refused(client, access(server), NetworkError, "without end")


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1"])
def test_redirect_to_what_is_no_web_address_is_refused(target: str, server: ReleaseServer, client: ReleaseClient) -> None:
    server.redirect = target

    refused(client, access(server), NetworkError, "not safe")


def test_redirect_from_https_to_http_is_refused() -> None:
    from gowa_desktop.infra.web_client import WebClient  # noqa: PLC0415 - its inside is looked at here alone

    with WebClient(WebAccess("https://api.example", proxy=NO_PROXY), CancelFlag()) as web:
        assert web._next("https://api.example/a", "/b") == "https://api.example/b"
        with pytest.raises(NetworkError, match="not safe"):
            web._next("https://api.example/a", "http://api.example/b")


def test_proxy_of_the_setting_is_used(server: ReleaseServer, client: ReleaseClient) -> None:
    fill(server, 2)
    where = WebAccess("http://releases.example", TOKEN, proxy=server.address)

    # The proxy is asked for the whole address; this server answers by its path.
    assert len(ask(client, where).releases) == 2
    assert server.asked[0].path.startswith("http://releases.example/")
    assert authorizations(server) == [None]


def test_proxy_of_the_system_is_used_unless_the_setting_says_none(
    server: ReleaseServer, client: ReleaseClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ReleaseServer() as proxy:
        fill(proxy, 2)
        fill(server, 1)
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("http_proxy", proxy.address)
        assert len(ask(client, WebAccess(server.address)).releases) == 2
        assert server.asked == []

        assert len(ask(client, WebAccess(server.address, proxy=NO_PROXY)).releases) == 1

        monkeypatch.setenv("no_proxy", "127.0.0.1")
        proxy.asked.clear()
        assert len(ask(client, WebAccess(server.address)).releases) == 1
        assert proxy.asked == []


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9", "socks://127.0.0.1:9", "nonsense://x"])
def test_proxy_of_a_kind_that_does_not_work_is_told(proxy: str, client: ReleaseClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("all_proxy", proxy)

    with pytest.raises(NetworkError, match="of a kind that does not work"):
        ask(client, WebAccess("http://releases.example"))


def test_proxy_that_is_not_there_is_told(client: ReleaseClient) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        proxy = f"http://127.0.0.1:{free.getsockname()[1]}"

    with pytest.raises(NetworkError, match=r"cannot be reached|proxy"):
        ask(client, WebAccess("http://releases.example", proxy=proxy))
