"""The nine covered risks of the handbook, with their group and the obligor they concern (Rulebook §1.2)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class RiskGroup(models.TextChoices):
    COMMERCIAL = "COMMERCIAL", _("Commercial risk")
    POLITICAL = "POLITICAL", _("Political risk")


class CoveredRisk(models.TextChoices):
    """Exactly the handbook's list."""

    BUYER_INSOLVENCY = "BUYER_INSOLVENCY", _("Buyer bankrupt or insolvent")
    BUYER_DEFAULT = "BUYER_DEFAULT", _("Buyer's protracted default")
    BUYER_REJECTION = "BUYER_REJECTION", _("Buyer rejects the goods")
    BANK_INSOLVENCY = "BANK_INSOLVENCY", _("Issuing bank insolvent, closed or taken over")
    BANK_DEFAULT = "BANK_DEFAULT", _("Issuing bank defaults or refuses acceptance")
    POL_TRANSFER = "POL_TRANSFER", _("Payment prohibited or restricted")
    POL_IMPORT = "POL_IMPORT", _("Import prohibited or licence revoked")
    POL_WAR = "POL_WAR", _("War, civil war, rebellion, revolution or riot")
    POL_MORATORIUM = "POL_MORATORIUM", _("Moratorium on payments")

    @property
    def group(self) -> RiskGroup:
        return RiskGroup.POLITICAL if self.value.startswith("POL_") else RiskGroup.COMMERCIAL

    @property
    def is_bank_risk(self) -> bool:
        """The obligor is the issuing bank: only under a letter of credit."""
        return self.value.startswith("BANK_")


# Chinese and English as printed in the schedule, in the handbook's words
PRINTED: dict[str, tuple[str, str]] = {
    CoveredRisk.BUYER_INSOLVENCY: ("买方破产或无力偿付债务", "Bankruptcy or insolvency of the buyer"),
    CoveredRisk.BUYER_DEFAULT: ("买方拖欠货款", "Protracted default of the buyer"),
    CoveredRisk.BUYER_REJECTION: ("买方拒绝接收货物", "Rejection of the goods by the buyer"),
    CoveredRisk.BANK_INSOLVENCY: ("开证行破产、停业或被接管", "Insolvency, closure or take-over of the issuing bank"),
    CoveredRisk.BANK_DEFAULT: (
        "单证相符、单单相符时开证行拖欠，或在远期信用证项下拒绝承兑",
        "Default or refusal of acceptance by the issuing bank",
    ),
    CoveredRisk.POL_TRANSFER: ("禁止或限制支付货款或信用证款项", "Prohibition or restriction of payment"),
    CoveredRisk.POL_IMPORT: (
        "禁止进口、撤销进口许可证或不批准展期",
        "Import ban, or import licence revoked or not extended",
    ),
    CoveredRisk.POL_WAR: ("战争、内战、叛乱、革命或暴动", "War, civil war, rebellion, revolution or riot"),
    CoveredRisk.POL_MORATORIUM: (
        "买方、开证行所在国或第三国颁布延期付款令",
        "Moratorium in the debtor's or a third country",
    ),
}
