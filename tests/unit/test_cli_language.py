"""The command line in four languages: which one is meant, what is translated, and what programs read stays as it is."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from gowa_desktop import __main__ as program
from gowa_desktop.cli import command_line
from gowa_desktop.cli.command_output import NOTHING, instance_table, progress_text
from gowa_desktop.cli.speech import Speech, said, speaking, told
from gowa_desktop.domain.errors import NotFoundError
from gowa_desktop.infra.languages import LANGUAGES, catalogue_for, chosen_language, environment_languages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gowa_desktop.domain.json_types import JsonObject

OTHERS = sorted(set(LANGUAGES) - {"en"})
SHOP: JsonObject = {
    "name": "Disk", "status": "running", "is_unresponsive": True, "port": 8001, "gowa_version": "latest", "resolved_version": "v9.2.0",
    "uptime_s": None, "cpu_percent": 1.0, "memory_bytes": None,
}  # fmt: skip


def choose(data_dir: Path, code: str) -> None:
    """Remember a language as the window does."""
    (data_dir / "window.ini").write_text(f"[window]\nlanguage=xx\n\n[opening]\nlanguage={code}\ntheme=dark\n", encoding="utf-8")


@pytest.fixture(params=OTHERS)
def code(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Speak one of the languages."""
    language = str(request.param)
    choose(tmp_path, language)
    with speaking(["list", "--data-dir", str(tmp_path)]):
        yield language


# Which one is meant


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, []),
        ({"LANG": "es_MX.UTF-8"}, ["es_MX"]),
        ({"LANG": "es_ES", "LC_MESSAGES": "id_ID.UTF-8"}, ["id_ID"]),
        ({"LANG": "es_ES", "LC_MESSAGES": "id_ID", "LC_ALL": "pt_BR@x"}, ["pt_BR"]),
        ({"LANG": "es_ES", "LC_ALL": ""}, ["es_ES"]),
        ({"LANG": "es_ES", "LC_ALL": "C"}, []),
        ({"LANG": "es_ES", "LC_ALL": "C.UTF-8"}, []),
        ({"LANG": "POSIX"}, []),
    ],
)
def test_language_of_a_terminal_is_that_of_the_first_variable_that_is_set(environment: dict[str, str], expected: list[str]) -> None:
    assert environment_languages(environment) == expected


@pytest.mark.parametrize(
    ("choice", "wanted", "expected"),
    [("es", ["id"], "es"), ("", ["id_ID"], "id"), ("", ["nl_NL"], "en"), ("", [], "en"), ("xx", ["pt_PT"], "pt_BR")],
)
def test_language_that_was_chosen_comes_before_that_of_the_system(choice: str, wanted: list[str], expected: str) -> None:
    assert catalogue_for(choice, wanted) == expected


def test_choice_is_read_from_what_the_window_remembers(tmp_path: Path) -> None:
    assert chosen_language(tmp_path / "window.ini") == ""
    choose(tmp_path, "pt_BR")
    assert chosen_language(tmp_path / "window.ini") == "pt_BR"
    choose(tmp_path, "")
    assert chosen_language(tmp_path / "window.ini") == ""
    (tmp_path / "window.ini").write_bytes(b"\xff\x00[opening\nlanguage")
    assert chosen_language(tmp_path / "window.ini") == ""


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="the system is asked there, not the variables")
def test_system_language_is_spoken_where_none_was_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, expected in (("es_ES.UTF-8", "es"), ("C", "en"), ("nl_NL.UTF-8", "en")):
        monkeypatch.setenv("LC_ALL", name)
        assert Speech.of_person(tmp_path).code == expected
    choose(tmp_path, "id")
    assert Speech.of_person(tmp_path).code == "id"


# What is translated


