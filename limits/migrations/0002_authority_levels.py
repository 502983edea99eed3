"""The four levels of LIM-15, in USD. Rows, so that they can be changed without a release."""

from django.db import migrations

LEVELS = [(1, "200000", 1), (2, "1000000", 1), (3, "5000000", 1), (4, None, 2)]


def seed(apps, schema_editor):
    levels = apps.get_model("limits", "AuthorityLevel").objects
    for level, ceiling, quorum in LEVELS:
        levels.update_or_create(level=level, defaults={"ceiling_usd": ceiling, "quorum": quorum})


class Migration(migrations.Migration):
    dependencies = [("limits", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
