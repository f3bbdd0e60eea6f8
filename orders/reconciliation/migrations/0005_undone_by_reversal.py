"""An application is undone by the journal that reverses its own, and not otherwise."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0004_link_applications_to_journals")]
    operations = [
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reversal__isnull', True), ('undone_at__isnull', True)), models.Q(('journal__isnull', False), ('reversal__isnull', False), ('undone_at__isnull', False)), _connector='OR'), name='application_undone_by_reversal'),
        ),
    ]
