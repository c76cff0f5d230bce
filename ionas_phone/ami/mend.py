"""A message with foreign lines in it, made whole. Rule: only what a stranger can't know says where it goes on.

A caller's number is printed raw, so it may hold line breaks, whole forged events and even a complete forged end of the
very message it stands in. What nobody outside can know is the system name, and with it begins every unique id. So a
channel block is read forward up to its first raw text (CallerIDNum) and goes on at the unique id that is the PBX's own;
whatever stands between and does not belong there is dropped. After a raw channel variable the last word is genuine in
headers that every such message bears; one that it may lack is dropped there unless it names an id of the PBX's own, and
a second beginning spoils it.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile
from types import MappingProxyType
from typing import NamedTuple

from ionas_phone.ami.channels import CRLF
from ionas_phone.ami.shapes import ENTRY_HEAD, ENTRY_TAIL, Block, Shape

_SAFE = 4  # headers of a block before anything raw has been printed: Channel … CallerIDNum itself
_ANCHOR = 3  # headers at its end that nothing raw stands between: Priority Uniqueid Linkedid


class Mended(NamedTuple):
    """What is left of a message.

    ``own``: every unique id in it is the PBX's own, so that no block can be forged. ``clear``: no raw variable that is
    not known to be harmless stands before any other header. ``tail``: the headers behind blocks and variables.
    """

    lines: list[str]
    keys: dict[str, str]
    own: bool
    clear: bool
    tail: tuple[str, ...]


def mend(lines: list[str], shape: Shape, own: str, proven: Mapping[str, str] = MappingProxyType({})) -> Mended | None:
    """Drop what does not belong; None if nobody can tell what was meant, at least not before more lines have come.

    ``own``: how every unique id of this PBX begins. ``proven``: by unique id, the channel variables known to hold no
    line break; what stands after others may be a caller's own words up to the last header of each name.
    """
    firm: list[str] = []  # what no raw text stands before, and the blocks
    loose: list[str] = []  # what stands after raw texts: variables and the event's own headers
    at = 0
    ours = clear = True
    left = shape.blocks
    while (begin := _begin(lines, left, at)) is not None:
        start, block = begin
        left = left[left.index(block) + 1 :]
        end = _anchor(lines, start + _SAFE, block, own)
        if end is None or tuple(_name(line) for line in lines[start : start + _SAFE]) != block.names[:_SAFE]:
            return None
        known = lines[end - 2].startswith(f"{block.unique_id}: {own}")
        if not clear and (not known or _find(lines[:end], block.channel, start + 1) is not None):
            return None  # a raw variable before it may have written this beginning, or the whole block
        (loose if at else firm).extend(lines[at:start])
        firm += lines[start : start + _SAFE]
        firm += _between(lines[start + _SAFE : end - _ANCHOR], block.names[_SAFE:-_ANCHOR])
        firm += lines[end - _ANCHOR : end]
        clear = clear and _clear(lines[end:], block, proven.get(lines[end - 2].partition(": ")[2]))
        ours = ours and known
        at = end
    (loose if at else firm).extend(lines[at:])
    if not clear:
        loose = [line for line in loose if _name(line) not in shape.optional or line.partition(": ")[2].startswith(own)]
    if at and not _absent(shape, firm).isdisjoint(map(_name, loose)):
        return None
    keys = _last_word(firm, loose)
    if not all(name in keys for name in shape.needs):
        return None
    tail = tuple(name for name in map(_name, loose) if not name.endswith("ChanVariable"))
    return Mended([*firm, *loose], keys, ours, clear, tail)


def mend_entry(lines: list[str]) -> Mended | None:
    """A waiting caller's item: all that matters stands before its first and after its last raw text."""
    head, tail = lines[: len(ENTRY_HEAD)], lines[-len(ENTRY_TAIL) :]
    if [_name(line) for line in (*head, *tail)] != [*ENTRY_HEAD, *ENTRY_TAIL]:
        return None
    return Mended([*head, *tail], _last_word([*head, *tail], []), own=True, clear=True, tail=())


def _anchor(lines: list[str], start: int, block: Block, own: str) -> int | None:
    """Where the block ends (exclusive): after the PBX's own ids; after foreign ones only if there are no others."""
    foreign = []
    for end in range(start + _ANCHOR, len(lines) + 1):
        if tuple(_name(line) for line in lines[end - _ANCHOR : end]) == block.names[-_ANCHOR:]:
            if lines[end - 2].startswith(f"{block.unique_id}: {own}"):
                return end
            foreign.append(end)
    return foreign[0] if len(foreign) == 1 else None


def _begin(lines: list[str], blocks: tuple[Block, ...], at: int) -> tuple[int, Block] | None:
    """Find the next block: whichever begins first, for a raw text inside it may look like the others."""
    begins = {block.channel: block for block in blocks}
    return next(((n, begins[name]) for n in range(at, len(lines)) if (name := _name(lines[n])) in begins), None)


def _clear(after: list[str], block: Block, known: str | None) -> bool:
    """Tell whether what follows the ids is free of raw texts: no variables, or none but those known to be harmless."""
    told = [line.partition(": ")[2] for line in takewhile(lambda line: _name(line) == block.variables, after)]
    return not told or CRLF.join(told) == known


def _absent(shape: Shape, firm: list[str]) -> set[str]:
    """What would be half a block: its channel or its unique id, where the block is not there."""
    ids = {name for block in shape.blocks for name in (block.channel, block.unique_id)}
    return ids.difference(map(_name, firm))


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
            keys[name] = keys[name] + CRLF + text if name in keys and name.endswith("ChanVariable") else text
    return keys


def _find(lines: list[str], name: str, start: int) -> int | None:
    return next((at for at in range(start, len(lines)) if _name(lines[at]) == name), None)


def _name(line: str) -> str:
    return line.partition(": ")[0]
