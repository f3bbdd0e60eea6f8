"""The rows that became pages are no longer needed."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cms", "0003_move_programmes")]

    operations = [migrations.DeleteModel(name="Programme")]
