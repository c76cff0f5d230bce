"""Every deed that is written down has a sentence, and every field a word."""

from __future__ import annotations

import ast
from pathlib import Path

from ionas_phone.web.audit_words import OTHER, SENTENCES, sentence_of

PRODUCT = Path(__file__).parents[3] / "ionas_phone"


def test_a_sentence_names_who_and_nothing_else() -> None:
    for sentence in SENTENCES.values():
        assert (sentence % {"who": "Anna"}).startswith("Anna ")


def test_every_deed_that_is_written_in_full_has_its_sentence() -> None:
    """Read the entries off the sources, as far as noun and action stand there."""
    found = set()
    for path in (*PRODUCT.glob("store/*.py"), *PRODUCT.glob("web/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("audit.Entry"):
                noun, action = (ast.unparse(argument).strip("'") for argument in (node.args[2], node.args[4]))
                if action.isalpha() and action != "action":
                    found.add((noun, action))
    assert {("script", "create"), ("session", "estimate"), ("customers", "export"), ("audit log", "export")} <= found
    assert found <= SENTENCES.keys()


def test_each_deed_on_a_missed_caller_has_its_own() -> None:
    source = ast.parse((PRODUCT / "store" / "missed.py").read_text(encoding="utf-8"))
    notes = [one for one in ast.walk(source) if isinstance(one, ast.Call) and ast.unparse(one.func) == "_note"]
    deeds = [ast.literal_eval(one.args[2]) for one in notes]
    assert sorted(deeds) == ["call_back", "give_back", "settle", "take"]
    assert len({sentence_of("call", deed) for deed in deeds} - {OTHER}) == len(deeds)


def test_a_deed_nobody_has_words_for_is_shown_all_the_same() -> None:
    assert sentence_of("session", "close") == SENTENCES["session", "close"]
    assert sentence_of("kettle", "boil") == OTHER
