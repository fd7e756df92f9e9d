"""What the file of a vendor may not say."""

import pytest
from pydantic import ValidationError

from app.rulebook.vendor_schema import DoubleShape


def test_a_merger_that_waits_for_its_day_names_its_source() -> None:
    waits = {
        "of": "probe",
        "since": "2030-01-01",
        "why": "They merge.",
        "take": ["offer"],
    }

    with pytest.raises(ValidationError, match="needs a source"):
        DoubleShape.model_validate(waits)
