import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("deadlines", "0002_inbox_keeps_missed"),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('source', models.CharField(max_length=200)),
                ('text', models.TextField()),
                ('exceptions', models.JSONField()),
                ('state', models.CharField(choices=[('PROPOSED', 'Waiting for a second administrator'), ('LOADED', 'Loaded'), ('DISCARDED', 'Discarded')], default='PROPOSED', max_length=10)),
                ('proposed_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(null=True)),
                ('moved', models.JSONField(default=list)),
            ],
        ),
        migrations.AddField(
            model_name='calendardraft',
            name='proposed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='calendardraft',
            name='settled_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='calendardraft',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'PROPOSED')), fields=('year',), name='one_calendar_draft_a_year'),
        ),
        migrations.AddConstraint(
            model_name='calendardraft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'LOADED'), _negated=True), models.Q(('settled_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='calendar_maker_is_not_checker'),
        ),
    ]
