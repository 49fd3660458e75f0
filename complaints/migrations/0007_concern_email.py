from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0006_lists_by_key'),
    ]

    operations = [
        migrations.AddField(
            model_name='concern',
            name='email',
            field=models.TextField(blank=True, db_default='', verbose_name='邮箱'),
        ),
        migrations.AlterField(
            model_name='concern',
            name='channel',
            field=models.CharField(choices=[('web', '网页'), ('code', '扫码'), ('phone', '电话代录'), ('paper', '书面代录'), ('visit', '来访代录'), ('api', '开放接口')], max_length=8, verbose_name='渠道'),
        ),
    ]
