"""A `.env` that we write, read by real GOWA: it prints what it has read as its first words (GOWA facts 2.3)."""

from __future__ import annotations

import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.domain.config_files import FileFormat, export_settings
from gowa_desktop.domain.dotenv import parse_dotenv
from gowa_desktop.domain.option_values import env_text
from gowa_desktop.domain.options import BY_KEY
from tests.conftest import port_range

if TYPE_CHECKING:
    from pathlib import Path

    from gowa_desktop.domain.json_types import JsonObject

pytestmark = pytest.mark.real_gowa

FLAGS: JsonObject = {
    "debug": True,
    "os": "Tokó #1 $HOME \\n 'quoted' \"twice\"",
    "basePath": "/gowa",
    "basicAuth": [{"username": "me", "password": "p#w$A'\\x"}, {"username": "you", "password": " spaced'"}],
    "autoReply": "Back soon\r\n\tat 8 # sharp\\\nBye $5",
    "webhooks": ["http://127.0.0.1:9/hook?token=a#b", "https://hooks.example/$x/%2C"],
    "webhookSecret": "back\\",
    "accountValidation": False,
    "presencePulseInterval": "48h",
    "chatwootSignDelimiter": "\n--\n",
    "chatwootAccountId": 1234567890,
}
HAND_MADE = (
    "\ufeffexport APP_OS = two words  # said\r\nWHATSAPP_AUTO_REPLY: 'it's # here'\r"
    'APP_BASE_PATH="/a\\tb"\nDB_KEYS_URI=$NOBODY${APP_OS}\\$HOME\n'
)


@pytest.mark.parametrize("is_hand_made", [False, True])
def test_gowa_reads_what_we_read(real_program: Path, tag: str, tmp_path: Path, is_hand_made: bool) -> None:
    written = export_settings({"flags": FLAGS}, FileFormat.ENV, "shop", with_secrets=True)
    text = HAND_MADE if is_hand_made else written.text
    (tmp_path / ".env").write_bytes(text.encode())
    expected = {name.lower(): value for name, value in parse_dotenv(text, {"HOME": "/nowhere"}).items()}
    if not is_hand_made:
        assert written.not_carried == ()
        assert expected == {BY_KEY[key].env.lower(): env_text(BY_KEY[key], value) for key, value in FLAGS.items()}

    said = first_words(real_program, tmp_path)

    shown = " ".join(f"{name}:{value}" for name, value in sorted(expected.items()))
    assert said.startswith(f"map[{shown}]\n".encode())


def test_gowa_ignores_the_file_that_we_refuse(real_program: Path, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("APP_OS=mine\nthis is no line\n")
    assert first_words(real_program, tmp_path).startswith(b"map[]\n")


def first_words(program: Path, folder: Path) -> bytes:
    """What GOWA writes before it is ended, within its first second."""
    output = folder / "output"
    environment = {"HOME": "/nowhere", "APP_PORT": str(port_range()[0]), "APP_HOST": "127.0.0.1", "APP_UI_ENABLED": "false"}
    with output.open("wb") as file:
        process = subprocess.Popen(
            [str(program), "rest"], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.DEVNULL
        )
    try:
        deadline = time.monotonic() + 20
        while b"]\n" not in output.read_bytes() and process.poll() is None and time.monotonic() < deadline:
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.05)
    finally:
        process.kill()
        process.wait(10)
    return output.read_bytes()
