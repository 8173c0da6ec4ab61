"""The tables. `instances` has the columns of gowa-manager's database, plus ours, so that its folder can be used as it is."""

from __future__ import annotations

from peewee import AutoField, IntegerField, Model, TextField


class InstanceRow(Model):
    """One instance. `config` and `tags` are JSON text and may be damaged; times are UTC, `YYYY-MM-DD HH:MM:SS`."""

    id = AutoField()
    key = TextField(unique=True)
    name = TextField(unique=True)
    port = IntegerField(null=True)
    status = TextField(default="stopped")
    config = TextField(default="{}")
    gowa_version = TextField(default="latest")
    error_message = TextField(null=True)
    created_at = TextField()
    updated_at = TextField()
    desired = TextField(default="stopped")
    restart_policy = TextField(default="on-failure")
    memory_limit_mb = IntegerField(null=True)
    priority = TextField(default="normal")
    tags = TextField(default="[]")
    notes = TextField(default="")

    class Meta:
        """Peewee's table options."""

        table_name = "instances"


class SettingRow(Model):
    """One setting of the program that differs from its default; `value` is JSON text."""

    key = TextField(primary_key=True)
    value = TextField()

    class Meta:
        """Peewee's table options."""

        table_name = "settings"


class TemplateRow(Model):
    """One named set of settings; `config` is JSON text like that of an instance, and may be damaged. Times as above."""

    id = AutoField()
    name = TextField(unique=True)
    config = TextField(default="{}")
    created_at = TextField()
    updated_at = TextField()

    class Meta:
        """Peewee's table options."""

        table_name = "config_templates"


MODELS = (InstanceRow, SettingRow, TemplateRow)
