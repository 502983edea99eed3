"""Names and numbers that stood in the register before the search index was there."""

from django.db import migrations

from credit_info.names import bare_name, number_key, tokens


def index_known(apps, schema_editor):
    Obligor = apps.get_model("credit_info", "Obligor")
    SearchName = apps.get_model("credit_info", "SearchName")
    Identifier = apps.get_model("credit_info", "Identifier")
    SearchToken = apps.get_model("credit_info", "SearchToken")
    seen, rows, numbers = {}, [], {}
    for one in Obligor.objects.order_by("pk").iterator():
        for key in {bare_name(name) for name in (one.name, one.local_name) if name} - {""}:
            found = tokens(key)
            rows.append(SearchName(obligor_id=one.pk, country=one.country_id, key=key, tokens=found))
            for token in found:
                seen[token] = seen.get(token, 0) + 1
        key = number_key(one.registration_no)
        if key:
            numbers.setdefault((one.country_id, key), Identifier(
                obligor_id=one.pk, kind="REGISTER", country_id=one.country_id, number=one.registration_no, key=key,
            ))
    SearchName.objects.bulk_create(rows, batch_size=2000)
    SearchToken.objects.bulk_create([SearchToken(token=t, seen=n) for t, n in seen.items()], batch_size=2000)
    Identifier.objects.bulk_create(numbers.values(), batch_size=2000)


class Migration(migrations.Migration):
    dependencies = [("credit_info", "0003_register_search")]
    operations = [migrations.RunPython(index_known, migrations.RunPython.noop)]
