"""``python -m ionas_phone``. Rule: the same as the installed command ``ionas-phone``."""

from __future__ import annotations

import sys

from ionas_phone.cli import main

if __name__ == "__main__":
    sys.exit(main())
