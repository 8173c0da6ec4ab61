"""Options that only a binary's help tells about: typed from what it prints, and nothing that the table has already."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gowa_desktop.domain.help_options import options_in_help
from gowa_desktop.domain.option_checks import check_option
from gowa_desktop.domain.options import BY_KEY, OptionKind, Section
from gowa_desktop.domain.versions import GowaVersion

NEXT = GowaVersion("v9.9.0")

HELP = """This application is GOWA

Usage:
   rest [flags]

Flags:
  -h, --help   help for rest

Global Flags:
      --account-validation         check a number first (default true)
  -b, --basic-auth strings         accounts
      --gateway-mode string        how to reach the gateway --gateway-mode <string> | example: --gateway-mode="fast" (default "slow \\"one\\"")
      --gateway-retries int        tries before giving up (default 3)
      --gateway-pause duration     pause between two tries (default 1m30s)
      --gateway-hosts strings      hosts to use,
                                   separated by commas
      --gateway-open               let everybody in
  -g, --gateway-strict             be strict. (default true)
      --gateway-api-token string   token of the gateway
      --gateway-size uint16        size of a block
      --gateway-rate float         messages a second (default 1.5)
      --gateway-colour string[="red"]   colour of the gateway
  -p, --port string                port (default "3000")
      --webhook-include-outgoing   also own messages

Use " [command] --help" for more information about a command.
"""


def test_help_gives_only_what_the_table_does_not_have() -> None:
    assert [option.flag for option in options_in_help(HELP, NEXT)] == [
        "--gateway-mode", "--gateway-retries", "--gateway-pause", "--gateway-hosts", "--gateway-open", "--gateway-strict",
        "--gateway-api-token", "--gateway-size", "--gateway-rate", "--gateway-colour", "--webhook-include-outgoing",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "kind", "default", "words"),
    [
        ("gatewayMode", OptionKind.TEXT, 'slow "one"', "How to reach the gateway."),
        ("gatewayRetries", OptionKind.INT, 3, "Tries before giving up."),
        ("gatewayPause", OptionKind.DURATION, "1m30s", "Pause between two tries."),
        ("gatewayHosts", OptionKind.LIST, None, "Hosts to use, separated by commas."),
        ("gatewayOpen", OptionKind.BOOL, False, "Let everybody in."),
        ("gatewayStrict", OptionKind.BOOL, True, "Be strict."),
        ("gatewayApiToken", OptionKind.TEXT, None, "Token of the gateway."),
        ("gatewaySize", OptionKind.INT, 0, "Size of a block."),
        ("gatewayRate", OptionKind.TEXT, "1.5", "Messages a second."),
        ("gatewayColour", OptionKind.TEXT, None, "Colour of the gateway."),
    ],
)
def test_help_options_are_typed_from_what_is_printed(key: str, kind: OptionKind, default: object, words: str) -> None:
    option = {option.key: option for option in options_in_help(HELP, NEXT)}[key]
    assert (option.kind, option.default, option.help) == (kind, default, words)
    assert option.is_discovered
    assert option.section is Section.NEW
    assert option.env == ""
    assert option.known_by(NEXT)
    assert option.label[0].isupper()
    assert check_option(option, option.default) == {} if option.default is not None else True


def test_help_option_with_a_secret_name_is_secret() -> None:
    options = {option.key: option for option in options_in_help(HELP, NEXT)}
    assert options["gatewayApiToken"].is_secret
    assert not options["gatewayMode"].is_secret


def test_help_option_of_a_range_is_checked_for_it() -> None:
    size = {option.key: option for option in options_in_help(HELP, NEXT)}["gatewaySize"]
    assert "65535 or less" in check_option(size, 70_000)[""]
    assert "0 or more" in check_option(size, -1)[""]


def test_help_option_that_was_taken_out_once_and_is_back_keeps_its_name() -> None:
    option = options_in_help(HELP, NEXT)[-1]
    assert option.key == "webhookIncludeOutgoing"
    assert option.env == BY_KEY["webhookIncludeOutgoing"].env
    assert option.known_by(NEXT)
    assert not BY_KEY["webhookIncludeOutgoing"].known_by(NEXT)


def test_help_option_with_a_name_that_is_taken_gets_another() -> None:
    options = options_in_help("  --auto-reply string   new way to answer\n", NEXT)
    assert [option.key for option in options] == ["autoReplyFlag"]


def test_help_that_is_none_gives_nothing() -> None:
    assert options_in_help("", NEXT) == ()
    assert options_in_help("command not found\n--x\n", NEXT) == ()


PIECES = st.sampled_from([" --a string  b", "  -x, --y   z (default 1)", "      more", "\x1b[1m", "--"])


@given(st.text(max_size=200) | st.lists(PIECES).map("\n".join))
def test_help_any_text_gives_options_that_can_be_shown(text: str) -> None:
    for option in options_in_help(text, NEXT):
        assert option.key.isidentifier()
        assert option.help.endswith(".")
        assert option.label
        if option.default is not None:
            assert isinstance(option.default, str | bool | int)
