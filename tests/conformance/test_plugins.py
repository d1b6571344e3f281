"""The plugins that come with the product keep every rule that is about them: one test a rule.

The suites stand in `tests.conformance.suites`, as another author would write them.
"""

from __future__ import annotations

from tests.conformance.suites import Abritel as TestAbritel
from tests.conformance.suites import Airbnb as TestAirbnb
from tests.conformance.suites import AirbnbClassic as TestAirbnbClassic
from tests.conformance.suites import Booking as TestBooking
from tests.conformance.suites import BookingXml as TestBookingXml
from tests.conformance.suites import Greengo as TestGreengo
from tests.conformance.suites import Ical as TestIcal
from tests.conformance.suites import Titled as TestTitled

__all__ = [
    "TestAbritel",
    "TestAirbnb",
    "TestAirbnbClassic",
    "TestBooking",
    "TestBookingXml",
    "TestGreengo",
    "TestIcal",
    "TestTitled",
]
