
import django.db.models.deletion
import marketplace.common.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CommunityHost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('community_key', models.UUIDField()),
                ('given_at', models.DateTimeField(default=marketplace.common.clock.now)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('given_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hosted_communities', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'เลขานุการชุมชน',
                'verbose_name_plural': 'เลขานุการชุมชน',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('user', 'community_key'), name='hosting_one_open_row')],
            },
        ),
    ]
