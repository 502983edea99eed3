"""How the services of notices take a row: lock in scope, check the move, write, audit."""

from __future__ import annotations

from typing import Any

from claims.models import CollectionMandate, LossNotice, MitigationTask
from claims.moving import move_row, write
from claims.notices.lifecycle import NOTICE
from sinosure.accounts.actor import Actor
from sinosure.core.errors import Stale


def locked_notice(actor: Actor, notice_id: int, version: int | None = None) -> LossNotice:
    rows = LossNotice.objects.visible_to(actor).select_for_update(of=("self",))
    named = ("policy", "policyholder", "obligor", "obligor__country")
    notice: LossNotice = rows.select_related(*named).get(pk=notice_id)
    if version is not None and notice.version != version:
        raise Stale()
    return notice


def locked_task(actor: Actor, task_id: int) -> MitigationTask:
    """The task with its notice locked first: whatever touches a case takes the notice, then the part."""
    rows = MitigationTask.objects.visible_to(actor)
    notice = locked_notice(actor, rows.values_list("notice_id", flat=True).get(pk=task_id))
    task: MitigationTask = rows.select_for_update(of=("self",)).get(pk=task_id)
    task.notice = notice
    return task


def locked_mandate(actor: Actor, mandate_id: int) -> CollectionMandate:
    rows = CollectionMandate.objects.visible_to(actor)
    notice = locked_notice(actor, rows.values_list("notice_id", flat=True).get(pk=mandate_id))
    mandate: CollectionMandate = rows.select_for_update(of=("self",)).get(pk=mandate_id)
    mandate.notice = notice
    return mandate


def move_notice(
    actor: Actor, notice: LossNotice, action: str, detail: dict[str, Any] | None = None, **changes: Any
) -> LossNotice:
    """One move of the notice's lifecycle with the columns that change."""
    return move_row(NOTICE, actor, notice, action, detail, version=notice.version + 1, **changes)


__all__ = ["locked_mandate", "locked_notice", "locked_task", "move_notice", "move_row", "write"]
