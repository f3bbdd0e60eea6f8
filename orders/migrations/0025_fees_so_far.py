"""Give deliveries that already cost a fee its row: it was the fee of a small drop."""

from django.db import migrations


def write_rows(apps, schema_editor):
    """One row for each delivery with a fee and without rows."""
    delivery = apps.get_model("order", "Delivery")
    fee = apps.get_model("order", "DeliveryFee")
    fee.objects.bulk_create(
        [
            fee(delivery_id=pk, kind="small-drop", satang=satang)
            for pk, satang in delivery.objects.filter(
                fee_satang__gt=0, fees__isnull=True
            ).values_list("pk", "fee_satang")
        ],
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [("order", "0024_delivery_fees")]

    operations = [migrations.RunPython(write_rows, migrations.RunPython.noop)]
