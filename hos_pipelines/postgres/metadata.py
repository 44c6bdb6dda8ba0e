"""The metadata that all tables are in, whichever file holds them, and the types of columns they share."""

from sqlalchemy import DateTime, MetaData, Text

metadata = MetaData()

Key = Text(collation="C")
Instant = DateTime(timezone=True)
