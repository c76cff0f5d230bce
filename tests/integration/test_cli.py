"""The command line as a process: on PostgreSQL, at a terminal, and where another program is in the way."""

from __future__ import annotations

import os
import pty
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
PASSWORD = "Möhren & Gurken"
Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    return {
        "PATH": os.defpath,
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(CHECKOUT),
        "IONAS_LANGUAGE": "en",
    }


@pytest.fixture
def command(variables: dict[str, str], tmp_path: Path) -> Command:
    def run(*words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "ionas_phone", *words],
            cwd=tmp_path,
            env=variables,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True)
def test_everything_works_on_postgresql(
    command: Command, variables: dict[str, str], empty_url: str, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("p@ss/wörd\n", encoding="utf-8")
    variables |= {"IONAS_DATABASE_URL": empty_url, "IONAS_DATABASE_PASSWORD_FILE": str(tmp_path / "secret")}
    assert "run `ionas-phone migrate` first" in command("user", "list").stderr
    assert command("migrate").stdout.startswith("The tables are up to date; steps done: 0001")
    assert command("example").stdout.startswith("25 example customers are written down.")
    assert command("user", "add", "dora", "--role", "admin", typed=PASSWORD).returncode == 0
    assert command("user", "disable", "ben").stdout == "ben can no longer sign in.\n"
    assert len(command("user", "list").stdout.splitlines()) == 7
    (tmp_path / "more.csv").write_text("number;name\n10001;Renate Maier\n20001;Neu\n;Nobody\n", encoding="cp1252")
    said = command("customers", "import", "more.csv")
    assert said.stdout == "1 added, 1 changed, 0 as they were, 1 refused (UTF-8).\n"
    assert (said.returncode, said.stderr.count("\n")) == (1, 1)


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """Both ends of a terminal: the person's and the program's."""
    ends = pty.openpty()
    yield ends
    for end in ends:
        os.close(end)


def read_until(person: int, words: str) -> str:
    read = b""
    while words.encode() not in read:
        read += os.read(person, 1024)
    return read.decode()


def test_a_password_is_asked_for_twice_and_never_shown(
    command: Command, variables: dict[str, str], terminal: tuple[int, int], tmp_path: Path
) -> None:
    command("migrate")
    person, program = terminal
    with subprocess.Popen(
        [sys.executable, "-m", "ionas_phone", "user", "add", "anna", "--role", "assistant"],
        cwd=tmp_path,
        env=variables,
        stdin=program,
        stdout=program,
        stderr=program,
        start_new_session=True,
    ) as process:
        shown = read_until(person, "Password: ")
        os.write(person, f"{PASSWORD}\n".encode())
        shown += read_until(person, "The same again: ")
        os.write(person, f"{PASSWORD}\n".encode())
        shown += read_until(person, "may sign in.")
        assert process.wait() == 0
    assert PASSWORD not in shown


def test_an_address_in_use_is_a_wrong_setting(command: Command, variables: dict[str, str]) -> None:
    command("migrate")
    with socket.create_server(("127.0.0.1", 0)) as other:
        place = f"127.0.0.1:{other.getsockname()[1]}"
        variables |= {"IONAS_HTTP": place, "IONAS_PRACTICE": "1"}
        said = command("serve")
    assert said.returncode == 2
    assert (
        f"ionas-phone: At IONAS_HTTP={place} another program is at work; end it, or name another port.\n" in said.stderr
    )
    assert "Traceback" not in said.stderr
