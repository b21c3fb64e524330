"""Numbers are written as a spreadsheet shows them."""

from __future__ import annotations

import pytest

from rag.sources.sheets.number_formats import shown


@pytest.mark.parametrize(
    ("value", "code", "words"),
    [
        (0.256, "0%", "26%"),
        (0.256, "0.0%", "25.6%"),
        (1234567.891, "#,##0", "1,234,568"),
        (1234567, r"#\ ##0", "1234 567"),
        (-5, r"#,##0.00_);[Red]\(#,##0.00\)", "(5.00)"),
        (1234.5, r"#,##0.00\ [$€-407]", "1,234.50 €"),
        (1234.5, '"€"#,##0.00', "€1,234.50"),
        (12345678, '0.0,,"M"', "12.3M"),
        (0, '_(* #,##0.00_);_(* \\(#,##0.00\\);_(* "-"??_);_(@_)', "-"),
        (45000, "dd/mm/yyyy", "15/03/2023"),
        (45000.75, "d mmm yyyy h:mm AM/PM", "15 Mar 2023 6:00 PM"),
        (45000, "[$-407]d. mmmm yyyy", "2023-03-15"),
        (45000, "[$-F800]dddd, mmmm dd, yyyy", "2023-03-15"),
        (1.5, "[h]:mm", "36:00"),
        (45000.5104166667, "mm:ss.0", "15:00.0"),
        (1.5, "# ?/?", "1 1/2"),
        (7, "000", "007"),
        (123456789, "000-00-0000", "123-45-6789"),
        (12345.678, "0.00E+00", "1.23E+04"),
        (0.1 + 0.2, "General", "0.3"),
        (1234567890123, "General", "1234567890123"),
        (1234, '[>=1000]#,##0,"k";0', "1k"),
        (2, "0.0##", "2.0"),
        (5, "@", "5"),
        (5, ";;;", ""),
        (0, "0;-0;;@", ""),
    ],
)
def test_a_number_is_written_by_its_format(value: float, code: str, words: str) -> None:
    assert shown(value, code) == words


def test_dates_may_count_from_1904() -> None:
    assert shown(0, "yyyy-mm-dd", since_1904=True) == "1904-01-01"


@pytest.mark.parametrize("value", [-1.0, 1e12, float("inf")])
def test_a_date_beyond_the_calendar_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match=r"."):
        shown(value, "yyyy-mm-dd")
