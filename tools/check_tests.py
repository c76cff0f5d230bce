"""Every source file has its test file. Rule: a/b.py is tested in test_b.py below the same folders, unit or integration.

The map: ``ionas_phone/a/b.py`` -> ``tests/unit/a/test_b.py`` or ``tests/integration/a/test_b.py`` or, where only a
browser or a whole service tells, ``tests/e2e/a/test_b.py``; ``tools/b.py`` -> ``tests/unit/tools/test_b.py``. A
file that only declares (constants, dataclasses without methods, imports) has nothing that could fail and needs none; an
``__init__.py`` that does more is tested in ``test_init.py``.
"""

from __future__ import annotations

import ast
from pathlib import Path

from tools.files import files, place

KINDS = ("unit", "integration", "e2e")

# Files without a test of their own: path -> why, and which test proves them. A reason is compulsory.
WITHOUT: dict[str, str] = {}


def problems(root: Path) -> list[str]:
    """Return the sources nobody tests, and exceptions that are no longer needed."""
    found: list[str] = []
    for path in files(root, "ionas_phone/**/*.py", "tools/**/*.py"):
        name = place(root, path)
        if name in WITHOUT or _only_declares(path):
            continue
        wanted = candidates(name)
        if not any((root / test).is_file() for test in wanted):
            found.append(f"{name} has no test file; {wanted[0]} is where it belongs")
    found += [f"{name} is excepted but not there" for name in WITHOUT if not (root / name).is_file()]
    return found


def candidates(name: str) -> list[str]:
    """Return where the test of the source ``name`` may lie, likeliest first."""
    folders, _, file = name.removesuffix(".py").rpartition("/")
    below = folders.removeprefix("ionas_phone").strip("/")
    stem = file.strip("_")
    return [f"tests/{kind}/{below}/test_{stem}.py".replace("//", "/") for kind in KINDS]


def _only_declares(path: Path) -> bool:
    tree = ast.parse(path.read_bytes(), path.name)
    return not any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) for node in ast.walk(tree))
