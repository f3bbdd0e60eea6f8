"""Rows that take back earlier ones, and from when on a buyer's money posts by itself."""

import django.db.models.deletion
import marketplace.common.clock
from django.conf import settings
from django.db import migrations, models


def stand_aside(apps, schema_editor):
    """SQLite makes the table anew, and a trigger that reads it would not let it; every migrate puts
    the guards back.
    """
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute('DROP TRIGGER IF EXISTS "row_applied_by_its_links"')


class Migration(migrations.Migration):

    dependencies = [
        ('invoicing', '0005_shift_days_and_quote_drafts'),
        ('ledger', '0002_close_months_and_chain_journals'),
        ('parties', '0002_stage_note'),
        ('reconciliation', '0005_undone_by_reversal'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(stand_aside, migrations.RunPython.noop),
        migrations.CreateModel(
            name='MatchingChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('automatic', models.BooleanField()),
                ('reason', models.CharField(max_length=200, verbose_name='เหตุผล')),
                ('at', models.DateTimeField(default=marketplace.common.clock.now)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.AlterField(
            model_name='application',
            name='kind',
            field=models.CharField(choices=[('bill', 'ตัดชำระใบแจ้งหนี้'), ('deposit', 'เงินรับล่วงหน้า'), ('suspense', 'เงินรอตรวจสอบ'), ('resale', 'ค่าขายต่อนำเข้าบัญชี'), ('capital', 'เงินทุนหมุนเวียน'), ('interest', 'ดอกเบี้ยรับ'), ('payout', 'โอนจ่ายค่าผลผลิต'), ('withdrawal', 'ถอนเป็นเงินสดย่อย'), ('bank_fee', 'ค่าธรรมเนียมธนาคาร'), ('awaited', 'ยอดที่รออยู่'), ('returned', 'รายการที่ธนาคารกลับคืน')], max_length=12),
        ),
        migrations.AlterField(
            model_name='application',
            name='target',
            field=models.CharField(blank=True, help_text='batch:<pk>, stripe_payout:<pk>, bank_row:<pk>…', max_length=64),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'returned'), _negated=True), ('target__startswith', 'bank_row:'), _connector='OR'), name='returned_names_the_other_row'),
        ),
        migrations.AddField(
            model_name='matchingchoice',
            name='buyer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='matching_choices', to='parties.buyer'),
        ),
        migrations.AddField(
            model_name='matchingchoice',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='matchingchoice',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='matching_choice_has_a_reason'),
        ),
    ]
