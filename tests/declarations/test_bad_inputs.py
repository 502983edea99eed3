"""The named bad inputs (Quality §2) through form, API and file: the same code everywhere, nothing written, never a 500."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from declarations.models import BatchState, ImportBatch, Shipment
from declarations.tasks import import_file, import_waiting
from sinosure.core import clock
from tests.factories.declarations import a_shipment
from tests.factories.files import a_checked_file, a_row, an_upload, as_csv, as_xlsx, rows_of, worked
from tests.factories.limits import a_limit
from tests.factories.people import user

pytestmark = pytest.mark.django_db

# field, what is typed, the code of the refusal
BAD = [
    ("due_on", "2020-01-01", "due_before_ship"), ("credit_days", "731", "tenor_exceeds_2y"), ("shipped_on", "2026-02-29", "bad_date"),
    ("shipped_on", "0001-01-01", "bad_date"), ("shipped_on", "9999-12-31", "bad_date"), ("shipped_on", "03/04/2026", "ambiguous_date"),
    ("shipped_on", "TOMORROW", "future_shipment"), ("shipped_on", "2001-01-01", "outside_policy"), ("amount", "1.234", "too_many_decimals"),
    ("amount", "USD100", "bad_number"), ("amount", "1.000,00", "bad_number"), ("amount", "1_000", "bad_number"), ("amount", "1e3", "bad_number"),
    ("amount", "٣٤", "bad_number"), ("amount", "十万", "bad_number"), ("amount", "-1", "must_be_positive"), ("amount", "0", "must_be_positive"),
    ("amount", "NaN", "bad_number"), ("amount", "1E+400", "bad_number"), ("amount", "9" * 40, "out_of_range"), ("currency", "XXX", "bad_currency"),
    ("currency", "CNH", "bad_currency"), ("invoice_no", "INV-А1", "confusable"), ("invoice_no", "1.23E+17", "scientific"),
    ("invoice_no", "USED-1", "already_declared"), ("transport_no", "BL-USED", "transport_declared"), ("deposit", "50000", "deposit_too_large"),
]  # fmt: skip
COLUMN = {
    "due_on": "应付款日", "credit_days": "信用期限（天）", "shipped_on": "出运日期", "amount": "发票金额", "currency": "币种", "invoice_no": "发票号",
    "transport_no": "提单号", "deposit": "预收款",
}  # fmt: skip


@pytest.fixture
def limit():
    found = a_limit()
    a_shipment(found, invoice_no="USED-1", transport_no="BL-USED")
    return found


def client() -> Client:
    found = Client(headers={"accept-language": "en"})
    found.force_login(user("chen"))
    return found


def sent(limit, field, text):
    text = (clock.today() + timedelta(days=1)).isoformat() if text == "TOMORROW" else text
    plain = {
        "term": "OA", "credit_days": "60", "invoice_no": "NEW-1", "shipped_on": clock.today().isoformat(), "currency": "USD", "amount": "50000",
        "knows_of_loss": "no", "kind": "GOODS",
    }  # fmt: skip
    return {**plain, field: text}


def codes_in_page(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize(("field", "text", "code"), BAD)
def test_a_bad_input_has_one_code_at_every_door(limit, field, text, code):
    before = Shipment.objects.count()
    data = sent(limit, field, text)
    page = client().post(reverse("declarations:new"), {**data, "obligor": limit.obligor_id})
    assert 400 <= page.status_code < 500, page.status_code
    assert f'data-code="{code}"' in page.content.decode()
    api = {**data, "policy": limit.policy_id, "obligor": limit.obligor.code, "knows_of_loss": False}
    answer = client().post("/api/v1/shipments/", json.dumps(api), content_type="application/json")
    assert 400 <= answer.status_code < 500, answer.content
    assert code in [answer.json()["code"], *(one["code"] for one in answer.json().get("errors", []))], answer.json()
    row = {
        **a_row(limit),
        "发票号": "NEW-1",
        "发票金额": "50000",
        "提单号": "",
        "预收款": "",
        "应付款日": "",
        COLUMN[field]: data[field],
    }
    batch = a_checked_file(limit, as_csv([row]))
    assert code in list(batch.errors.values_list("code", flat=True))
    assert Shipment.objects.count() == before


def test_the_positive_control_the_same_input_without_the_fault_passes_every_door(limit):
    data = sent(limit, "amount", "50000")
    api = {**data, "policy": limit.policy_id, "obligor": limit.obligor.code, "knows_of_loss": False}
    assert client().post(reverse("declarations:new"), {**data, "obligor": limit.obligor_id}).status_code == 200
    assert (
        client().post("/api/v1/shipments/preview/", json.dumps(api), content_type="application/json").status_code == 200
    )
    assert a_checked_file(limit, as_csv([a_row(limit)])).rows_bad == 0


def test_a_declared_invoice_links_to_the_earlier_line(limit):
    """409 with the number of the line and its id."""
    api = {
        **sent(limit, "invoice_no", "used 1"),
        "policy": limit.policy_id,
        "obligor": limit.obligor.code,
        "knows_of_loss": False,
    }
    answer = client().post("/api/v1/shipments/", json.dumps(api), content_type="application/json")
    assert answer.status_code == 409
    assert Shipment.objects.get().declaration_no in answer.json()["detail"]


def test_a_client_clock_is_ignored_and_unknown_fields_are_refused(limit):
    api = {
        **sent(limit, "amount", "50000"),
        "policy": limit.policy_id,
        "obligor": limit.obligor.code,
        "knows_of_loss": False,
    }
    answer = client().post(
        "/api/v1/shipments/", json.dumps({**api, "declared_at": "2020-01-01"}), content_type="application/json"
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown_field")
    made = client().post("/api/v1/shipments/", json.dumps(api), content_type="application/json")
    assert made.status_code == 201
    assert clock.business_date(Shipment.objects.get(pk=made.json()["id"]).declared_at) == clock.today()


@pytest.mark.parametrize(
    "url",
    [
        "/api/v1/shipments/9223372036854775808/",
        "/declarations/99999999999999999/",
        "/api/v1/imports/9999999999999999999999/",
    ],
)
def test_ids_beyond_reason_are_not_found(url):
    assert client().get(url).status_code == 404


def test_a_tenant_in_the_address_is_ignored(limit):
    other = Client()
    other.force_login(user("wu"))
    found = other.get("/api/v1/shipments/", {"tenant": limit.policyholder_id, "policyholder": limit.policyholder_id})
    assert found.status_code in (200, 400)
    assert "USED-1" not in found.content.decode()


# --- files through the door of the site


def upload(limit, content: bytes, name: str = "s.csv", **more):
    file = SimpleUploadedFile(name, content)
    return client().post(reverse("declarations:upload-list"), {"policy": limit.policy_id, "file": file}, **more)


def test_a_file_is_uploaded_checked_confirmed_and_seen(limit):
    answer = upload(limit, as_csv(rows_of(limit, 3)))
    batch = ImportBatch.objects.get()
    assert answer["Location"] == reverse("declarations:upload", args=[batch.pk])
    assert "waits for its turn" in client().get(answer["Location"]).content.decode()
    worked(batch)
    shown = client().get(answer["Location"]).content.decode()
    assert "Every row is right." in shown
    client().post(reverse("declarations:upload-confirm", args=[batch.pk]), {"knows_of_loss": "no"})
    worked(batch)
    assert batch.state == BatchState.BOOKED
    assert "F-00001" in client().get(reverse("declarations:list"), {"batch": batch.pk}).content.decode()


def test_progress_is_fetched_anew_until_the_work_is_done(limit):
    batch = an_upload(limit, as_csv([a_row(limit)]))
    url = reverse("declarations:upload", args=[batch.pk])
    assert b"hx-get" in client().get(url, headers={"HX-Request": "true"}).content
    worked(batch)
    assert client().get(url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    ("content", "name", "status", "code"),
    [
        (b"<html></html>", "a.xlsx", 415, "file_type"), (b"%PDF-1.4", "../../x.csv", 415, "file_type"), (b"PK\x03\x04x", "a.csv", 415, "bad_workbook"),
        (b"a\x00b", "a.csv", 400, "nul_characters"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_refused_with_its_status(limit, content, name, status, code):
    answer = upload(limit, content, name)
    assert answer.status_code == status
    assert f'data-code="{code}"' in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_a_body_beyond_the_cap_is_refused_by_its_length_before_it_is_read(limit):
    answer = upload(limit, b"a,b\n", CONTENT_LENGTH=str(80 * 1024 * 1024))
    assert answer.status_code == 413


def test_the_same_file_again_is_409_and_names_the_first(limit):
    content = as_csv([a_row(limit)])
    upload(limit, content)
    answer = upload(limit, content, "other-name.csv")
    assert answer.status_code == 409
    assert ImportBatch.objects.get().number in answer.content.decode()


def test_a_chinese_file_in_gbk_asks_whether_it_is_readable(limit):
    batch = a_checked_file(limit, as_csv([{**a_row(limit), "货物描述": "发光二极管灯"}], "gbk"))
    assert (batch.state, batch.encoding) == (BatchState.MAPPING, "gb18030")
    url = reverse("declarations:upload", args=[batch.pk])
    assert "发光二极管灯" in client().get(url).content.decode()
    columns = {name: str(index) for name, index in batch.mapping.items()}
    client().post(reverse("declarations:upload-mapping", args=[batch.pk]), columns)
    worked(batch)
    assert (batch.state, batch.rows_bad) == (BatchState.READY, 0)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marked_files_need_no_question(limit, encoding):
    assert a_checked_file(limit, as_csv([a_row(limit)], encoding)).state == BatchState.READY


def test_a_column_that_is_missing_is_asked_for(limit):
    row = a_row(limit)
    row["无名"] = row.pop("发票号")
    batch = a_checked_file(limit, as_csv([row]))
    assert batch.state == BatchState.MAPPING
    refused = client().post(
        reverse("declarations:upload-mapping", args=[batch.pk]), {n: str(i) for n, i in batch.mapping.items()}
    )
    assert refused.status_code == 422
    columns = {**{n: str(i) for n, i in batch.mapping.items()}, "invoice_no": str(len(row) - 1)}
    client().post(reverse("declarations:upload-mapping", args=[batch.pk]), columns)
    assert worked(batch).state == BatchState.READY


def test_a_totals_row_is_passed_over_and_said(limit):
    batch = a_checked_file(
        limit, as_csv([a_row(limit), {**dict.fromkeys(a_row(limit), ""), "发票号": "合计", "发票金额": "1000"}])
    )
    assert (batch.rows_total, batch.rows_bad, batch.layout["totals_rows"]) == (1, 0, [3])


def test_a_bad_row_is_mended_on_its_page_or_downloaded(limit):
    batch = a_checked_file(limit, as_csv([a_row(limit, 1), a_row(limit, 2, 发票金额="1.000,00")]))
    url = reverse("declarations:upload-row", args=[batch.pk, 3])
    assert "1.000,00" in client().get(url).content.decode()
    sheet = client().get(reverse("declarations:upload-bad-rows", args=[batch.pk]))
    assert b"".join(sheet.streaming_content)[:2] == b"PK"
    fields = {
        "invoice_no": "F-00002",
        "buyer_code": limit.obligor.code,
        "term": "OA",
        "credit_days": "60",
        "currency": "USD",
    }
    client().post(url, {**fields, "shipped_on": clock.today().isoformat(), "amount": "1,000.00"})
    batch.refresh_from_db()
    assert batch.rows_bad == 0


def test_unknown_buyers_and_double_rows_are_found_by_the_database(limit):
    rows = [
        a_row(limit, 1),
        a_row(limit, 1),
        a_row(limit, 2, 买方代码="NOBODY"),
        a_row(limit, 3, 提单号="X1"),
        a_row(limit, 4, 提单号="X1"),
    ]
    batch = a_checked_file(limit, as_csv([{"提单号": "", **row} for row in rows]))
    found = sorted(batch.errors.values_list("row_no", "column", "code"))
    assert found == [
        (3, "invoice_no", "twice_in_file"),
        (4, "buyer_code", "unknown_buyer"),
        (6, "transport_no", "transport_in_file"),
    ]
    assert "第 2 行" in batch.errors.get(row_no=3).text


def test_200_001_rows_are_refused(limit, monkeypatch):
    """With a smaller cap, so that the test is quick."""
    monkeypatch.setattr("declarations.importer.checking.MOST_ROWS", 3)
    batch = a_checked_file(limit, as_csv(rows_of(limit, 4)))
    assert (batch.state, batch.failure["code"]) == (BatchState.FAILED, "too_many_rows")
    page = client().get(reverse("declarations:upload", args=[batch.pk])).content.decode()
    assert "more than 200,000 rows" in page


def test_a_formula_in_a_workbook_fails_the_file_with_its_cell(limit):
    content = as_xlsx([a_row(limit)])

    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(
                name, part.replace(b'<c r="A2" t="s">', b'<c r="A2" t="s"><f>B2</f>') if "sheet1" in name else part
            )
    batch = a_checked_file(limit, buffer.getvalue(), "a.xlsx")
    assert (batch.state, batch.failure["code"], batch.failure["params"]) == (
        BatchState.FAILED,
        "formula_cells",
        {"cell": "A2"},
    )


def test_a_lost_call_is_found_again_by_beat(limit):
    batch = an_upload(limit, as_csv([a_row(limit)]))
    ImportBatch.objects.filter(pk=batch.pk).update(uploaded_at=clock.now() - timedelta(minutes=1))
    assert import_waiting() == 1
    batch.refresh_from_db()
    assert batch.state == BatchState.READY


def test_a_file_that_killed_its_worker_three_times_is_given_up(limit):
    batch = an_upload(limit, as_csv([a_row(limit)]))
    ImportBatch.objects.filter(pk=batch.pk).update(failure={"attempts": 3})
    import_file(batch.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.failure["code"]) == (BatchState.FAILED, "gave_up")


@pytest.mark.parametrize("name", ["wu", "kong"])
def test_files_of_others_are_not_found(limit, name):
    batch = a_checked_file(limit, as_csv([a_row(limit)]))
    other = Client()
    other.force_login(user(name))
    assert other.get(reverse("declarations:upload", args=[batch.pk])).status_code == 404
    assert other.get(f"/api/v1/imports/{batch.pk}/").status_code == 404
