"""What an administrator copies from deploy/ and docs/ agrees with the program and with itself."""

from __future__ import annotations

import configparser
import re
import shlex
from pathlib import Path

import pytest

from ionas_phone.cli.main import parser
from ionas_phone.cli.terminal import Terminal
from ionas_phone.errors import WrongUse
from ionas_phone.settings import VARIABLES, Settings

CHECKOUT = Path(__file__).parents[2]
DEPLOY = CHECKOUT / "deploy"
TEXTS = [*sorted(CHECKOUT.glob("docs/*.md")), *sorted(DEPLOY.iterdir()), CHECKOUT / "README.md"]
_OTHERS = {"IONAS_SCREENSHOTS"}  # the tests' own


def unit() -> configparser.SectionProxy:
    read = configparser.RawConfigParser(strict=False)
    read.optionxform = str  # type: ignore[assignment,method-assign] # names as they are written
    read.read_string((DEPLOY / "ionas-phone.service").read_text())
    return read["Service"]


def test_the_sample_settings_are_settings(tmp_path: Path) -> None:
    lines = [line.removeprefix("#") for line in (DEPLOY / "environment").read_text().splitlines() if "=" in line]
    told = dict(shlex.split(line)[0].split("=", 1) for line in lines)
    for name in ("IONAS_PBX_SECRET_FILE", "IONAS_DATABASE_PASSWORD_FILE"):
        assert told[name].startswith("/etc/ionas-phone/")
        (tmp_path / name).write_text("s3cret\n")
        told[name] = str(tmp_path / name)
    settings = Settings.from_env(told)
    assert settings.data == Path(f"/var/lib/{unit()['StateDirectory']}")
    port = f"{settings.http_host}:{settings.http_port}"
    assert f"proxy_pass http://{port};" in (DEPLOY / "nginx.conf").read_text()


def test_the_unit_and_the_command_run_the_same_program_with_the_same_settings() -> None:
    command = (DEPLOY / "ionas").read_text()
    program, serve = unit()["ExecStart"].split()
    assert serve == "serve"
    for shared in (program, unit()["EnvironmentFile"], unit()["WorkingDirectory"], f"--reuid={unit()['User']}"):
        assert shared in command


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(text: Path) -> None:
    named = set(re.findall(r"\bIONAS_[A-Z_]*[A-Z]\b(?!…)", text.read_text("utf-8"))) - {"IONAS_"}
    families = {name for name in named if any(known.startswith(f"{name}_") for known in VARIABLES)}
    assert named - families - _OTHERS <= VARIABLES.keys()


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.name)
def test_every_command_that_is_named_exists(text: Path) -> None:
    said = re.findall(r"(?:sudo ionas|`ionas-phone|\$ionas) ([a-z]+)", text.read_text("utf-8"))
    for word in said:
        with pytest.raises((SystemExit, WrongUse)) as ended:
            parser(Terminal("en")).parse_args([word, "--help"])
        assert ended.type is SystemExit, word
