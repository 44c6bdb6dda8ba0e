"""What can go wrong with the database, each with what to do next.

DatabaseError
├── DatabaseUnavailableError   nothing answers at the address, or it refuses us
├── SchemaMismatchError        the schema is older or newer than the code
│   └── ForeignTablesError     tables of our names are there, and are somebody else's
├── StepFailedError            a step of sql/ does not go through on this database
├── MigrationBusyError         another migration of the same database does not end
├── PoolerError                the address shares sessions where one of its own is needed
├── RehearsalError             something the work needs is refused or set otherwise
├── WrongClockError            its clock and this machine's are hours apart
└── EmbeddedServerError        the embedded server cannot start or be reached
"""


class DatabaseError(Exception):
    """The database cannot serve this call; the text names the setting or the object, and the remedy."""


class DatabaseUnavailableError(DatabaseError):
    """Nothing answers at the address, or it refuses us."""


class SchemaMismatchError(DatabaseError):
    """The schema of the database is not the one this code was written for."""


class ForeignTablesError(SchemaMismatchError):
    """Tables of our names are there, and are somebody else's."""


class StepFailedError(DatabaseError):
    """A step of sql/ does not go through on this database."""


class MigrationBusyError(DatabaseError):
    """Another migration of the same database does not end."""


class PoolerError(DatabaseError):
    """The address shares sessions where one of its own is needed."""


class RehearsalError(DatabaseError):
    """Something the work needs is refused or set otherwise."""


class WrongClockError(DatabaseError):
    """The database's clock and this machine's are hours apart; one of them would be written into the future."""


class EmbeddedServerError(DatabaseError):
    """The embedded server cannot start or be reached."""
