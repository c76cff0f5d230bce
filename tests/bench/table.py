"""A table of figures. Rule: what is measured and the goal beside it; a goal that is missed says so."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Table:
    """A headline, what was done, and rows; ``goals``: what had to be reached, and whether it was."""

    title: str
    heads: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    goals: list[tuple[str, bool]] = field(default_factory=list)

    def say(self, sentence: str) -> None:
        self.words.append(sentence)

    def row(self, *cells: str) -> None:
        self.rows.append(cells)

    def goal(self, what: str, reached: bool) -> None:
        self.goals.append((what, reached))

    def markdown(self) -> str:
        lines = [self.heads, tuple("---" for _ in self.heads), *self.rows]
        table = [f"| {' | '.join(line)} |" for line in lines]
        goals = [f"- {what}: {'reached' if reached else '**missed**'}" for what, reached in self.goals]
        return "\n".join([f"## {self.title}", "", *self.words, "", *table, "", *goals, *([""] if goals else [])])
