"""The built wheel in an empty environment: nothing of the checkout is in reach, and everything is there."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

CHECKOUT = Path(__file__).parents[2]
Command = Callable[..., subprocess.CompletedProcess[str]]
pytestmark = pytest.mark.timeout(300)  # the environment is made from nothing


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=CHECKOUT, check=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that holds the pinned dependencies and the wheel, nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    install: list[str | Path] = [
        folder / "bin" / "python",
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--quiet",
    ]
    subprocess.run([*install, "--require-hashes", "-r", CHECKOUT / "requirements" / "main.txt"], check=True)
    subprocess.run([*install, "--no-deps", "--no-index", wheel], check=True)
    return folder


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    """All that the commands know of the world."""
    return {"PATH": os.defpath, "HOME": str(tmp_path), "LANG": "C.UTF-8"}


@pytest.fixture
def command(environment: Path, variables: dict[str, str], tmp_path: Path) -> Command:
    def run(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [environment / "bin" / "ionas-phone", *words],
            cwd=tmp_path,
            env=variables | more,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def served(command: Command, environment: Path, variables: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """The installed service with its practice line; its address. It goes within two seconds when told to."""
    assert command("migrate").returncode == 0
    service = subprocess.Popen(
        [environment / "bin" / "ionas-phone", "serve"],
        cwd=tmp_path,
        env=variables | {"IONAS_PRACTICE": "1", "IONAS_HTTP": "127.0.0.1:0"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert service.stdout
        said = service.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert found, said
        yield found[0]
        service.send_signal(signal.SIGTERM)
        told = time.monotonic()
        assert service.wait(timeout=10) == 0
        assert time.monotonic() - told < 2
    finally:
        service.kill()
        service.communicate()


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own address
        assert answer.status == 200
        return str(answer.read().decode(errors="replace"))  # a font is no text


def test_pages_words_and_dial_plan_travel_inside(wheel: Path) -> None:
    inside = {name.removeprefix("ionas_phone/_shipped/") for name in ZipFile(wheel).namelist()}
    wanted = {
        path.relative_to(CHECKOUT).as_posix()
        for folder in ("webui", "dialplan")
        for path in (CHECKOUT / folder).rglob("*")
        if path.is_file()
    }
    assert wanted - inside == set()
    assert {"webui/templates/base.html", "dialplan/extensions.conf"} <= wanted


def test_nothing_else_travels_with_it(wheel: Path) -> None:
    names = ZipFile(wheel).namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"ionas_phone"}
    assert [name for name in names if "__pycache__" in name or "/tests/" in name or name.endswith(".db")] == []


def test_it_is_not_the_checkout_that_runs(environment: Path, variables: dict[str, str], tmp_path: Path) -> None:
    question = "import sys, ionas_phone; print(ionas_phone.__file__, sys.path)"
    python = environment / "bin" / "python"
    answer = subprocess.run(
        [python, "-c", question], cwd=tmp_path, env=variables, capture_output=True, text=True, check=True
    )
    assert str(CHECKOUT) not in answer.stdout
    assert str(environment) in answer.stdout


def test_the_command_explains_itself(command: Command) -> None:
    said = command("--help")
    assert said.returncode == 0
    assert said.stdout.startswith("Aufruf: ionas-phone")
    assert re.fullmatch(r"ionas-phone \d+\.\d+\.\d+\n", command("--version").stdout)


def test_a_dial_plan_is_written(command: Command, tmp_path: Path) -> None:
    assert command("dialplan", "pbx").returncode == 0
    assert (tmp_path / "pbx" / "extensions.conf").is_file()


def test_example_people_go_into_the_folder_one_stands_in(command: Command, tmp_path: Path) -> None:
    assert command("migrate").returncode == 0
    said = command("example", IONAS_LANGUAGE="en")
    assert (said.returncode, said.stderr) == (0, "")
    assert "anna" in (tmp_path / "var" / "log-ins.txt").read_text()


def test_the_log_in_page_is_served_with_its_files(served: str) -> None:
    page = get(f"{served}/anmelden")
    assert "Anmelden" in page
    assert 'lang="de"' in page
    files = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    assert len(files) >= 2
    assert all(get(served + file) for file in files)
