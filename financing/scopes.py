"""What an agreement takes in, and where two of them meet (Rulebook §8.2): one receivable, one loss payee."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from credit_info.models import Obligor
from declarations.models import Shipment
from financing.models import Agreement
from policies.models import AssignmentScope, Policy
from sinosure.core.errors import DomainError
from sinosure.core.parsing import canonical_invoice_no
from sinosure.reference.models import Country

MOST = 200  # countries, obligors or invoices in one agreement


@dataclass(frozen=True)
class Given:
    """What was asked for: one of the three, or none for all exports under the policy."""

    countries: tuple[str, ...] = ()
    obligors: tuple[int, ...] = ()
    invoices: tuple[str, ...] = ()


ALL_EXPORTS = Given()


def columns(policy: Policy, given: Given) -> dict[str, list[Any]]:
    """The three columns of a scope, checked: known countries, obligors of the policy, invoices declared under it."""
    filled = [name for name in ("countries", "obligors", "invoices") if getattr(given, name)]
    if len(filled) > 1:
        message = _("Choose countries, or buyers, or invoices: one of the three, or none for all exports.")
        raise DomainError("one_scope", message, field=filled[1])
    return {
        "countries": _countries(given.countries),
        "obligors": _obligors(policy, given.obligors),
        "invoices": _invoices(policy, given.invoices),
    }


def _countries(codes: Iterable[str]) -> list[str]:
    wanted = _at_most(codes, "countries")
    known = set(Country.objects.filter(code__in=wanted).values_list("code", flat=True))
    return _all_known(wanted, known, "countries")


def _obligors(policy: Policy, ids: Iterable[int]) -> list[int]:
    wanted = _at_most(ids, "obligors")
    return _all_known(
        wanted, set(of_policies([policy.pk]).filter(pk__in=wanted).values_list("pk", flat=True)), "obligors"
    )


def of_policies(policies: Any) -> Any:
    """Obligors with a limit or a shipment under the policies."""
    has_any = Q(limits__policy__in=policies) | Q(shipments__policy__in=policies)
    return Obligor.objects.filter(has_any).distinct()


def _invoices(policy: Policy, numbers: Iterable[str]) -> list[str]:
    keys = _at_most((str(canonical_invoice_no(number).value) for number in numbers), "invoices")
    rows = Shipment.objects.live().filter(policy=policy, invoice_key__in=keys)
    return _all_known(keys, set(rows.values_list("invoice_key", flat=True)), "invoices")


def _at_most(values: Iterable[Any], field: str) -> list[Any]:
    found = sorted(set(values))
    if len(found) > MOST:
        message = _("At most %(most)s can be named in one agreement.")
        raise DomainError("too_many", message, field=field, most=MOST)
    return found


def _all_known(wanted: list[Any], known: set[Any], field: str) -> list[Any]:
    missing = [str(value) for value in wanted if value not in known]
    if missing:
        message = _("Not found under this policy: %(missing)s. Register or declare it first.")
        raise DomainError("unknown_scope", message, field=field, missing=", ".join(missing[:10]))
    return wanted


def meet(one: AssignmentScope, other: AssignmentScope, policy_id: int) -> bool:
    """Whether some shipment of the policy could be bound by both."""
    if one.is_whole or other.is_whole:
        return True
    pairs = zip(one.scope.values(), other.scope.values(), strict=True)
    return any(set(mine) & set(theirs) for mine, theirs in pairs) or _cross(one, other, policy_id)


def _cross(one: AssignmentScope, other: AssignmentScope, policy_id: int) -> bool:
    """A buyer in a country, an invoice on a buyer or in a country: either way round."""
    countries, obligors = {*one.countries, *other.countries}, {*one.obligors, *other.obligors}
    if Obligor.objects.filter(pk__in=obligors, country__in=countries).exists():
        return True
    on_them = Q(obligor__in=obligors) | Q(obligor__country__in=countries)
    invoices = {*one.invoices, *other.invoices}
    return Shipment.objects.live().filter(on_them, policy=policy_id, invoice_key__in=invoices).exists()


def narrowed(rows: QuerySet[Any], agreement: Agreement, invoice: str = "") -> QuerySet[Any]:
    """Rows of the policy with an `obligor` that the agreement takes in; `invoice` names their invoice key if they have one."""
    if agreement.countries:
        return rows.filter(obligor__country__in=agreement.countries)
    if agreement.obligors:
        return rows.filter(obligor__in=agreement.obligors)
    if not agreement.invoices:
        return rows
    if invoice:
        return rows.filter(**{f"{invoice}__in": agreement.invoices})
    listed = Shipment.objects.live().filter(policy=agreement.policy_id, invoice_key__in=agreement.invoices)
    return rows.filter(obligor__in=listed.values("obligor"))


def in_words(scope: AssignmentScope) -> Any:
    """For pages and letters."""
    if scope.countries:
        return _("Exports to buyers in %(names)s") % {"names": _list(country_names(scope.countries).values())}
    if scope.obligors:
        names = [row.name for row in Obligor.objects.filter(pk__in=scope.obligors).order_by("pk")]
        return _("Exports to %(names)s") % {"names": _list(names)}
    if scope.invoices:
        return _("Invoices %(names)s") % {"names": _list(scope.invoices)}
    return _("All exports under the policy")


def country_names(codes: Iterable[str]) -> dict[str, str]:
    """Names in the reader's language by code."""
    return {row.code: row.name for row in Country.objects.filter(code__in=list(codes))}


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)
