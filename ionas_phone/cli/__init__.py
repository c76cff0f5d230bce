"""The command ``ionas-phone``. Rule: one module per noun; each says in a sentence what it did."""

from ionas_phone.cli.main import main

__all__ = ["main"]
