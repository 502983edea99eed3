"""docs/state-diagrams.md says what the code does."""

from __future__ import annotations

from sinosure.portal.management.commands.state_diagrams import FILE
from sinosure.portal.state_diagrams import document, lifecycles


def test_the_committed_diagrams_are_those_of_the_code():
    assert FILE.read_text(encoding="utf-8") == document(), "run manage.py state_diagrams"


def test_every_table_of_moves_is_drawn():
    entities = {table.entity for table in lifecycles()}
    assert {"policy", "loss_notice", "mitigation_task", "collection_mandate"} <= entities
    assert len(entities) == len(lifecycles())


def test_no_state_is_drawn_that_no_move_leads_to_or_from():
    """A policy ends expired or renewed by one move: both arrows are there."""
    page = document()
    assert "IN_FORCE --> EXPIRED: expire auto" in page
    assert "IN_FORCE --> RENEWED: expire auto" in page
