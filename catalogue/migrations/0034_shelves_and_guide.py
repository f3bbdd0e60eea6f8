import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("catalogue", "0033_produce")]

    operations = [
        migrations.AddField(
            model_name="category",
            name="name_en",
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AddField(
            model_name="category",
            name="drawing",
            field=models.SlugField(default="basket", max_length=20),
        ),
        migrations.CreateModel(
            name="ProduceGuide",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("low_satang", models.PositiveIntegerField(help_text="per 1,000 g or per piece")),
                ("high_satang", models.PositiveIntegerField(help_text="per 1,000 g or per piece")),
                (
                    "first_harvest_days",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="days from sowing to the first harvest", null=True
                    ),
                ),
                ("perennial", models.BooleanField(default=False)),
                (
                    "product",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guide",
                        to="catalogue.product",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("high_satang__gte", models.F("low_satang")), ("low_satang__gt", 0)
                        ),
                        name="guide_low_then_high",
                    )
                ],
            },
        ),
    ]
