"""Files of companies: what comes in, what is put aside with which reason, and pairs that may be one company."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from credit_info import importing, merging
from credit_info.models import Identifier, MergeSuggestion, Obligor, RegisterImport
from credit_info.searching import search
from sinosure.core import clock
from sinosure.core.errors import NotAllowed
from tests.factories.limits import a_limit
from tests.factories.obligors import a_buyer
from tests.factories.people import actor, user
from tests.refusals import code_of

pytestmark = pytest.mark.django_db
HEAD = "name,country,registration_no,local_name,former_name,bic,city,address,section,parent_no\n"


def take_in(text: str | bytes, who: str = "cao", **changes) -> RegisterImport:
    raw = text if isinstance(text, bytes) else text.encode()
    given = {
        "upload": io.BytesIO(raw),
        "file_name": "register.csv",
        "source": "Handelsregister",
        "known_on": clock.today(),
    }
    return importing.take_in(actor=actor(who), **{**given, **changes})


def counts(batch: RegisterImport) -> tuple[int, int, int, int]:
    return batch.rows, batch.added, batch.known, batch.refused


def test_a_file_adds_companies_banks_former_names_and_parents():
    a_buyer(country="DE")  # BDE-00001 is taken
    batch = take_in(
        HEAD + "Ostsee Licht GmbH,DE,HRB 7,,Altlicht KG,,Kiel,Am Kai 1,16,HRB 8\n"
        "Ostsee Holding AG,DE,HRB 8,,,,,,,\nHanse Bank,DE,,,,HANSDEFF,,,,\n恒丰贸易有限公司,HK,77,恒豐貿易,,,,,,\n"
    )
    assert counts(batch) == (4, 4, 0, 0)
    licht = Obligor.objects.get(name="Ostsee Licht GmbH")
    assert (licht.code, licht.section, licht.source, licht.light) == ("BDE-00002", 16, "Handelsregister", "UNKNOWN")
    assert licht.parent is not None
    assert licht.parent.code == "BDE-00003"
    assert Obligor.objects.get(bic="HANSDEFF").kind == "BANK"
    assert [hit.obligor_id for hit in search("Altlicht")] == [licht.pk]
    assert search("恒丰贸易")[0].likeness == 1
    assert a_buyer(country="DE").code == "BDE-00004"


def test_the_same_file_twice_adds_nothing_the_second_time():
    text = HEAD + "Ostsee Licht GmbH,DE,HRB 7,,,,,,,\nHanse Bank,DE,,,,HANSDEFF,,,,\n"
    take_in(text)
    assert counts(take_in(text)) == (2, 0, 2, 0)


def test_each_bad_row_says_why_and_the_good_ones_come_in():
    a_buyer()
    batch = take_in(
        HEAD + "Good GmbH,DE,1,,,,,,,\nTwice GmbH,DE,1,,,,,,,\n,DE,2,,,,,,,\nNowhere,XX,3,,,,,,,\nHome,CN,4,,,,,,,\n"
        "Self GmbH,DE,5,,,,,,,5\nOdd\u202eGmbH,DE,6,,,,,,,\nBank,DE,,,,NOBIC,,,,\nSect,DE,8,,,,,,22,\n" + "x" * 300 + ",DE,9,,,,,,,\n"
    )  # fmt: skip
    assert counts(batch) == (10, 1, 0, 9)
    assert {fault.row_no: fault.code for fault in batch.faults.all()} == {
        2: "duplicate_in_file", 3: "name_missing", 4: "bad_country", 5: "buyer_in_prc", 6: "own_parent",
        7: "control_characters", 8: "bad_bic", 9: "bad_section", 10: "too_long",
    }  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk"])
def test_files_in_the_usual_encodings_are_read(encoding):
    a_buyer()
    take_in("名称,国别,注册号\n恒丰贸易有限公司,香港,77\n".encode(encoding))
    assert Obligor.objects.filter(name="恒丰贸易有限公司", country="HK").exists()


def test_what_is_no_table_is_refused_whole():
    a_buyer()
    assert code_of(lambda: take_in(b"\xff\xfe\x00\xd8\x00")) == "bad_encoding"
    assert code_of(lambda: take_in("firm,land\nA,DE\n")) == "bad_heading"
    assert code_of(lambda: take_in("")) == "bad_heading"
    assert code_of(lambda: take_in(HEAD, known_on=clock.today() + timedelta(days=1))) == "in_the_future"
    with pytest.raises(NotAllowed):
        take_in(HEAD, who="chen")


def test_a_namesake_of_the_same_country_waits_for_a_judgement():
    known = a_buyer("Weber Handel GmbH", registration_no="HRB 1")
    batch = take_in(HEAD + "WEBER HANDEL AG,DE,HRB 2,,,,,,,\nWeber Handel GmbH,AT,3,,,,,,,\n")
    assert batch.doubles == 1
    pair = MergeSuggestion.objects.get()
    double = pair.double
    assert pair.kept == known
    merging.judge(actor=actor("cao"), suggestion_id=pair.pk, are_one=True)
    double.refresh_from_db()
    assert double.merged_into == known
    assert [hit.obligor_id for hit in search("weber handel", "DE")] == [known.pk]
    assert code_of(lambda: merging.judge(actor=actor("cao"), suggestion_id=pair.pk, are_one=True)) == "judged_already"


def test_a_row_that_carries_a_limit_is_never_folded_into_another():
    first = a_buyer("Weber Handel GmbH")
    limit = a_limit()
    pair = MergeSuggestion.objects.create(
        kept=first, double=limit.obligor, why="same_name", likeness=1, found_at=clock.now()
    )
    assert code_of(lambda: merging.judge(actor=actor("cao"), suggestion_id=pair.pk, are_one=True)) == "carries_business"
    merging.judge(actor=actor("cao"), suggestion_id=pair.pk, are_one=False)


def test_the_database_refuses_its_own_parent_and_a_number_that_stands_for_two():
    one, two = a_buyer(registration_no="HRB 1"), a_buyer()
    with pytest.raises(IntegrityError, match="obligor_not_its_own_parent"), transaction.atomic():
        Obligor.objects.filter(pk=one.pk).update(parent=one)
    with pytest.raises(IntegrityError, match="identifier_once_per_country"), transaction.atomic():
        Identifier.objects.create(obligor=two, kind="REGISTER", country_id="DE", number="HRB1", key="HRB1")


def test_the_pages_take_in_a_file_and_judge_a_pair():
    known = a_buyer("Weber Handel GmbH")
    cao = Client(headers={"accept-language": "en"})
    cao.force_login(user("cao"), backend="django.contrib.auth.backends.ModelBackend")
    upload = SimpleUploadedFile("a.csv", (HEAD + "Weber Handel,DE,1,,,,,,,\nX,DE,2,,,,,,,\n").encode())
    sent = cao.post(
        reverse("credit_info:import-new"), {"file": upload, "source": "Agency", "known_on": str(clock.today())}
    )
    assert sent.status_code == 302, sent.content.decode()
    assert "The name is missing." in cao.get(sent["Location"]).content.decode()
    assert cao.get(reverse("credit_info:import-list")).status_code == 200
    assert known.name in cao.get(reverse("credit_info:doubles")).content.decode()
    pair = MergeSuggestion.objects.get()
    assert cao.post(reverse("credit_info:double-apart", args=[pair.pk])).status_code == 302
    assert not MergeSuggestion.objects.filter(state="OPEN").exists()


def test_the_command_takes_a_file_of_any_size(tmp_path, capsys):
    a_buyer()
    path = tmp_path / "r.csv"
    path.write_text(HEAD + "Ostsee Licht GmbH,DE,HRB 7,,,,,,,\n", encoding="utf-8")
    call_command("import_register", str(path), "--source", "Register", "--as-of", "2026-11-01")
    assert "1 added" in capsys.readouterr().out
