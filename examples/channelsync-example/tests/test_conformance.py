"""Example Stays keeps every rule that is about it."""

import channelsync_example
from channelsync.testing.conformance import ConformanceSuite


class TestExample(ConformanceSuite):
    """The plugin, against its own simulator."""

    plugin = channelsync_example.plugin
