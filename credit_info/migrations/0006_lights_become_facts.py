"""A light that stood before facts were recorded rests on the analyst's judgement of that day."""

from django.db import migrations
from django.utils import timezone


def judge_known(apps, schema_editor):
    Obligor = apps.get_model("credit_info", "Obligor")
    Fact = apps.get_model("credit_info", "Fact")
    for one in Obligor.objects.exclude(light="UNKNOWN").exclude(light_as_of=None).iterator():
        told = [row["text"] for row in one.light_reasons if isinstance(row, dict) and row.get("light") == one.light]
        Fact.objects.create(
            obligor=one, kind=f"judged_{one.light.lower()}", on=one.light_as_of, text=(told or ["Light set before"])[0][:500],
            source="Credit analysis", recorded_at=timezone.now(),
        )


class Migration(migrations.Migration):
    dependencies = [("credit_info", "0005_facts")]
    operations = [migrations.RunPython(judge_known, migrations.RunPython.noop)]
