"""The README's claims: its commands exist, its exit codes are those of the errors."""

import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from ocr import errors
from ocr.cli import cli

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^shifrovka (\S+)(.*)$", README, re.MULTILINE)


@pytest.mark.parametrize(("name", "rest"), COMMANDS)
def test_each_command_takes_the_options_that_are_shown(name: str, rest: str) -> None:
    words = shlex.split(rest)
    command, path = cli.commands[name], [name]
    if isinstance(command, click.Group):
        path.append(words[0])
        command = command.commands[words[0]]
    known = {option for p in command.params for option in (*p.opts, *p.secondary_opts)}
    assert {word for word in words if word.startswith("-")} <= known
    assert CliRunner().invoke(cli, [*path, "--help"]).exit_code == 0


def test_each_make_target_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_exit_codes_are_those_of_the_errors() -> None:
    table = dict(re.findall(r"^\| (\d+) \| (.+) \|$", README, re.MULTILINE))
    kinds = [e for e in vars(errors).values() if isinstance(e, type)]
    assert {str(e.exit_code) for e in kinds} <= set(table)
    assert len({e.exit_code for e in kinds}) == len(kinds)


def test_files_that_are_named_exist() -> None:
    for path in re.findall(r"(?:benchmarks|docs|ocr|tests)/[\w/]+(?:\.\w+)+", README):
        assert (ROOT / path).exists(), path


def test_ci_runs_the_test_command() -> None:
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "make test" in README
