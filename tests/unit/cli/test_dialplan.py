from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Run


def test_a_plan_is_written_and_the_service_told_where(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "pbx"
    said = run("dialplan", str(folder), "--phone", "201=Anna", "--ami-port", "5138", "--weekdays", "08:00-18:00")
    assert (said.code, said.err) == (0, "")
    assert "IONAS_PBX_URLS=ami://ionas@127.0.0.1:5138\n" in said.out
    readme = next(line for line in said.out.splitlines() if "README.md" in line).partition(" tells ")[0]
    assert Path(readme).is_file()
    secret = Path(said.out.rpartition("IONAS_PBX_SECRET_FILE=")[2].strip())
    assert secret.is_absolute()
    assert secret.stat().st_mode & 0o777 == 0o600
    assert secret.read_text().strip()
    written = "\n".join(path.read_text() for path in folder.glob("*.conf"))
    assert "5138" in written
    assert "08:00-17:59" in written


def test_the_line_is_the_first_of_the_settings(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IONAS_LINES", "+4961315550999")
    assert run("dialplan", str(tmp_path / "pbx")).code == 0
    assert "61315550999" in (tmp_path / "pbx" / "extensions.conf").read_text()


def test_the_carriers_password_comes_from_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("ganzgeheim\n", encoding="utf-8")
    trunk = ["--trunk", "sip.example.org:5070", "--trunk-user", "ionas"]
    said = run("dialplan", str(tmp_path / "pbx"), *trunk, "--trunk-password-file", str(tmp_path / "secret"))
    assert said.code == 0
    written = (tmp_path / "pbx" / "pjsip.conf").read_text()
    assert "ganzgeheim" in written
    assert "sip.example.org:5070" in written


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--phone", "201"], 2, "--phone must look like 201=Anna"),
        (["--trunk", "host:x"], 2, "--trunk must look like"),
        (["--trunk", "host", "--trunk-password-file", "/does/not/exist"], 2, "--trunk-password-file"),
        (["--queue", "UPPER\n[evil]"], 2, ""),
        (["--weekdays", "sometimes"], 2, "sometimes are no opening hours"),
        (["--ami-port", "many"], 2, "argument --ami-port"),
        (["--asterisk", "12"], 2, "A dial plan can be written for Asterisk 16 to 23, not 12."),
    ],
)
def test_wrong_options_are_one_sentence_and_nothing_is_written(
    run: Run, tmp_path: Path, words: list[str], code: int, said: str
) -> None:
    result = run("dialplan", str(tmp_path / "pbx"), *words)
    assert result.code == code
    assert result.err.startswith(f"ionas-phone: {said}")
    assert not (tmp_path / "pbx").exists()


def test_somebody_elses_folder_is_left_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "pbx").mkdir()
    (tmp_path / "pbx" / "mine.conf").write_text("mine")
    said = run("dialplan", str(tmp_path / "pbx"))
    assert said.code == 1
    assert "is not empty" in said.err
