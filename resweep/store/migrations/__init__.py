"""Alembic revisions of the store's schema, numbered 0001, 0002, ...; the newest number is `schema.HEAD`.

They run inside one transaction that `resweep.store.migrate` opens, so a store is upgraded whole or not at all. A
revision spells its columns out and imports nothing of resweep: it must mean the same for ever.
"""
