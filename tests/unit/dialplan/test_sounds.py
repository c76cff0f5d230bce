from __future__ import annotations

import array
import io
import wave
from itertools import pairwise

from ionas_phone.dialplan.sounds import RATE, SOUNDS, wav


def samples(sound: bytes) -> tuple[int, ...]:
    with wave.open(io.BytesIO(sound)) as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (8000, 2, 1)
        return tuple(array.array("h", file.readframes(file.getnframes())))


def test_a_tone_has_its_length_and_pitch_and_does_not_click() -> None:
    tone = samples(wav(((440.0, 0.5),)))
    assert len(tone) == RATE // 2
    rises = sum(before < 0 <= after for before, after in pairwise(tone))
    assert abs(rises - 220) <= 1
    assert abs(tone[0]) < 10
    assert abs(tone[-1]) < 300
    assert 4500 < max(tone) <= 5000


def test_a_rest_is_silent() -> None:
    assert set(samples(wav(((0.0, 0.1),)))) == {0}


def test_all_sounds_are_short_enough_to_ship_and_loud_enough_to_hear() -> None:
    for name, tones in SOUNDS.items():
        sound = wav(tones)
        assert len(sound) < 250_000, name
        assert max(samples(sound)) > 4000, name
