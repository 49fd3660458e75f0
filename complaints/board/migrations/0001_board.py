import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('complaints', '0015_external_numbers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EntryEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(choices=[('worded', '改写公示'), ('hidden', '不公示'), ('shown', '恢复公示')], max_length=10, verbose_name='动作')),
                ('role', models.CharField(max_length=40, verbose_name='身份')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('before', models.CharField(blank=True, max_length=60, verbose_name='原来')),
                ('after', models.CharField(blank=True, max_length=60, verbose_name='改成')),
                ('reason', models.CharField(blank=True, max_length=120, verbose_name='原因')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='board_events', to='complaints.ticket')),
            ],
            options={
                'verbose_name': '公示记录',
                'verbose_name_plural': '公示记录',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(blank=True, max_length=60, verbose_name='公示用语')),
                ('hidden_reason', models.CharField(blank=True, max_length=120, verbose_name='不公示的原因')),
                ('hidden_at', models.DateTimeField(blank=True, null=True, verbose_name='不公示')),
                ('ticket', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='board_entry', to='complaints.ticket')),
            ],
            options={
                'verbose_name': '公示',
                'verbose_name_plural': '公示',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('hidden_at__isnull', True), ('hidden_reason', '')), models.Q(('hidden_at__isnull', False), models.Q(('hidden_reason', ''), _negated=True)), _connector='OR'), name='board_hidden_has_reason')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entryevent',
            trigger=pgtrigger.compiler.Trigger(name='board_event_is_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7a7f09e3f6f50eff4d925209a91e1ccd18830aff', operation='UPDATE OR DELETE', pgid='pgtrigger_board_event_is_append_only_4fd06', table='board_entryevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entryevent',
            trigger=pgtrigger.compiler.Trigger(name='board_event_is_never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'the history of the board is append-only';", hash='ba59f6fed7ba6e53aeac40273f90ad008a3ecda0', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_board_event_is_never_emptied_a68d4', table='board_entryevent', when='BEFORE')),
        ),
    ]
