"""Applications made before they named their journal: named from the journal's key."""

from django.db import migrations

_FILL = (
    "UPDATE reconciliation_application SET journal_id = (SELECT id FROM ledger_journal "
    "WHERE key = 'application:' || reconciliation_application.id)",
    "UPDATE reconciliation_application SET reversal_id = (SELECT id FROM ledger_journal "
    "WHERE reverses_id = reconciliation_application.journal_id) WHERE undone_at IS NOT NULL",
)


def fill(apps, schema_editor):
    """The guard on applications stands aside; it is put back after every migrate."""
    guard = "guard_reconciliation_application_update"
    on = "" if schema_editor.connection.vendor == "sqlite" else " ON reconciliation_application"
    schema_editor.execute(f'DROP TRIGGER IF EXISTS "{guard}"{on}')
    for statement in _FILL:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("reconciliation", "0003_profiles_rules_and_links"),
        ("ledger", "0002_close_months_and_chain_journals"),
    ]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
