"""The service as it is installed: without what only the tools of development bring. Rule: it changes nothing else."""

from __future__ import annotations

import runpy
import sys
from typing import Any

if __name__ == "__main__":
    modules: dict[str, Any] = sys.modules
    modules["rich"] = None  # import-linter's; structlog loads it where it finds it, for colours nobody sees: 4 MB
    runpy.run_module("ionas_phone", run_name="__main__", alter_sys=True)
