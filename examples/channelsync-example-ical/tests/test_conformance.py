"""Example Cottages keeps every rule that is about it."""

import channelsync_example_ical
from channelsync.testing.conformance import ConformanceSuite


class TestExample(ConformanceSuite):
    """The plugin, against its own simulator."""

    plugin = channelsync_example_ical.plugin
