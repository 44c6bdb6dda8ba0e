"""The `hos` command: gathers the commands and turns every foreseen failure into one sentence."""

import sys
from typing import Any

import click
import psycopg

from hos_pipelines.cli.bench import bench
from hos_pipelines.cli.demo import demo
from hos_pipelines.cli.doctor import doctor
from hos_pipelines.cli.enroll import enroll
from hos_pipelines.cli.migrate import migrate, rollback
from hos_pipelines.cli.output import CommandError, print_json
from hos_pipelines.cli.process import load_env_file
from hos_pipelines.cli.refresh import refresh
from hos_pipelines.cli.simulator import simulator
from hos_pipelines.cli.status import status
from hos_pipelines.cli.up import up
from hos_pipelines.domain.profiles import InvalidProfileError
from hos_pipelines.postgres.errors import DatabaseError
from hos_pipelines.sahha.errors import SahhaError
from hos_pipelines.settings import SettingsError

FORESEEN = (SettingsError, InvalidProfileError, DatabaseError, SahhaError)


class Commands(click.Group):
    """A group whose commands fail with one sentence, and with `{"error": …}` where JSON was asked for."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command."""
        try:
            return super().invoke(ctx)
        except CommandError as error:
            self._answer(error.answer or {"error": error.message})
            raise
        except FORESEEN as error:
            self._answer({"error": str(error)})
            raise CommandError(str(error)) from error
        except psycopg.Error as error:
            sentence = f"HOS_DATABASE_URL: the database failed ({type(error).__name__}); see `hos doctor`."
            self._answer({"error": sentence})
            raise CommandError(sentence) from error
        except OSError as error:
            sentence = f"{error.filename or 'system'}: {error.strerror or error}; free it or choose another place."
            self._answer({"error": sentence})
            raise CommandError(sentence) from error

    def _answer(self, answer: Any) -> None:
        if "--json" in sys.argv:
            print_json(answer)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hos-pipelines")
def main() -> None:
    """HolisticOS pipelines: every user's wearable health data, fresh in PostgreSQL."""
    load_env_file()


for command in (demo, up, migrate, rollback, doctor, enroll, refresh, status, simulator, bench):
    main.add_command(command)

if __name__ == "__main__":
    main()
