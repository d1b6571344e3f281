"""Whatever is asked, the app answers, and carefully: schemathesis asks every route, well and badly formed."""

from __future__ import annotations

import pytest
import requests
import schemathesis
from httpx import Response
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, GenerationMode

import channelsync as cs
from channelsync_web.security import POLICY
from tests.web.describing import described
from tests.web.site import ADDRESS, Site
from tests.web.walking import places, walk

GUARDED = {
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
"""What every answer tells a browser."""
SEEN = settings(max_examples=2, phases=[Phase.generate], suppress_health_check=[*HealthCheck], database=None)


@pytest.fixture
def operations(site: Site) -> list[APIOperation]:
    """Every method of every route; blanks lead to what Camille has, or to nothing."""
    unit = site.lodging()
    site.manager.sync(unit)
    block = site.manager.block(unit, cs.Stay.parse("2027-05-01/2027-05-05"))
    forms = [form for *_, those in walk(site.browser(), most=40) for form in those]
    known = dict.fromkeys(("claim", "claims", "claim_id", "about"), str(block.id))
    known |= {"unit": str(unit.id), "unit_id": str(unit.id), "key": "ical:a", "night": "2027-05-02"}
    schema = schemathesis.openapi.from_dict(described(site.app, forms, known))
    return [found.ok() for found in schema.get_all_operations()]


@pytest.mark.slow
@pytest.mark.parametrize("owner", ["Camille", None], ids=["an owner", "a stranger"])
def test_anything_is_answered(site: Site, operations: list[APIOperation], owner: str | None) -> None:
    """No request is a fault of ours, whoever sends it, and each answer has the headers of a careful site."""
    inside = {str(one) for one in places(site.app) if one.guarded}  # where test_isolation.py sends strangers
    asked: set[str] = set()
    for operation in operations if owner else [one for one in operations if one.label not in inside]:
        modes = [operation.as_strategy(generation_mode=mode) for mode in GenerationMode]

        @SEEN
        @given(case=st.one_of(modes))
        def answered(case: schemathesis.Case) -> None:
            answer = _sent(site, case, owner)
            asked.add(case.operation.label)
            assert answer.status_code < 500, case.as_curl_command()
            assert {name: answer.headers.get(name) for name in GUARDED} == GUARDED, case.as_curl_command()
            assert answer.headers["referrer-policy"] in {"same-origin", "no-referrer"}
            assert "Traceback" not in answer.text

        answered()
    assert asked >= {one.label for one in operations if owner or one.label not in inside}


def _sent(site: Site, case: schemathesis.Case, owner: str | None) -> Response:
    """Send it from a fresh browser: some requests sign out."""
    asked = requests.Request(**case.as_transport_kwargs(base_url=ADDRESS)).prepare()
    headers = {name: value for name, value in asked.headers.items() if name.lower() != "cookie"}
    return site.browser(owner).request(asked.method, asked.url, headers=headers, content=asked.body)
