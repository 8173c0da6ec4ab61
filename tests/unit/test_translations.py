"""The catalogues: every text is in them, placeholders survive, and what is compiled is what is written."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
PLACEHOLDER = re.compile(r"\{\w*(?::[^}]*)?\}|%\d")


def load() -> ModuleType:
    spec = spec_from_file_location("translations", ROOT / "installers" / "translations.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


translations: Any = load()


def sentences(code: str) -> list[str]:
    return list(translations._sentences(ast.parse(code)))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('raise GowaError(f"Port {port} is used by {self._who}.", "Wait.")', ["Port {port} is used by {who}."]),
        ('x = f"{a.name} and {b.name} are the same."', ["{name} and {name2} are the same."]),
        ('_log.info("Nobody reads this line.")', []),
        ('"""A docstring with words."""', []),
        ('connection.execute("SELECT name FROM instances")', []),
        ('x = "ALTER TABLE a ADD COLUMN b"', []),
        ('raise ValueError("A fault of ours, never shown.")', []),
        ('Option("proxy", label="Proxy")', ["Proxy"]),
        ('_TITLES = {Section.MCP: "MCP"}', ["MCP"]),
        ('x = "one-word"', []),
    ],
)
def test_sentences_of_services_are_collected_and_nothing_else(code: str, expected: list[str]) -> None:
    assert sentences(code) == expected


def test_catalogues_know_every_text_of_the_program() -> None:
    texts = translations.collect()
    assert json.loads((ROOT / "resources/translations/sentences.json").read_text(encoding="utf-8")) == sorted(texts["Sentences"]), (
        "run installers/translations.py update"
    )


@pytest.mark.parametrize("language", sorted(translations.LANGUAGES))
def test_no_text_lacks_a_translation(language: str) -> None:
    known = translations.read(language)
    missing = [text for context, found in translations.collect().items() for text in found if (context, text) not in known]
    assert missing == []


def shape(text: str) -> tuple[object, ...]:
    """What a translation may not change: placeholders, lines, spaces at both ends, and the dots of what opens a dialog."""
    return sorted(PLACEHOLDER.findall(text)), text.count("\n"), text[:1].isspace(), text[-1:].isspace(), text.rstrip().endswith("…")


@pytest.mark.parametrize("language", sorted(translations.LANGUAGES))
def test_placeholders_access_keys_and_ends_survive_translation(language: str) -> None:
    broken = []
    for (_, source), text in translations.read(language).items():
        if shape(source) != shape(text):
            broken.append((source, text))
    assert broken == []


@pytest.mark.parametrize("language", sorted(translations.LANGUAGES))
def test_compiled_catalogue_is_that_of_the_source(language: str, tmp_path: Path) -> None:
    from PySide6 import __file__ as package  # noqa: PLC0415 - only here

    fresh = tmp_path / "fresh.qm"
    compiler = next(path for name in ("lrelease", "lrelease.exe") if (path := Path(package).parent / name).exists())
    source = ROOT / "resources" / "translations" / f"gowa-desktop_{language}.ts"
    subprocess.run([compiler, "-silent", "-nounfinished", source, "-qm", fresh], check=True)
    assert fresh.read_bytes() == source.with_suffix(".qm").read_bytes()


@pytest.mark.parametrize("language", sorted(set(translations.LANGUAGES) - {"en"}))
def test_command_line_reads_what_the_catalogue_says(language: str) -> None:
    file = ROOT / "resources" / "translations" / f"sentences_{language}.json"
    spoken = json.loads(file.read_text(encoding="utf-8"))
    assert spoken == translations.spoken(language), "run installers/translations.py release"
    assert spoken["Sentences"]
    assert spoken["CommandLine"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('add("list", "list what is there")', {"list what is there"}),
        ('parser.add_argument("--x", metavar="X", help="such as a=b")', {"such as a=b"}),
        ('lay_out(words("Name", "Port"), rows)', {"Name", "Port"}),
        ('told(f"{count} of {self.total}")', {"{count} of {total}"}),
        ('ARGPARSE_TEXTS = ("usage: ",)', {"usage: "}),
        ('tell("x")', set()),
    ],
)
def test_words_of_the_command_line_are_collected(code: str, expected: set[str]) -> None:
    assert set(translations._terminal_texts(ast.parse(code))) == expected


def test_text_that_is_put_together_before_it_is_translated_is_refused(tmp_path: Path) -> None:
    file = ROOT / "gowa_desktop" / "ui" / "never_written.py"
    tree = ast.parse('class A:\n    def f(self):\n        return self.tr("a" + name)\n')
    call = next(node for node in ast.walk(tree) if isinstance(node, ast.Call))
    with pytest.raises(translations.CatalogueError, match="not written out"):
        list(translations._literals(call, 0, file))
