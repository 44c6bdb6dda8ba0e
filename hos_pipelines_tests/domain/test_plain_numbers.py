"""Numbers that are typed: plain digits are read, whatever else Python would take for a number is refused."""

import pytest

from hos_pipelines.domain.plain_numbers import plain_number, plain_whole

FOREIGN = ["\N{ARABIC-INDIC DIGIT FIVE}", "\N{FULLWIDTH DIGIT FIVE}", "\N{SUPERSCRIPT TWO}", "1\N{NO-BREAK SPACE}000"]
NONE = ["inf", "-inf", "Infinity", "nan", "NaN", "1.", ".", "-", "five", "1" * 19, "1/2", "1.5.2", "--5", "- 5"]
ODD = [*FOREIGN, *NONE, "", " ", " 5 ", "5 ", "\t5", "5\n", "+5", "1_000", "1e3", "1E3", "0x10", "1,000"]


@pytest.mark.parametrize("text", [*ODD, "5.0", ".5"])
def test_what_is_no_whole_number_in_plain_digits_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be a whole number in plain digits"):
        plain_whole(text)


@pytest.mark.parametrize("text", ODD)
def test_what_is_no_number_in_plain_digits_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must be a number in plain digits"):
        plain_number(text)


def test_plain_digits_are_read() -> None:
    assert [plain_whole(text) for text in ("0", "7", "007", "-3", "9" * 18)] == [0, 7, 7, -3, int("9" * 18)]
    assert [plain_number(text) for text in ("0", "0.5", ".5", "-3", "60", "1.25")] == [0, 0.5, 0.5, -3, 60, 1.25]
