"""Files and functions stay readable in one sitting. Rule: the eighth of CONTRIBUTING.md; aim for 120 lines."""

from __future__ import annotations

import ast
from pathlib import Path

from tools.check_vendor import vendored
from tools.files import files, place

LIMITS = {
    "ionas_phone/**/*.py": 350,
    "tools/**/*.py": 350,
    "tests/**/*.py": 500,
    "webui/templates/**/*": 80,
    "webui/static/*.js": 150,
    "webui/static/*.css": 350,
}
FUNCTION = 40
# A migration is one schema step written down from top to bottom; cut into functions it would only be harder to read.
_ANY_FUNCTION_LENGTH = "ionas_phone/store/migrations/versions/"


def problems(root: Path) -> list[str]:
    """Return the files and functions that are too long."""
    found: list[str] = []
    theirs = vendored(root)  # what is other people's is as long as it is
    for pattern, limit in LIMITS.items():
        for path in set(files(root, pattern)) - theirs:
            count = len(path.read_bytes().splitlines())
            if count > limit:
                found.append(f"{place(root, path)} has {count} lines, {limit} are allowed")
    for path in files(root, "ionas_phone/**/*.py", "tools/**/*.py", "tests/**/*.py"):
        if not place(root, path).startswith(_ANY_FUNCTION_LENGTH):
            found += _long_functions(root, path)
    return found


def _long_functions(root: Path, path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_bytes(), path.name)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            count = (node.end_lineno or node.lineno) - node.lineno + 1
            if count > FUNCTION:
                found.append(
                    f"{place(root, path, node.lineno)} {node.name}() has {count} lines, {FUNCTION} are allowed"
                )
    return found
