"""A message with foreign lines in it, made whole. Rule: only what a stranger can't know says where it goes on.

A caller's number is printed raw, so it may hold line breaks, whole forged events and even a complete forged end of the
very message it stands in. What nobody outside can know is the system name, and with it begins every unique id. So a
channel block is read forward up to its first raw text (CallerIDNum) and goes on at the unique id that is the PBX's own;
whatever stands between and does not belong there is dropped.
"""

from __future__ import annotations

from typing import NamedTuple

from ionas_phone.ami.shapes import ENTRY_HEAD, ENTRY_TAIL, Shape

_SAFE = 4  # headers of a block before anything raw has been printed: Channel … CallerIDNum itself
_ANCHOR = 3  # headers at its end that nothing raw stands between: Priority Uniqueid Linkedid


class Mended(NamedTuple):
    """What is left of a message. ``sure``: every unique id in it is the PBX's own, so that it can't be forged."""

    lines: list[str]
    keys: dict[str, str]
    sure: bool


class Beyond(Exception):
    """More than one end fits, or the beginning is broken: nobody can tell what was meant."""


def mend(lines: list[str], shape: Shape, own: str) -> Mended | None:
    """Drop what does not belong; None if the message was cut and its rest is yet to come. Raises ``Beyond``.

    ``own``: how every unique id of this PBX begins.
    """
    kept: list[str] = []
    at = 0
    sure = True
    for block in shape.blocks:
        start = _find(lines, block[0], at)
        if start is None:
            continue
        if [_name(line) for line in lines[start : start + _SAFE]] != list(block[:_SAFE]):
            raise Beyond
        end = _anchor(lines, start + _SAFE, block, own)
        if end is None:
            return None
        if at and _find(lines[:end], block[0], start + 1) is not None:
            raise Beyond  # raw channel variables stand before this block: any of its beginnings may be forged
        kept += lines[at : start + _SAFE]
        kept += _between(lines[start + _SAFE : end - _ANCHOR], block)
        kept += lines[end - _ANCHOR : end]
        sure = sure and lines[end - 2].startswith(f"{block[-2]}: {own}")
        at = end
    kept += lines[at:]
    keys = _last_word(kept)
    return Mended(kept, keys, sure) if all(name in keys for name in shape.needs) else None


def mend_entry(lines: list[str]) -> Mended:
    """A waiting caller's item: all that matters stands before its first and after its last raw text."""
    head, tail = lines[: len(ENTRY_HEAD)], lines[-len(ENTRY_TAIL) :]
    if [_name(line) for line in (*head, *tail)] != [*ENTRY_HEAD, *ENTRY_TAIL]:
        raise Beyond
    return Mended([*head, *tail], _last_word([*head, *tail]), sure=True)


def _anchor(lines: list[str], start: int, block: tuple[str, ...], own: str) -> int | None:
    """Where the block ends (exclusive): after its own ids; after foreign ones only if there are no others."""
    foreign = []
    for end in range(start + _ANCHOR, len(lines) + 1):
        if all(_name(lines[end - _ANCHOR + n]) == block[-_ANCHOR + n] for n in range(_ANCHOR)):
            if lines[end - 2].startswith(f"{block[-2]}: {own}"):
                return end
            foreign.append(end)
    if len(foreign) > 1:
        raise Beyond
    return foreign[0] if foreign else None


def _between(lines: list[str], block: tuple[str, ...]) -> list[str]:
    """The headers between number and ids, each as it stands nearest to the ids: what is forged comes before."""
    kept: list[str] = []
    at = len(lines)
    for name in reversed(block[_SAFE:-_ANCHOR]):
        found = next((n for n in range(at - 1, -1, -1) if _name(lines[n]) == name), None)
        kept.append(f"{name}: " if found is None else lines[found])
        at = at if found is None else found
    return kept[::-1]


def _last_word(lines: list[str]) -> dict[str, str]:
    """Headers outside the blocks are printed after all raw texts: of two with one name the last is genuine."""
    keys: dict[str, str] = {}
    for line in lines[1:]:
        name, _, text = line.partition(": ")
        keys[name] = f"{keys[name]}\r\n{text}" if name in keys and name.endswith("ChanVariable") else text
    return keys


def _find(lines: list[str], name: str, start: int) -> int | None:
    return next((at for at in range(start, len(lines)) if _name(lines[at]) == name), None)


def _name(line: str) -> str:
    return line.partition(": ")[0]
