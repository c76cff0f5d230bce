"""Sounds made of tones: no sound package is needed. Rule: WAV, 8000 Hz, 16 bit, mono, which every Asterisk plays."""

from __future__ import annotations

import array
import io
import math
import sys
import wave

RATE = 8000
_LOUD = 5000  # of 32767: a telephone is held to the ear
_EDGE = 0.012  # seconds of fading in and out, so that no tone clicks

_C, _D, _E, _F, _G, _A, _LOW_G = 523.25, 587.33, 659.26, 698.46, 783.99, 880.0, 392.0
_REST = 0.0

# (Hz, seconds) in turn. Replace them by spoken recordings of the same names: dialplan/README.md has the words.
SOUNDS: dict[str, tuple[tuple[float, float], ...]] = {
    "sounds/welcome.wav": ((_C, 0.2), (_E, 0.2), (_G, 0.4)),
    "sounds/closed.wav": ((_G, 0.3), (_E, 0.3), (_C, 0.6), (_REST, 0.3), (_G, 0.3), (_E, 0.3), (_C, 0.6)),
    "sounds/nobody.wav": ((_E, 0.3), (_C, 0.3), (_LOW_G, 0.6), (_REST, 0.3), (_E, 0.3), (_C, 0.3), (_LOW_G, 0.6)),
    "sounds/done.wav": ((_G, 0.15), (_G, 0.15)),
    "music/waiting.wav": (
        *((_C, 0.6), (_E, 0.6), (_G, 0.6), (_E, 0.6), (_D, 0.6), (_F, 0.6), (_A, 0.6), (_F, 0.6)),
        *((_C, 0.6), (_E, 0.6), (_G, 0.6), (_C, 1.2), (_REST, 4.0)),
    ),
}


def wav(tones: tuple[tuple[float, float], ...]) -> bytes:
    """Return ``tones`` ((Hz, seconds) in turn, 0 Hz = silence) as a WAV file."""
    samples = array.array("h")
    for frequency, seconds in tones:
        length = int(seconds * RATE)
        edge = int(_EDGE * RATE)
        for n in range(length):
            fade = min(1.0, n / edge, (length - n) / edge)
            samples.append(int(_LOUD * fade * math.sin(2 * math.pi * frequency * n / RATE)))
    if sys.byteorder == "big":  # WAV is little-endian
        samples.byteswap()
    stream = io.BytesIO()
    with wave.open(stream, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return stream.getvalue()
