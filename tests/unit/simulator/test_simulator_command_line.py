"""Help, flag errors and the precedence of the option sources."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.simulator.command_line import CommandLineParser, FlagError
from gowa_desktop.simulator.dotenv import parse_dotenv
from gowa_desktop.simulator.eras import ERAS, Era
from gowa_desktop.simulator.go_values import format_duration, parse_csv_record, parse_duration
from gowa_desktop.simulator.options import options_of
from gowa_desktop.simulator.settings import Settings

if TYPE_CHECKING:
    from tests.unit.simulator.simulator_harness import Launcher

REPOSITORY = Path(__file__).parents[3]


def settings_of(*arguments: str, dotenv: dict[str, str] | None = None, **environment: str) -> Settings:
    options = options_of(Era)
    line = CommandLineParser(options, Era.commands).parse(["rest", *arguments])
    return Settings(Era, options, line.values, environment, dotenv or {})


def run(folder: Path, *arguments: str, era: str = "v9") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", str(REPOSITORY / "gowa_desktop/simulator/__main__.py"), *arguments]
    return subprocess.run(command, cwd=folder, env={"GOWA_SIM_ERA": era}, capture_output=True, encoding="utf-8", timeout=20, check=False)


@pytest.mark.parametrize(
    ("era", "count", "present", "absent"),
    [
        ("v7", 15, "--basic-auth strings", "--host"),
        ("v8.0", 16, "--host string", "--webhook-events"),
        ("v8", 45, "--whatsapp-proxy string", "--ui-repo"),
        ("v9", 57, "--mcp-oauth-issuer-url string", "--chatwoot-url"),
    ],
)
def test_rest_help_lists_the_flags_of_the_era_and_touches_no_file(tmp_path: Path, era: str, count: int, present: str, absent: str) -> None:
    result = run(tmp_path, "rest", "--help", era=era)

    flags = [line for line in result.stdout.splitlines() if line.lstrip().startswith("-")]
    assert (result.returncode, result.stderr) == (0, "")
    assert len(flags) == count + 1  # and --help itself
    assert present in result.stdout
    assert absent not in result.stdout
    assert "GOWA simulator, not WhatsApp" in result.stdout
    assert list(tmp_path.iterdir()) == []


def test_rest_help_shows_types_and_defaults(tmp_path: Path) -> None:
    lines = run(tmp_path, "rest", "-h").stdout.splitlines()

    by_flag = {line.split("--")[1].split(" ")[0]: line for line in lines if "      --" in line or "  -p" in line}
    assert by_flag["port"].startswith("  -p, --port string  ")
    assert by_flag["port"].endswith('(default "3000")')
    assert by_flag["presence-pulse-interval"].endswith("(default 24h0m0s)")
    assert by_flag["account-validation"].endswith("(default true)")
    assert by_flag["chatwoot-days-limit-import-messages"].endswith("(default 3)")
    assert "(default" not in by_flag["auto-mark-read"]


def test_no_subcommand_prints_help_and_exits_0(tmp_path: Path) -> None:
    result = run(tmp_path)

    assert result.returncode == 0
    assert "Available Commands:" in result.stdout
    assert list(tmp_path.iterdir()) == []


def test_package_can_be_run_with_dash_m(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "gowa_desktop.simulator", "rest", "--help"],
        cwd=REPOSITORY, capture_output=True, encoding="utf-8", timeout=20, check=False,
    )  # fmt: skip

    assert result.returncode == 0
    assert "Global Flags:" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rest", "--nope"], "Error: unknown flag: --nope\nUsage:\n   rest [flags]"),
        (["rest", "-x"], "Error: unknown shorthand flag: 'x' in -x\n"),
        (["rest", "--port"], "Error: flag needs an argument: --port\n"),
        (["rest", "--debug=yes"], 'Error: invalid argument "yes" for "-d, --debug" flag: strconv.ParseBool'),
        (["rest", "--presence-pulse-interval", "60"], 'time: missing unit in duration "60"'),
        (["rest", "--presence-pulse-interval", "1d"], 'time: unknown unit "d" in duration "1d"'),
        (["rest", '-b=a"b:c'], 'parse error on line 1, column 2: bare " in non-quoted-field'),
        (["nope"], 'Error: unknown command "nope" for ""\n'),
        (["--version"], "Error: unknown flag: --version\nUsage:\n   [command]"),
    ],
)
def test_wrong_arguments_exit_1_with_usage_on_stderr(tmp_path: Path, arguments: list[str], message: str) -> None:
    result = run(tmp_path, *arguments)

    assert result.returncode == 1
    assert result.stdout == ""
    assert message in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_flag_of_a_newer_era_is_unknown_to_an_older_one(tmp_path: Path) -> None:
    assert "unknown flag: --host" in run(tmp_path, "rest", "--host=127.0.0.1", era="v7").stderr


def test_unknown_era_or_fault_is_refused(tmp_path: Path) -> None:
    assert "unknown era 'v6'" in run(tmp_path, "rest", era="v6").stderr
    assert "unknown fault 'hangs'" in run(tmp_path, "rest", "--sim-faults=hangs").stderr


def test_environment_beats_dotenv_beats_flag() -> None:
    assert settings_of("--port=1").text("port") == "1"
    assert settings_of("--port", "1", dotenv={"APP_PORT": "2"}).text("port") == "2"
    assert settings_of("-p1", dotenv={"APP_PORT": "2"}, APP_PORT="3").text("port") == "3"
    assert settings_of(dotenv={"APP_PORT": "2"}, APP_PORT="").text("port") == "2"
    assert settings_of().text("port") == "3000"


def test_mcp_oauth_flag_beats_environment() -> None:
    assert settings_of("--mcp-oauth-issuer-url=a", MCP_OAUTH_ISSUER_URL="b").text("mcp-oauth-issuer-url") == "a"


def test_debug_environment_can_only_switch_on() -> None:
    assert settings_of("--debug", APP_DEBUG="false").is_on("debug")
    assert settings_of(APP_DEBUG="true").is_on("debug")
    assert settings_of("--debug", "false").is_on("debug")
    assert not settings_of("--debug=false").is_on("debug")


@pytest.mark.parametrize(("word", "expected"), [("1", True), ("T", True), ("yes", False), ("on", False), (" true", False)])
def test_other_boolean_environment_words_follow_strconv(word: str, expected: bool) -> None:
    assert settings_of(WHATSAPP_AUTO_DOWNLOAD_MEDIA=word).is_on("auto-download-media") is expected


def test_lists_split_at_commas_and_only_some_are_trimmed() -> None:
    assert settings_of(APP_BASIC_AUTH="a:b, c:d").items("basic-auth") == ["a:b", " c:d"]
    assert settings_of(WHATSAPP_WEBHOOK_IGNORE_JIDS="a, b").items("webhook-ignore-jids") == ["a", "b"]
    assert settings_of("-b=a:b,c:d", '--basic-auth="e:f,g"').items("basic-auth") == ["a:b", "c:d", "e:f,g"]


@pytest.mark.parametrize(("text", "expected"), [("60", 60), ("60s", 60 * 10**9), ("1d", 24 * 3600 * 10**9), ("0", 24 * 3600 * 10**9)])
def test_duration_environment_takes_bare_numbers_as_nanoseconds(text: str, expected: int) -> None:
    values = settings_of(WHATSAPP_PRESENCE_PULSE_INTERVAL=text).public_values()

    assert values["presence-pulse-interval"] == expected


def test_integer_environment_that_is_no_number_is_0() -> None:
    assert settings_of(CHATWOOT_ACCOUNT_ID="abc").public_values()["chatwoot-account-id"] == 0


def test_public_values_hide_secrets() -> None:
    values = settings_of(APP_BASIC_AUTH="admin:pass").public_values()

    assert values["basic-auth"] == "***"


def test_dotenv_rules() -> None:
    data = b"\xef\xbb\xbfexport A=p#w\r\nB=\"x\\ny\" # note\r\nC='$A#'\r\n# no\r\nD=${A}-$B\r\n"

    assert parse_dotenv(data, {}) == {"A": "p", "B": "x\ny", "C": "$A#", "D": "p-x\ny"}


def test_go_values() -> None:
    assert parse_duration("1h2m3.5s") == 3723_500_000_000
    assert parse_duration("-5ms") == -5_000_000
    assert format_duration(300 * 10**9) == "5m0s"
    assert parse_csv_record('a,"b,""c""",d') == ["a", 'b,"c"', "d"]
    with pytest.raises(ValueError, match="missing"):
        parse_csv_record('"open')


