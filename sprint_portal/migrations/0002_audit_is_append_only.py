"""The database refuses to change or delete what the audit says, whoever asks."""

from django.db import migrations

SQLITE = [
    f"""CREATE TRIGGER audit_refuses_{verb} BEFORE {verb} ON sprint_portal_auditevent
    BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"""
    for verb in ("update", "delete")
]
POSTGRESQL = [
    """CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$""",
    """CREATE TRIGGER audit_refuses_change BEFORE UPDATE OR DELETE ON sprint_portal_auditevent
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()""",
]
UNDO = {
    "sqlite": [
        "DROP TRIGGER audit_refuses_update",
        "DROP TRIGGER audit_refuses_delete",
    ],
    "postgresql": [
        "DROP TRIGGER audit_refuses_change ON sprint_portal_auditevent",
        "DROP FUNCTION audit_is_append_only()",
    ],
}


def add(apps, editor):
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[editor.connection.vendor]
    for statement in statements:
        editor.execute(statement)


def drop(apps, editor):
    for statement in UNDO[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("sprint_portal", "0001_initial")]
    operations = [migrations.RunPython(add, drop)]
