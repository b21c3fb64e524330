"""`rag serve` prints an address that a browser can open."""

from __future__ import annotations

import logging

import pytest

from rag.cli.address import ReachableAddress


def _printed(host: str, address_format: str = "%s://%s:%d") -> str:
    """Return uvicorn's line for a host, after the filter."""
    message = f"Uvicorn running on {address_format} (Press CTRL+C to quit)"
    record = logging.LogRecord("uvicorn.error", logging.INFO, "", 0, message, ("http", host, 8000), None)
    record.__dict__["color_message"] = message
    assert ReachableAddress().filter(record)
    assert record.__dict__.get("color_message", record.msg) == record.msg
    return record.getMessage()


@pytest.mark.parametrize(("host", "address_format"), [("0.0.0.0", "%s://%s:%d"), ("::", "%s://[%s]:%d")])
def test_a_service_on_all_addresses_names_one_that_a_browser_can_open(host: str, address_format: str) -> None:
    expected = "Uvicorn running on http://127.0.0.1:8000 and on all other addresses (Press CTRL+C to quit)"
    assert _printed(host, address_format) == expected


def test_another_address_is_printed_as_it_is() -> None:
    assert _printed("127.0.0.1") == "Uvicorn running on http://127.0.0.1:8000 (Press CTRL+C to quit)"


def test_other_lines_stay_as_they_are() -> None:
    record = logging.LogRecord("uvicorn.error", logging.INFO, "", 0, "Started server process [%d]", (12,), None)
    assert ReachableAddress().filter(record)
    assert record.getMessage() == "Started server process [12]"