def pages(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from pages(below)


def texts_of(parser: argparse.ArgumentParser) -> Iterator[str]:
    yield from filter(None, (parser.description, parser.epilog))
    for action in parser._actions:
        yield from filter(None, [action.help])
        yield from (str(choice.help) for choice in getattr(action, "_choices_actions", ()))


def test_every_page_of_help_is_translated_and_names_stay(code: str) -> None:
    known = Speech(code)
    grammar = command_line._grammar(command_line._everywhere())
    found = list(pages(grammar))
    assert len(found) > 35
    for parser in found:
        page = "".join(parser.format_help().split())
        for text in texts_of(parser):
            assert known.word(text) != text
            assert "".join(known.word(text).split()) in page
        assert not page.startswith("usage:")
        assert "--data-dir" in page


WRONG = (
    ["nonsense"], ["start"], ["start", "a", "--all"], ["create"], ["create", "a", "--port", "abc"], ["create", "a", "--port"],
    ["create", "a", "b"], ["delete", "a"], ["versions"], ["set", "a", "--priority", "high"], ["--no-window", "list"],
    ["--minimized", "--no-window"], ["--json"], ["--screenshot", "a.png"], ["config", "set", "a"], ["--data-dir", "", "list"],
)  # fmt: skip
ENGLISH = ("the following", "argument ", "invalid", "expected", "choose from", "See ", "Write ", "command line", "not allowed", "instance?")


@pytest.mark.parametrize("language", OTHERS)
def test_wrong_use_is_told_in_the_language_with_the_same_code(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    choose(tmp_path, language)
    monkeypatch.setattr("gowa_desktop.cli.speech.default_data_dir", lambda: tmp_path)
    for words in WRONG:
        if "--data-dir" not in words:
            words = [f"--data-dir={tmp_path}", *words]  # noqa: PLW2901 - the same words with a folder
        assert program.main(words) == 2
        told_words = capsys.readouterr().err
        assert told_words.count("\n") == 1
        assert not [english for english in ENGLISH if english in told_words], told_words


def test_table_has_headings_of_the_language_and_stays_aligned(code: str) -> None:
    heading, row = instance_table([SHOP]).splitlines()
    known = Speech(code)
    assert heading.split("  ")[0] == known.word("Name")
    assert row.startswith("Disk ")
    assert known.word("Running, not answering") in row
    assert heading.index(known.word("Port")) + len(known.word("Port")) == row.index("8001") + 4
    assert row.endswith(NOTHING)


def test_faults_and_progress_are_told_and_names_are_left_alone(code: str) -> None:
    assert told("") == ""
    sentence = said(NotFoundError("There is no instance named “Disk of Files”.", "Look at the list of instances for the names there are."))
    assert "Disk of Files" in sentence
    assert "There is" not in sentence
    assert "Look" not in sentence
    assert told("Disk") == "Disk"
    assert told("House of Cards is stopped.").startswith("House of Cards")
    assert told("House of Cards is stopped.") != "House of Cards is stopped."
    line = progress_text({"step": "x", "done": 1, "total": 3, "eta_s": 5.0})
    assert " of " not in line
    assert "left" not in line
    assert Speech(code).word("{time} left").format(time="5 s") in line


# What programs read


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gowa_desktop", *words],
        capture_output=True, text=True, encoding="utf-8", timeout=120, check=False, env={**os.environ, **environment},
    )  # fmt: skip


def test_json_has_no_language_and_a_terminal_without_its_letters_is_no_fault(tmp_path: Path) -> None:
    choose(tmp_path, "es")
    folder = f"--data-dir={tmp_path}"
    as_json = run(folder, "list", "--json")
    assert (as_json.returncode, json.loads(as_json.stdout)) == (0, [])
    help_page = run(folder, "--help", PYTHONIOENCODING="ascii")
    assert help_page.returncode == 0
    assert help_page.stdout.isascii()
    assert "opciones:" in help_page.stdout
    stopped = run(folder, "stop", "--all", PYTHONIOENCODING="ascii")
    assert stopped.returncode == 3
    assert "GOWA Desktop no est" in stopped.stderr
