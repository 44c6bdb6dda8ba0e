"""What the catalogue shows of an asset that is a table: its columns and what they mean, its name, where its code is."""

import warnings
from pathlib import Path

import dagster as dg
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

from hos_pipelines.postgres.column_texts import column_texts
from hos_pipelines.postgres.tables import metadata


def table_metadata(table: str) -> dict[str, object]:
    """The columns of a table, with the comments of the schema's steps, and its name. Needs no database."""
    texts, columns = column_texts(), metadata.tables[table].columns
    schema = dg.TableSchema(
        columns=[
            dg.TableColumn(
                column.name,
                _type_name(column.type),
                description=texts.get((table, column.name)),
                constraints=dg.TableColumnConstraints(nullable=bool(column.nullable), unique=False),
            )
            for column in columns
        ]
    )
    return {"dagster/column_schema": schema, "dagster/table_name": table}


def _type_name(kind: TypeEngine[object]) -> str:
    told = kind.compile(dialect=postgresql.dialect())  # type: ignore[no-untyped-call]
    return told.partition(" COLLATE")[0].lower()


def code_reference(file: str) -> dict[str, object]:
    """The file in which an asset is defined, which the UI opens in an editor."""
    path = Path(file)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)  # used knowingly: only the catalogue shows them
        reference = dg.LocalFileCodeReference(file_path=str(path), line_number=1, label=path.name)
        return {"dagster/code_references": dg.CodeReferencesMetadataValue(code_references=[reference])}
