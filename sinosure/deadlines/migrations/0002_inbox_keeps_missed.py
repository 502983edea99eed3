from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("deadlines", "0001_initial")]

    operations = [
        migrations.RemoveIndex(
            model_name='deadline',
            name='deadline_inbox',
        ),
        migrations.AddIndex(
            model_name='deadline',
            index=models.Index(condition=models.Q(('state__in', ['OPEN', 'MISSED'])), fields=['policyholder', 'owner', 'legal_due', 'id'], name='deadline_inbox'),
        ),
        migrations.AddIndex(
            model_name='deadline',
            index=models.Index(condition=models.Q(('owner', 'INSURER'), ('state__in', ['OPEN', 'MISSED'])), fields=['kind', 'legal_due', 'id'], name='deadline_insurer_inbox'),
        ),
    ]
