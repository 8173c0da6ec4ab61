"""The database: Peewee models, migrations and repositories. Main thread only, no Qt."""
