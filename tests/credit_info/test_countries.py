"""国别全景 and 行业概览: cover changes by two people, a suspension stops limits, each reads its own figures only."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pgtrigger
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from credit_info.atlas import cover, noting, picture, selectors, sources
from credit_info.atlas.cover import Terms
from credit_info.atlas.loading import load_notes
from credit_info.atlas.models import BookSum, CountryNote, CoverChange
from credit_info.atlas.summing import summarise
from credit_info.atlas.words import TEXTS
from credit_info.models import Obligor
from limits.models import CountryCap, CreditLimit, LimitStop
from limits.services import approve as approve_limit
from limits.services import reopen_country
from sinosure.accounts.actor import ANONYMOUS
from sinosure.audit.models import AuditEntry
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.deadlines.models import Deadline
from sinosure.deadlines.sweep import sweep
from sinosure.notifications.models import Message
from sinosure.reference.industries import INDUSTRIES
from sinosure.reference.models import Country, ExchangeRate
from sinosure.reference.regions import REGIONS
from sinosure.reference.seed.load import load_reference
from tests.factories.declarations import a_shipment, an_overdue_shipment
from tests.factories.limits import a_limit, a_proposed_application
from tests.factories.obligors import a_buyer
from tests.factories.people import actor, organisation, user
from tests.factories.policies import a_policy_in_force

pytestmark = pytest.mark.django_db
OPEN = Terms("A", "OPEN")
SUSPENDED = Terms("A", "SUSPENDED")


def propose(terms: Terms = SUSPENDED, country: str = "DE", who: str = "zhou", **changes) -> CoverChange:
    given = {"reason": "Payment channels are closed", **changes}
    return cover.propose(actor=actor(who), country=country, terms=terms, **given)


def in_force(terms: Terms = SUSPENDED, country: str = "DE") -> CoverChange:
    return cover.approve(actor=actor("sun"), change_id=propose(terms, country).pk)


def code_of(deed) -> str:
    with pytest.raises(DomainError) as refused, transaction.atomic():
        deed()
    return refused.value.code


def client_of(name: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
    return client


# cover ---------------------------------------------------------------------------------------------------------------


def test_one_proposes_another_decides_and_the_country_follows():
    load_reference()
    change = propose(Terms("C", "RESTRICTED", Decimal(5_000_000)))
    assert Country.objects.get(pk="DE").cover_status == "OPEN"
    assert code_of(lambda: cover.approve(actor=actor("zhou"), change_id=change.pk)) == "four_eyes"
    with pytest.raises(NotAllowed):
        cover.approve(actor=actor("cao"), change_id=change.pk)  # an analyst proposes, and does not decide
    cover.approve(actor=actor("gu"), change_id=change.pk)
    country = Country.objects.get(pk="DE")
    assert (country.risk_class, country.cover_status) == ("C", "RESTRICTED")
    assert CountryCap.objects.get(pk="DE").amount == Decimal(5_000_000)
    cover.approve(actor=actor("sun"), change_id=propose(Terms("C", "RESTRICTED")).pk)
    assert not CountryCap.objects.filter(pk="DE").exists()
    history = list(selectors.history("DE"))
    assert [(row.was_cap, row.cap) for row in history] == [(Decimal(5_000_000), None), (None, Decimal(5_000_000))]
    assert AuditEntry.objects.filter(action="country.changed").count() == 2


@pytest.mark.parametrize(
    ("terms", "changes", "code"),
    [
        (OPEN, {}, "nothing_changes"),
        (Terms("F", "OPEN"), {}, "bad_terms"),
        (Terms("A", "SHUT"), {}, "bad_terms"),
        (Terms("A", "OPEN", Decimal(-1)), {}, "bad_cap"),
        (SUSPENDED, {"reason": " "}, "reason_missing"),
        (SUSPENDED, {"days": -1}, "in_the_past"),
        (SUSPENDED, {"days": 400}, "too_far_ahead"),
    ],
)
def test_terms_that_are_no_terms_are_refused(terms, changes, code):
    load_reference()
    changes = dict(changes)
    day = clock.today() + timedelta(days=changes.pop("days", 0))
    assert code_of(lambda: propose(terms, effective_on=day, **changes)) == code


def test_one_change_is_open_at_a_time_and_may_be_turned_down_or_taken_back():
    load_reference()
    first = propose()
    assert code_of(propose) == "proposed_already"
    assert code_of(lambda: cover.reject(actor=actor("sun"), change_id=first.pk, comment="")) == "comment_required"
    cover.reject(actor=actor("sun"), change_id=first.pk, comment="Channels are open again")
    second = cover.withdraw(actor=actor("cao"), change_id=propose().pk)
    assert second.state == "WITHDRAWN"
    with pytest.raises(NotAllowed):
        propose(who="chen")


def test_terms_with_a_later_day_take_effect_on_that_day():
    load_reference()
    day = clock.today() + timedelta(days=3)
    change = cover.approve(actor=actor("sun"), change_id=propose(effective_on=day).pk)
    assert (change.state, Country.objects.get(pk="DE").cover_status) == ("APPROVED", "OPEN")
    with clock.frozen(day - timedelta(days=1)):
        sweep()
        assert Country.objects.get(pk="DE").cover_status == "OPEN"
    with clock.frozen(day):
        sweep()
    assert Country.objects.get(pk="DE").cover_status == "SUSPENDED"
    assert CoverChange.objects.get().in_force_at is not None


def test_a_change_that_is_taken_back_before_its_day_never_takes_effect():
    load_reference()
    day = clock.today() + timedelta(days=3)
    change = cover.approve(actor=actor("sun"), change_id=propose(effective_on=day).pk)
    cover.withdraw(actor=actor("zhou"), change_id=change.pk)
    assert Deadline.objects.get(kind=cover.STARTS).state == "CANCELLED"
    with clock.frozen(day):
        sweep()
    assert Country.objects.get(pk="DE").cover_status == "OPEN"


def test_the_database_keeps_the_history_and_the_second_person():
    load_reference()
    change = in_force(Terms("B", "OPEN"))
    rows = CoverChange.objects.filter(pk=change.pk)
    for deed in (lambda: rows.update(reason="Another"), lambda: rows.update(state="PROPOSED"), rows.delete):
        with pytest.raises(IntegrityError, match="never rewritten"), transaction.atomic():
            deed()
    waiting = propose()
    own = CoverChange.objects.filter(pk=waiting.pk)
    with pytest.raises(IntegrityError, match="cover_change_maker_is_not_checker"), transaction.atomic():
        own.update(decided_by_id=waiting.proposed_by_id, decided_at=clock.now())
    with pytest.raises(IntegrityError, match="cover_change_decided_by_somebody"), transaction.atomic():
        own.update(state="APPROVED")
    with pytest.raises(IntegrityError, match="one_open_change_a_country"), transaction.atomic():
        CoverChange.objects.create(
            country_id="DE", risk_class="A", cover_status="OPEN", was_risk_class="A", was_cover_status="OPEN", reason="x",
            effective_on=clock.today(), proposed_by=user("sun"), proposed_at=clock.now(),
        )  # fmt: skip
    with pgtrigger.ignore(
        "credit_info.CoverChange:terms_stand"
    ):  # the control: without its trigger a row can be rewritten
        assert rows.update(reason="Another") == 1


# what a suspension does ----------------------------------------------------------------------------------------------


def test_a_suspension_stops_every_limit_there_and_tells_the_exporter():
    limit, elsewhere = a_limit(), a_limit(obligor=a_buyer(country="FR"))
    in_force()
    stop = LimitStop.objects.get()
    assert (stop.limit, stop.reason, stop.stopped_on) == (limit, "COUNTRY", clock.today())
    assert set(CreditLimit.objects.filter(is_stopped=True)) == {limit}
    told = Message.objects.get(kind="limit.stopped")
    assert (told.organisation, told.params["buyer"]) == (organisation("haituo"), limit.obligor.name)
    assert not elsewhere.is_stopped


def test_reopening_needs_the_country_first_then_an_underwriter_with_a_reason():
    a_limit()
    in_force()
    deed = {"actor": actor("zhou"), "country": "DE"}
    assert code_of(lambda: reopen_country(**deed, comment="Why not")) == "country_suspended"
    in_force(OPEN)
    assert CreditLimit.objects.get().is_stopped  # LIM-10 d: only an underwriter opens it again
    assert code_of(lambda: reopen_country(**deed, comment=" ")) == "comment_required"
    with pytest.raises(NotAllowed):
        reopen_country(actor=actor("cao"), country="DE", comment="x")
    assert len(reopen_country(**deed, comment="Channels work again")) == 1
    assert not CreditLimit.objects.get().is_stopped
    in_force()
    assert CreditLimit.objects.get().is_stopped  # a second suspension stops it anew


def test_a_limit_that_was_proposed_before_is_not_approved_after_the_suspension():
    application = a_proposed_application()
    in_force()
    assert code_of(lambda: approve_limit(actor=actor("sun"), application_id=application.pk)) == "country_suspended"


# figures -------------------------------------------------------------------------------------------------------------


def test_sums_by_country_in_usd_each_its_own_and_the_staff_all():
    """Haituo: 200,000 granted, 100,000 open, 40,000 of it overdue. Yunshan: 50,000 EUR open at 0.80 = 62,500 USD."""
    policy = a_policy_in_force(starts_on=clock.today() - timedelta(days=120))
    limit = a_limit(policy)
    an_overdue_shipment(limit, amount=Decimal(40_000))
    a_shipment(limit, amount=Decimal(60_000))
    theirs = a_limit(a_policy_in_force(policyholder=organisation("yunshan")), limit.obligor, amount="90000")
    ExchangeRate.objects.filter(currency_id="EUR").delete()
    ExchangeRate.objects.create(currency_id="EUR", day=clock.today(), per_usd=Decimal("0.80"))
    a_shipment(theirs, amount=Decimal(50_000), currency="EUR")
    summarise()
    mine, yours, all_of_it = (selectors.country(actor(name), "DE").totals for name in ("chen", "wu", "zhou"))
    assert (mine.amount("granted"), mine.amount("open"), mine.amount("overdue")) == (200_000, 100_000, 40_000)
    assert (yours.amount("granted"), yours.amount("open"), yours.amount("overdue")) == (90_000, 62_500, 0)
    assert (all_of_it.amount("granted"), all_of_it.amount("open")) == (290_000, 162_500)
    assert all_of_it.items["open"] == 3
    assert selectors.country(ANONYMOUS, "DE").totals.usd == {}
    assert selectors.country(actor("wei"), "DE").totals.usd == {}  # an administrator has no business with buyers
    page = client_of("wu").get(reverse("credit_info:country-detail", args=["DE"])).content.decode()
    assert "62,500" in page
    for theirs_only in ("200,000", "100,000", "162,500", "290,000"):
        assert theirs_only not in page


def test_an_amount_without_a_rate_is_counted_and_told():
    limit = a_limit()
    a_shipment(limit, amount=Decimal(50_000), currency="EUR")
    ExchangeRate.objects.filter(currency_id="EUR").delete()
    assert summarise().without_rate == 1
    assert BookSum.objects.get(measure="open").usd == 0


def test_sums_by_industry_group_and_light():
    parent = a_buyer("Nord Holding AG")
    limit = a_limit(obligor=a_buyer("Nord Licht GmbH", light="GREEN"))
    Obligor.objects.filter(pk=limit.obligor_id).update(section=20, parent=parent)
    a_limit(obligor=parent, policy=limit.policy, amount="100000")
    a_limit(obligor=a_buyer("Solo AG", group_name=""), policy=limit.policy, amount="100000")
    summarise()
    rows = {row.industry.section: row for row in selectors.industries(actor("chen"))}
    assert (rows[20].totals.amount("granted"), rows[20].buyers) == (200_000, {"GREEN": 1})
    assert selectors.without_industry(actor("chen")).amount("granted") == 200_000
    groups = [(row.name, row.totals.amount("granted"), row.part) for row in selectors.portfolio(actor("chen"), "group")]
    assert groups == [("Nord Holding AG", 300_000, Decimal("0.75")), ("Solo AG", 100_000, Decimal("0.25"))]
    [(country, totals)] = selectors.main_countries(actor("chen"), 20)
    assert (country.pk, totals.amount("granted")) == ("DE", 200_000)
    assert selectors.portfolio(actor("wu"), "country") == []


# pages and API -------------------------------------------------------------------------------------------------------


def test_tiles_name_every_country_and_colour_is_never_alone():
    load_reference()
    rows = selectors.countries(ANONYMOUS)
    assert len(rows) == sum(len(region.codes) for region in REGIONS)
    for colour, sign in (("class", ">A</text>"), ("status", ">restr.</text>"), ("open", ">–</text>")):
        drawn = "".join(str(part.picture) for part in picture.tile_map(rows, colour))
        assert drawn.count("<title>") == len(rows)
        assert sign in drawn
    assert [picture.short(Decimal(n)) for n in (0, 499, 500, 94_999, 999_500, 1_240_000, 9_949_999, 12_600_000)] == [
        "<1k", "<1k", "0k", "95k", "1.0m", "1.2m", "9.9m", "13m"
    ]  # fmt: skip


def test_a_guest_reads_cover_notes_and_news_and_no_figures():
    load_reference()
    load_notes()
    load_notes()
    guest = Client(headers={"accept-language": "en"})
    for name, args in (
        ("country-list", []),
        ("industry-list", []),
        ("industry-detail", [20]),
        ("country-detail", ["de"]),
    ):
        page = guest.get(reverse(f"credit_info:{name}", args=args))
        assert page.status_code == 200
        assert "Limits in force" not in page.content.decode()
    page = guest.get(reverse("credit_info:country-detail", args=["DE"])).content.decode()
    assert "Open account is usual" in page
    assert "Sample" in page
    report = guest.get(reverse("credit_info:country-report", args=["DE"]))
    assert (report.status_code, report.content[:4]) == (200, b"%PDF")
    for wrong in ("CN", "AQ", "ZZ", "XX9"):
        assert guest.get(reverse("credit_info:country-detail", args=[wrong])).status_code == 404
    for section in (0, 22):
        assert guest.get(reverse("credit_info:industry-detail", args=[section])).status_code == 404


@pytest.mark.parametrize("q", ["%", "_", "x" * 5000, "😀", "\u202e", "'; --", "\x00", "字"])
def test_odd_filters_filter_nothing_worse(q):
    load_reference()
    guest, address = Client(), reverse("credit_info:country-list")
    assert guest.get(address, {"q": q}).status_code in (200, 422)
    assert guest.get(address, {"region": q, "risk_class": q, "status": q, "colour": q}).status_code in (200, 422)


def test_the_list_filters_searches_and_exports_what_is_shown():
    a_shipment(a_limit(), amount=Decimal(60_000))
    summarise()
    chen, address = client_of("chen"), reverse("credit_info:country-list")
    for given in (
        {"q": "德国"},
        {"q": "germ"},
        {"q": "de", "risk_class": "A"},
        {"region": "western-europe", "colour": "open"},
    ):
        page = chen.get(address, given).content.decode()
        assert reverse("credit_info:country-detail", args=["DE"]) in page
        assert reverse("credit_info:country-detail", args=["BR"]) not in page
    rows = b"".join(chen.get(address, {"q": "germany", "export": "csv"}).streaming_content).decode().splitlines()
    assert len(rows) == 2
    assert rows[1].startswith("DE,Germany")
    assert "60000.00" in rows[1]
    guest = b"".join(Client().get(address, {"export": "csv"}).streaming_content).decode()
    assert "60000" not in guest


def test_pages_ask_as_often_for_many_countries_as_for_one(django_assert_max_num_queries):
    a_shipment(a_limit())
    summarise()
    zhou = client_of("zhou")
    for name, args in (("country-list", []), ("industry-list", []), ("portfolio", []), ("country-detail", ["DE"])):
        with django_assert_max_num_queries(26):
            zhou.get(reverse(f"credit_info:{name}", args=args))


def test_the_staff_change_cover_and_notes_on_pages():
    limit = a_limit()
    zhou, sun = client_of("zhou"), client_of("sun")
    form = {"risk_class": "A", "cover_status": "SUSPENDED", "cap": "", "effective_on": str(clock.today()), "reason": ""}
    address = reverse("credit_info:country-propose", args=["DE"])
    assert zhou.post(address, form).status_code == 422
    made = zhou.post(address, {**form, "reason": "Channels closed"})
    change = CoverChange.objects.get()
    assert made["Location"] == reverse("credit_info:change-detail", args=[change.pk])
    assert "A second person decides" in zhou.get(made["Location"]).content.decode()
    assert reverse("credit_info:change-approve", args=[change.pk]) not in zhou.get(made["Location"]).content.decode()
    assert zhou.post(reverse("credit_info:change-approve", args=[change.pk])).status_code == 403
    assert sun.post(reverse("credit_info:change-approve", args=[change.pk])).status_code == 302
    page = client_of("chen").get(reverse("credit_info:country-detail", args=["DE"])).content.decode()
    assert "Cover is suspended" in page
    assert "Channels closed" not in page  # the reason is the insurer's
    assert client_of("chen").get(reverse("credit_info:change-list")).status_code == 403
    assert (
        "The country is suspended" in client_of("chen").get(reverse("limits:detail", args=[limit.pk])).content.decode()
    )
    in_force(OPEN)
    reopen = reverse("limits:reopen-country", args=["DE"])
    assert "1 limits are stopped" in zhou.get(reopen).content.decode()
    assert zhou.post(reopen, {"text": "Channels work"}).status_code == 302
    note = {
        "kind": "EVENT",
        "on": str(clock.today()),
        "text_zh": "港口恢复",
        "text_en": "Ports work",
        "source": "Port notice",
    }
    assert zhou.post(reverse("credit_info:country-note-new", args=["DE"]), note).status_code == 302
    row = CountryNote.objects.get(kind="EVENT")
    assert (
        code_of(lambda: noting.write(actor=actor("zhou"), country=row.country, **{**note, "on": row.on}))
        == "noted_already"
    )
    assert (
        zhou.post(reverse("credit_info:country-note-end", args=[row.pk]), {"on": str(clock.today())}).status_code == 302
    )
    assert not selectors.notes("DE").exists()
    assert zhou.post(reverse("credit_info:sum-up"), {"next": "https://evil.example/"})["Location"].startswith(
        "/buyers/"
    )


def test_the_api_reads_proposes_and_decides():
    a_shipment(a_limit(), amount=Decimal(60_000))
    summarise()
    chen, zhou, sun = APIClient(), APIClient(), APIClient()
    for client, name in ((chen, "chen"), (zhou, "zhou"), (sun, "sun")):
        client.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
    found = chen.get("/api/v1/countries/", {"q": "germany"}).json()
    assert [(row["code"], row["figures"]["usd"]["open"]) for row in found] == [("DE", "60000.00")]
    assert chen.get("/api/v1/countries/de/").json()["cap_usd"] is None
    assert chen.get("/api/v1/countries/CN/").status_code == 404
    assert len(chen.get("/api/v1/industries/").json()) == 21
    assert chen.get("/api/v1/industries/22/").status_code == 404
    assert chen.get("/api/v1/countries/portfolio/?by=group").json()[0]["part"] == "1.000000"
    terms = {"risk_class": "A", "cover_status": "SUSPENDED", "reason": "Channels closed"}
    assert chen.post("/api/v1/countries/DE/propose/", terms, format="json").status_code == 403
    made = zhou.post("/api/v1/countries/DE/propose/", terms, format="json")
    assert (made.status_code, made.json()["actions"]) == (201, ["withdraw"])
    address = f"/api/v1/country-changes/{made.json()['id']}/"
    assert zhou.post(f"{address}approve/", {}, format="json").json()["code"] == "four_eyes"
    assert sun.post(f"{address}approve/", {}, format="json").json()["state"] == "IN_FORCE"
    assert chen.get(address).status_code == 403
    again = zhou.post("/api/v1/countries/DE/propose/", terms, format="json")
    assert (again.status_code, again.json()["code"], again.json()["field"]) == (422, "nothing_changes", "cover_status")


def test_every_industry_has_its_text():
    assert set(TEXTS) == {one.section for one in INDUSTRIES}
    assert all(text.zh and text.en for text in TEXTS.values())


def test_news_come_from_every_source_newest_first(monkeypatch):
    monkeypatch.setattr(sources, "_news", [])
    day = clock.today()
    sources.register_news(lambda who, country, industry: [sources.News(day - timedelta(days=2), "old", "/")])
    sources.register_news(lambda who, country, industry: [sources.News(day, "new", "/")])
    assert [one.title for one in sources.news_of(ANONYMOUS, country="DE", most=1)] == ["new"]