def test_shorthand_forms_are_read_like_pflag() -> None:
    parser = CommandLineParser(options_of(ERAS["v8"]), ERAS["v8"].commands)

    line = parser.parse(["-dp", "81", "rest", "-H=::1", "stray"])

    assert line.values == {"debug": ["true"], "port": ["81"], "host": ["::1"]}
    assert (line.command, line.positional) == ("rest", ["rest", "stray"])


def test_flag_error_names_the_command_for_the_usage() -> None:
    with pytest.raises(FlagError) as caught:
        CommandLineParser(options_of(Era), Era.commands).parse(["--nope", "rest"])

    assert caught.value.command == "rest"


def test_running_server_uses_dotenv_over_flag_and_prints_it_in_the_first_line(start: Launcher, tmp_path: Path) -> None:
    simulator = start("--webhook-secret=flag", era="v9")
    simulator.wait_ready()
    assert simulator.stdout.splitlines()[0] == "map[]"
    simulator.terminate()
    (tmp_path / ".env").write_text("APP_OS=Fromfile\nSOME_KEY=x y\nAPP_DEBUG=true\n", encoding="utf-8")

    again = start("--os=flag", APP_DEBUG="false").wait_ready()

    maps = [line for line in again.stdout.splitlines() if line.startswith("map[")]
    assert maps[-1] == "map[app_debug:false app_os:Fromfile some_key:x y]"
    assert again.get("/app/info").results["os"] == "Fromfile"
