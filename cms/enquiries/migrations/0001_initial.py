
import django.db.models.deletion
import marketplace.common.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Enquiry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nonce', models.CharField(max_length=32, unique=True)),
                ('community_key', models.UUIDField(db_index=True)),
                ('language', models.CharField(max_length=8)),
                ('name', models.CharField(blank=True, max_length=80, verbose_name='ชื่อ')),
                ('reach', models.CharField(choices=[('phone', 'โทรศัพท์'), ('email', 'อีเมล'), ('line', 'LINE'), ('whatsapp', 'WhatsApp')], max_length=10, verbose_name='ติดต่อกลับทาง')),
                ('contact', models.CharField(blank=True, max_length=120, verbose_name='เบอร์ อีเมล หรือ LINE ID')),
                ('wanted_day', models.DateField(db_index=True, verbose_name='วันที่อยากไป')),
                ('group_size', models.PositiveSmallIntegerField(verbose_name='กี่คน')),
                ('speaks', models.CharField(blank=True, max_length=80, verbose_name='ภาษาที่สะดวก')),
                ('halal', models.CharField(choices=[('none', 'ไม่ต้อง'), ('halal', 'ขออาหารฮาลาล'), ('certified', 'ต้องมีใบรับรองฮาลาล')], default='none', max_length=10, verbose_name='อาหารฮาลาล')),
                ('message', models.TextField(blank=True, max_length=1000, verbose_name='ข้อความ')),
                ('reply', models.TextField(blank=True, max_length=500, verbose_name='คำตอบถึงผู้มาเยือน')),
                ('state', models.CharField(choices=[('new', 'ยังไม่ได้ตอบ'), ('answered', 'ตอบแล้ว'), ('agreed', 'ตกลงกันแล้ว'), ('done', 'มาเที่ยวแล้ว'), ('declined', 'รับไม่ได้'), ('expired', 'เลยวันที่ขอแล้ว')], default='new', max_length=10)),
                ('consent_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(db_index=True, default=marketplace.common.clock.now)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('chased_at', models.DateTimeField(blank=True, null=True)),
                ('blanked_at', models.DateTimeField(blank=True, null=True)),
                ('address_key', models.CharField(blank=True, db_index=True, max_length=64)),
                ('contact_key', models.CharField(blank=True, db_index=True, max_length=64)),
                ('acted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.WAGTAIL_PAGE_MODEL)),
            ],
            options={
                'verbose_name': 'คำถามจากผู้มาเยือน',
                'verbose_name_plural': 'คำถามจากผู้มาเยือน',
                'ordering': ['-sent_at', '-pk'],
                'indexes': [models.Index(fields=['state', 'wanted_day'], name='enquiry_state_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['new', 'answered', 'agreed', 'done', 'declined', 'expired'])), name='enquiry_state_known'), models.CheckConstraint(condition=models.Q(('group_size__gte', 1), ('group_size__lte', 200)), name='enquiry_group_size'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('state__in', ['new', 'answered', 'agreed'])), models.Q(('closed_at__isnull', False), ('state__in', ['done', 'declined', 'expired'])), _connector='OR'), name='enquiry_closed_has_its_moment'), models.CheckConstraint(condition=models.Q(models.Q(('blanked_at__isnull', True), models.Q(('name', ''), _negated=True), models.Q(('contact', ''), _negated=True)), models.Q(('address_key', ''), ('blanked_at__isnull', False), ('contact', ''), ('contact_key', ''), ('message', ''), ('name', ''), ('reply', ''), ('speaks', '')), _connector='OR'), name='enquiry_whole_or_blanked')],
            },
        ),
    ]
