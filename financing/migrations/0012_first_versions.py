from datetime import timedelta

from django.db import migrations
from django.db.backends.postgresql.psycopg_any import DateRange


def write_first_versions(apps, schema_editor):
    """What every signed agreement says now becomes its version 1, for the days that it binds."""
    terms = apps.get_model("financing", "AgreementTerms")
    for row in apps.get_model("financing", "Agreement").objects.exclude(active_from=None):
        terms.objects.create(
            agreement=row, policyholder_id=row.policyholder_id, edition=1, state="IN_FORCE",
            account_name=row.account_name, account_bank=row.account_bank, account_no=row.account_no,
            countries=row.countries, obligors=row.obligors, invoices=row.invoices, proposed_at=row.created_at,
            days=DateRange(row.active_from, row.active_until + timedelta(days=1) if row.active_until else None),
        )  # fmt: skip


class Migration(migrations.Migration):

    dependencies = [
        ('financing', '0011_versions_of_agreements'),
    ]

    operations = [
        migrations.RunPython(write_first_versions, migrations.RunPython.noop),
    ]
