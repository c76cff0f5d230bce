"""A message with foreign lines in it, made whole. Rule: only what a stranger can't know says where it goes on.

A caller's number is printed raw, so it may hold line breaks, whole forged events and even a complete forged end of the
very message it stands in. What nobody outside can know is the system name, and with it begins every unique id. So a
channel block is read forward up to its first raw text (CallerIDNum) and goes on at the unique id that is the PBX's own;
whatever stands between and does not belong there is dropped.
"""

from __future__ import annotations

from typing import NamedTuple

from ionas_phone.ami.shapes import ENTRY_HEAD, ENTRY_TAIL, Block, Shape

_SAFE = 4  # headers of a block before anything raw has been printed: Channel … CallerIDNum itself
_ANCHOR = 3  # headers at its end that nothing raw stands between: Priority Uniqueid Linkedid


class Mended(NamedTuple):
    """What is left of a message. ``sure``: every unique id in it is the PBX's own, so that it can't be forged."""

    lines: list[str]
    keys: dict[str, str]
    sure: bool


def mend(lines: list[str], shape: Shape, own: str) -> Mended | None:
    """Drop what does not belong; None if nobody can tell what was meant, at least not before more lines have come.

    ``own``: how every unique id of this PBX begins.
    """
    firm: list[str] = []  # what no raw text stands before, and the blocks
    loose: list[str] = []  # what stands after raw texts: variables and the event's own headers
    at = 0
    sure = True
    for block in shape.blocks:
        start = _find(lines, block.channel, at)
        if start is None:
            continue
        end = _anchor(lines, start + _SAFE, block, own)
        if end is None or tuple(_name(line) for line in lines[start : start + _SAFE]) != block.names[:_SAFE]:
            return None
        again = _find(lines[:end], block.channel, start + 1)
        if at and again is not None and not _clean(lines[at:start], lines[start:end]):
            return None
        (loose if at else firm).extend(lines[at:start])
        firm += lines[start : start + _SAFE]
        firm += _between(lines[start + _SAFE : end - _ANCHOR], block.names[_SAFE:-_ANCHOR])
        firm += lines[end - _ANCHOR : end]
        sure = sure and lines[end - 2].startswith(f"{block.unique_id}: {own}")
        at = end
    (loose if at else firm).extend(lines[at:])
    keys = _last_word(firm, loose)
    return Mended([*firm, *loose], keys, sure) if all(name in keys for name in shape.needs) else None


def mend_entry(lines: list[str]) -> Mended | None:
    """A waiting caller's item: all that matters stands before its first and after its last raw text."""
    head, tail = lines[: len(ENTRY_HEAD)], lines[-len(ENTRY_TAIL) :]
    if [_name(line) for line in (*head, *tail)] != [*ENTRY_HEAD, *ENTRY_TAIL]:
        return None
    return Mended([*head, *tail], _last_word([*head, *tail], []), sure=True)


def _anchor(lines: list[str], start: int, block: Block, own: str) -> int | None:
    """Where the block ends (exclusive): after the PBX's own ids; after foreign ones only if there are no others."""
    foreign = []
    for end in range(start + _ANCHOR, len(lines) + 1):
        if tuple(_name(line) for line in lines[end - _ANCHOR : end]) == block.names[-_ANCHOR:]:
            if lines[end - 2].startswith(f"{block.unique_id}: {own}"):
                return end
            foreign.append(end)
    return foreign[0] if len(foreign) == 1 else None


def _clean(before: list[str], block: list[str]) -> bool:
    """Of two beginnings the first is genuine unless a hostile variable of the block before can have written it."""
    names = {_name(line) for line in before}
    variables = {name for name in names if name.endswith("ChanVariable")}
    others = names - variables
    return all("Bridge" in name for name in others) and not any(_name(line) in variables for line in block)


def _between(lines: list[str], names: tuple[str, ...]) -> list[str]:
    """The headers between number and ids, each as it stands nearest to the ids: what is forged comes before."""
    kept: list[str] = []
    at = len(lines)
    for name in reversed(names):
        found = next((n for n in range(at - 1, -1, -1) if _name(lines[n]) == name), None)
        kept.append(f"{name}: " if found is None else lines[found])
        at = at if found is None else found
    return kept[::-1]


def _last_word(firm: list[str], loose: list[str]) -> dict[str, str]:
    """The event's own headers are printed after all raw texts: of two loose ones with one name the last is genuine."""
    keys = dict(line.partition(": ")[::2] for line in firm[1:])
    settled = {"Event", *keys}
    for name, _, text in (line.partition(": ") for line in loose):
        if name not in settled:
            keys[name] = f"{keys[name]}\r\n{text}" if name in keys and name.endswith("ChanVariable") else text
    return keys


def _find(lines: list[str], name: str, start: int) -> int | None:
    return next((at for at in range(start, len(lines)) if _name(lines[at]) == name), None)


def _name(line: str) -> str:
    return line.partition(": ")[0]
