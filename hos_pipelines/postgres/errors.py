"""What can go wrong with the database, each with what to do next.

DatabaseError
├── DatabaseUnavailableError   nothing answers at the address, or it refuses us
├── SchemaMismatchError        the schema is older or newer than the code
└── EmbeddedServerError        the embedded server cannot start or be reached
"""


class DatabaseError(Exception):
    """The database cannot serve this call; the text names the setting or the object, and the remedy."""


class DatabaseUnavailableError(DatabaseError):
    """Nothing answers at the address, or it refuses us."""


class SchemaMismatchError(DatabaseError):
    """The schema of the database is not the one this code was written for."""


class EmbeddedServerError(DatabaseError):
    """The embedded server cannot start or be reached."""
