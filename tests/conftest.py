"""What every test has: one hypothesis profile, whose failures can be repeated anywhere, and the conformance report."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

pytest_plugins = ["channelsync_pytest"]  # the conformance kit's report; only a conftest at the top may ask for it

settings.register_profile(
    "channelsync",
    deadline=None,  # shared machines are slow at times; pytest-timeout ends what hangs
    print_blob=True,  # a failure prints the line that repeats it
    derandomize=False,  # the draws follow --hypothesis-seed, which make test prints
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("channelsync")
