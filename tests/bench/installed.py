"""The service as it is installed: without what only the tools of development bring. Rule: it changes nothing else."""

from __future__ import annotations

import runpy
import sys

if __name__ == "__main__":
    sys.modules["rich"] = None  # type: ignore[assignment] - import-linter's; structlog loads it where it finds it (4 MB)
    runpy.run_module("ionas_phone", run_name="__main__", alter_sys=True)
