"""《生产指示通知书》: the insurer's written instruction on goods in production."""

from __future__ import annotations

from declarations.models import ProductionInstruction
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.documents.bilingual import printed
from sinosure.documents.kinds import register
from sinosure.documents.models import Document
from sinosure.documents.services import issue

INSTRUCTION = "production_instruction"


def register_all() -> None:
    register(
        INSTRUCTION, "生产指示通知书", "Instruction on production", "letters/declarations/production_instruction.html"
    )


def issue_instruction(actor: Actor, row: ProductionInstruction) -> Document:
    contract = row.contract
    context = {
        "insured": contract.policyholder.name_zh, "insured_en": contract.policyholder.name_en,
        "policy": contract.policy.number, "contract_no": contract.contract_no, "number": contract.number,
        "goods": contract.goods, "buyer": contract.obligor.name, "buyer_code": contract.obligor.code,
        "currency": contract.policy.currency, "price": contract.policy_price, "costs": contract.costs,
        "covered": contract.covered, "is_stop": row.kind == "STOP", "kind": printed(row.get_kind_display),
        "effective_from": row.effective_from, "reasons": row.reasons, "issued_on": clock.today(),
    }  # fmt: skip
    return issue(
        actor=actor, kind=INSTRUCTION, subject=contract, policyholder_id=contract.policyholder_id, context=context,
        number=row.number,
    )  # fmt: skip
