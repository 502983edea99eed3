"""The deeds behind the buttons of a case."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from claims.models import LossNotice, MitigationTask
from claims.notices import forms, handling, mandates, tasks
from claims.notices.views.shared import asking, deed, mandate_or_404, notice_or_404, task_or_404

TRIAGE, FILE, ASSIGN, ANSWER = "notices.triage", "notices.file", "mitigation.assign", "mitigation.answer"


def _analysis(notice: LossNotice) -> dict[str, Any]:
    return {"loss_analysis": notice.loss_analysis, "liability_analysis": notice.liability_analysis}


def _cost(task: MitigationTask) -> dict[str, Any]:
    return {"cost_estimate": task.cost_estimate}


notice_accept = deed(TRIAGE, notice_or_404, "notice_id", handling.accept, _("The notice is accepted."))
notice_resolve_paid = deed(TRIAGE, notice_or_404, "notice_id", handling.resolve_paid, _("Closed: the buyer paid."))
notice_ask = asking(
    TRIAGE, notice_or_404, "notice_id", handling.ask, forms.QuestionForm, _("Ask for information"), _("Send the question"),
    _("The question was sent."),
)  # fmt: skip
notice_answer = asking(
    FILE, notice_or_404, "notice_id", handling.answer, forms.AnswerForm, _("Answer the insurer"), _("Send the answer"),
    _("The answer was sent."),
)  # fmt: skip
notice_analyse = asking(
    TRIAGE, notice_or_404, "notice_id", handling.analyse, forms.AnalysisForm, _("Preliminary analysis"), _("Keep"),
    _("Kept for our own use."), intro=_("Only the insurer's people see this."), initial=_analysis,
)  # fmt: skip
notice_close_no_claim = asking(
    TRIAGE, notice_or_404, "notice_id", handling.close_no_claim, forms.ReasonForm, _("Close without claim"), _("Close"),
    _("The case is closed."),
)  # fmt: skip
notice_withdraw = asking(
    FILE, notice_or_404, "notice_id", handling.withdraw, forms.ReasonForm, _("Withdraw the notice"), _("Withdraw the notice"),
    _("The notice was withdrawn."),
    intro=_("While invoices stay unpaid their own 30 days go on. Cover on the buyer opens again when an underwriter says so."),
)  # fmt: skip
notice_assign_task = asking(
    ASSIGN, notice_or_404, "notice_id", tasks.assign, forms.TaskForm, _("Give an instruction"), _("Give the instruction"),
    _("The instruction was sent to the insured."), with_currency=True,
)  # fmt: skip
notice_mandate = asking(
    ASSIGN, notice_or_404, "notice_id", mandates.draw_up, forms.MandateForm, _("Entrust collection"),
    _("Draw up the mandate"), _("The mandate waits for the signature of the insured."),
)  # fmt: skip
task_accept = asking(
    ANSWER, task_or_404, "task_id", tasks.accept, forms.CostForm, _("Accept the instruction"), _("Accept"),
    _("Accepted. Report when it is done."), initial=_cost, with_currency=True,
    intro=_("If it costs money, say how much. Only costs with the insurer's written consent are shared."),
)  # fmt: skip
task_refuse = asking(
    ANSWER, task_or_404, "task_id", tasks.refuse, forms.ResultForm, _("Refuse the instruction"), _("Refuse"),
    _("The insurer was told."),
)  # fmt: skip
task_done = asking(
    ANSWER, task_or_404, "task_id", tasks.done, forms.ResultForm, _("Report as done"), _("Report"),
    _("The insurer was told."),
)  # fmt: skip
task_consent = asking(
    ASSIGN, task_or_404, "task_id", tasks.consent, forms.CostForm, _("Consent to the cost"), _("Consent in writing"),
    _("Consent was given and has its number."), initial=_cost, with_currency=True,
)  # fmt: skip
mandate_sign = deed(FILE, mandate_or_404, "mandate_id", mandates.sign, _("Signed. Collection begins."))
mandate_end = deed(ASSIGN, mandate_or_404, "mandate_id", mandates.end, _("The mandate has ended."))
mandate_report = asking(
    ASSIGN, mandate_or_404, "mandate_id", mandates.report, forms.ReportForm, _("Report of the channel"), _("Add"),
    _("The report was added."),
)  # fmt: skip
