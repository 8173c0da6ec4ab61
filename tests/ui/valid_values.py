"""Values of options that pass their checks, drawn by hypothesis from the option table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from gowa_desktop.domain.option_checks import check_option
from gowa_desktop.domain.options import Option, OptionKind
from gowa_desktop.ui.config.plain_editors import MOST_NUMBER

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import Json

ANY_TEXT = st.text(st.characters(codec=None), max_size=40)
"""Any text at all: control characters, NUL and halves of surrogate pairs included."""
SAFE = st.text(st.sampled_from("abcXYZ0189-_./é漢"), min_size=1, max_size=12)


def valid(option: Option) -> st.SearchStrategy[Json]:
    """Values that pass the checks; what the check refuses is left out, so the strategy only has to be likely right."""
    formats: dict[str | None, st.SearchStrategy[str]] = {
        "url": SAFE.map(lambda text: f"https://example.com/{text}?a=1"), "https_url": st.just("https://example.com"),
        "origin": st.sampled_from(["https://a.example", "http://localhost:3000"]), "cidr": st.sampled_from(["10.0.0.0/8", "::1"]),
        "db_uri": st.sampled_from(["file:storages/other.db", "postgres://me:secret@host/db"]), "host": st.just("192.168.1.4"),
        "jid_or_wildcard": st.sampled_from(["4915112345678@s.whatsapp.net", "@g.us"]), "sha256hex": st.just("ab" * 32),
        "proxy_url": st.just("socks5://me:secret@127.0.0.1:1080"), "url_path": st.just("/wa"), "event": st.just("message.ack"),
        "postgres_url": st.just("postgres://me:secret@host/db"), "sqlite_uri": st.just("file:storages/o.db"),
        "repository": st.just("me/panel"), "file_name": st.just("panel.html"), "host_name": st.sampled_from(["a.example", "chat.local"]),
        "port": st.integers(1024, 65535).map(str),
    }  # fmt: skip
    text = formats.get(option.text_format, SAFE)
    if option.is_multiline:
        text = st.text(st.sampled_from("ab\n\u00a0 é\t"), min_size=1, max_size=20)
    by_kind: dict[OptionKind, st.SearchStrategy[Json]] = {
        OptionKind.BOOL: st.booleans(),
        OptionKind.INT: st.integers(option.minimum or 0, min(option.maximum or MOST_NUMBER, MOST_NUMBER)),
        OptionKind.DURATION: st.sampled_from(["1h30m", "48h", "90s", "2m"]),
        OptionKind.LIST: st.lists(text, max_size=5, unique=True).map(list),
        OptionKind.LOGINS: st.lists(st.tuples(SAFE, SAFE), max_size=3, unique_by=lambda pair: pair[0]).map(
            lambda pairs: [{"username": user, "password": password} for user, password in pairs]
        ),
        OptionKind.TEXT: st.sampled_from(option.choices) if option.choices else text,
    }
    variables: st.SearchStrategy[Json] = st.fixed_dictionaries({"V_1": SAFE}).map(dict)
    found = variables if option.key == "env" else by_kind[option.kind]

    def is_valid(value: Json) -> bool:
        return option.key == "env" or not check_option(option, value)

    return found.filter(is_valid)
