"""The page and the examples in the documentation are what the code says."""

from hos_pipelines_tests.cli.what_is_told import files


def test_the_documentation_shows_what_people_are_told() -> None:
    stale = [path.name for path, text in files().items() if not path.exists() or path.read_text() != text]
    assert stale == [], "run python -m hos_pipelines_tests.cli.what_is_told, and read what has changed"
