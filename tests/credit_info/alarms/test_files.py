"""资信报警器: alarms published by file."""

from __future__ import annotations

import codecs
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from credit_info.alarms import importing, publishing
from credit_info.models import RiskEvent
from tests.factories.alarms import an_alarm
from tests.factories.people import actor, user
from tests.journeys.people import Reader

pytestmark = pytest.mark.django_db

HEAD = "dimension,key,severity,kind,happened_on,title_zh,title_en,source,facts\n"
ROW = 'country,DE,warning,PAYMENT,2026-11-03,德国企业破产数量上升,Insolvencies rise,Statistics office,"2026-11-03 Figures published"\n'


def test_a_table_is_read_and_published_once():
    an_alarm()
    rows, faults = importing.read(HEAD + ROW)
    assert (len(rows), faults) == (1, [])
    for expected in (1, 0):
        assert len(publishing.publish_file(actor=actor("cao"), rows=rows)) == expected
    assert RiskEvent.objects.get(origin="FILE").facts == [{"on": "2026-11-03", "text": "Figures published"}]


def test_every_fault_of_a_table_is_named_with_its_row_and_column():
    an_alarm()
    bad = "country,XX,warning,PAYMENT,2026-11-03,a,b,c,\ncountry,DE,loud,PAYMENT,2026-11-03,a,b,c,\n"
    bad += "country,DE,warning,PAYMENT,03/04/2026,a,b,c,\ncountry,DE,warning,PAYMENT,2099-01-01,a,b,c,\n"
    bad += "country,DE,warning,PAYMENT,2026-11-03,a,b,c,today it rained\ncountry,DE,warning,PAYMENT,2026-11-03,a,,c,\n"
    _rows, faults = importing.read(HEAD + ROW + bad + "country,DE,warning,PAYMENT,2026-11-03,a,b,c,,extra\n")
    assert [(one.row_no, one.column, one.code) for one in faults] == [
        (3, "key", "unknown_subject"), (4, "severity", "bad_severity"), (5, "happened_on", "ambiguous_date"),
        (6, "happened_on", "in_the_future"), (7, "facts", faults[4].code), (8, "title_en", "cell_missing"),
        (9, "", "too_many_cells"),
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_file_in_a_usual_encoding_is_shown_before_it_is_published(encoding):
    an_alarm()
    page = upload((HEAD + ROW).encode(encoding))
    assert page.status_code == 200
    assert "德国企业破产数量上升" in page.content.decode()
    assert not RiskEvent.objects.filter(origin="FILE").exists()


def test_a_file_that_is_no_such_text_is_refused_and_a_checked_one_is_published():
    an_alarm()
    for content in (
        codecs.BOM_UTF16_LE + b"\0\xd8\0",
        b"\xff\xff\xff\xff\x81",
        (HEAD + ROW).encode("utf-16-le"),
        b"",
        b"a,b\n1,2\n",
    ):
        assert upload(content).status_code in (400, 422), content[:10]
    reader = Reader("cao")
    reader.fill(reverse("credit_info:alarm-import"), table=HEAD + ROW)
    assert RiskEvent.objects.filter(origin="FILE").count() == 1


def upload(content: bytes) -> Any:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user("cao"))
    return client.post(reverse("credit_info:alarm-import"), {"file": io.BytesIO(content)})
