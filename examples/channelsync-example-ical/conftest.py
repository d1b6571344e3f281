"""The kit tells its verdicts in this folder."""

pytest_plugins = ["channelsync_pytest"]
