"""Alembic revisions of the schema, numbered 0001, 0002, ...; the newest number is `schema.HEAD`.

They run inside one transaction that `resweep.store.migrate` opens, so that a store is upgraded
entirely or not at all. A revision spells out its columns and imports nothing of resweep: it must
mean the same for ever.
"""
