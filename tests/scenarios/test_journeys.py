"""Every recording whose truth is known (``<name>.json``): replaying it tells the same, to 0.3 s."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ionas_phone.runtime.replay import Replay

HERE = Path(__file__).parent
TRUTHS = sorted(HERE.glob("*/*.json"))
TOLERANCE = 0.3 + 1e-6  # seconds: an event is not the act


def differences(where: str, truth: Any, told: Any) -> Iterator[str]:
    """Say where two values differ; numbers may do so a little."""
    if isinstance(truth, dict) and isinstance(told, dict) and truth.keys() == told.keys():
        for name, value in truth.items():
            yield from differences(f"{where}.{name}", value, told[name])
    elif isinstance(truth, list) and isinstance(told, list) and len(truth) == len(told):
        for at, value in enumerate(truth):
            yield from differences(f"{where}[{at}]", value, told[at])
    elif not _alike(truth, told):
        yield f"{where}: {told!r} instead of {truth!r}"


def _alike(truth: Any, told: Any) -> bool:
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in (truth, told)):
        return type(truth) is type(told) and bool(truth == told)
    return bool(abs(truth - told) <= TOLERANCE)


@pytest.mark.parametrize("path", TRUTHS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_replay_tells_what_the_calls_were(path: Path) -> None:
    replay = Replay()
    replay.feed(path.with_suffix(".ami").read_bytes())
    replay.finish()
    assert replay.failures == []
    assert list(differences("", json.loads(path.read_text()), replay.journeys())) == []


def test_a_difference_is_seen() -> None:
    truth = {"a": [1.0, {"b": "x", "c": None}], "d": True}
    assert list(differences("", truth, {"a": [1.29, {"b": "x", "c": None}], "d": True})) == []
    assert list(differences("", truth, {"a": [1.31, {"b": "y", "c": 0}], "d": 1})) == [
        *(".a[0]: 1.31 instead of 1.0", ".a[1].b: 'y' instead of 'x'", ".a[1].c: 0 instead of None"),
        ".d: 1 instead of True",
    ]
    assert len(list(differences("", truth, {"a": [], "d": True}))) == 1
    assert len(list(differences("", truth, {"d": True}))) == 1
