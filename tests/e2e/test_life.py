"""A lodging's life through the command line: owners block and unblock, link and unlink, take over, ask why.

Also what a machine does to it: two commands at once, a command killed at any moment.
"""

from __future__ import annotations

import json
import signal
import subprocess
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from tests.e2e.command import EXECUTABLE, Command
from tests.e2e.platforms import airbnb, airbnb_block, booking, greengo, nights, spread

CHANNELS = ("airbnb", "booking", "greengo")
FAR = [airbnb("2027-08-01", "2027-08-08", "b"), airbnb("2027-09-01", "2027-09-08", "c")]


# --- the owner's own --------------------------------------------------------------------------------------------------
def test_block_and_unblock(command: Command) -> None:
    """A block closes its nights on every platform at once, says what it is for, and opens them again when it ends."""
    command.linked().sync()
    made = command.json("block", command.unit, "2027-04-01/2027-04-05", "--category", "maintenance", "--note", "toit")
    assert all(command.closed(channel) == nights("2027-04-01", "2027-04-05") for channel in CHANNELS)
    shown = command.json("unit", "show", command.unit)["claims"]
    assert [(one["id"], one["kind"], one["category"], one["channel"]) for one in shown] == [
        (made["id"], "block", "maintenance", None)
    ]
    assert "toit" not in command.run("feed", command.unit, "airbnb").out
    command.run("block", command.unit, "2027-04-04/2027-04-06").refused(made["id"])
    command.run("unblock", made["id"]).done()
    assert all(command.closed(channel) == set() for channel in CHANNELS)
    command.run("unblock", made["id"]).refused()
    command.run("block", command.unit, "2027-04-04/2027-04-06").done()
    assert command.closed("greengo") == nights("2027-04-04", "2027-04-06")


def test_reserve_and_cancel(command: Command) -> None:
    """A reservation typed in closes its nights, everywhere but where it was made; cancelled, they open."""
    command.linked().sync()
    made = command.json("reserve", command.unit, "2027-04-01/2027-04-05", "--channel", "booking", "--guest", "Anne")
    assert command.closed("airbnb") == command.closed("greengo") == nights("2027-04-01", "2027-04-05")
    command.run("cancel", made["id"]).done()
    assert command.closed("airbnb") == command.closed("greengo") == set()
    other = command.json("reserve", command.unit, "2027-04-01/2027-04-05")
    assert all(command.closed(channel) == nights("2027-04-01", "2027-04-05") for channel in CHANNELS)
    command.run("unblock", other["id"]).refused()
    command.run("cancel", other["id"]).done()


def test_opens_only_what_was_closed_here(command: Command) -> None:
    """Unblocking opens nothing that somebody else holds."""
    command.town["airbnb"].show(airbnb("2027-04-03", "2027-04-08"))
    command.linked().sync()
    made = command.json("block", command.unit, "2027-04-01/2027-04-05", "--insist")
    assert command.closed("greengo") == nights("2027-04-01", "2027-04-08")
    command.run("unblock", made["id"]).done()
    assert command.closed("greengo") == command.closed("booking") == nights("2027-04-03", "2027-04-08")
    assert command.closed("airbnb") == set()


def test_turnover_nights(command: Command) -> None:
    """Nights of turnover close on either side of a stay, on its own platform as well."""
    command.town["airbnb"].show(airbnb("2027-04-03", "2027-04-08"))
    command.linked(turnover=1).sync()
    assert command.closed("booking") == nights("2027-04-02", "2027-04-09")
    assert command.closed("airbnb") >= {"2027-04-02", "2027-04-08"}
    assert command.sync()["conflicts"] == []


# --- links ------------------------------------------------------------------------------------------------------------
def test_unlinking_keeps_what_is_sold(command: Command) -> None:
    """A listing that is unlinked keeps its future stays closed elsewhere, for ever; linked again, they are its own."""
    command.town["airbnb"].show(airbnb("2027-04-03", "2027-04-08"), *FAR)
    command.linked().sync()
    before = command.closed("greengo")
    kept = command.json("unlink", command.unit, "airbnb")["kept"]
    assert spread(kept) == before
    command.steps(24 * 60, every=240)
    assert command.closed("greengo") == command.closed("booking") == before
    command.run("feed", command.unit, "airbnb").done()
    assert command.closed("airbnb") == set()
    command.run("unlink", command.unit, "airbnb").refused("airbnb")
    command.run("link", command.unit, "airbnb", "--feed", command.town.url("airbnb")).done()
    assert command.steps(60)[-1]["conflicts"] == []
    assert command.closed("greengo") == before
    assert command.closed("airbnb") == set()
    assert len(command.json("unit", "show", command.unit)["claims"]) == 3
    command.town["airbnb"].show(*FAR)
    command.steps(90)
    assert command.closed("greengo") == before - nights("2027-04-03", "2027-04-08")


def test_unlinking_with_release_opens(command: Command) -> None:
    """`--release` opens them at once."""
    command.town["airbnb"].show(airbnb("2027-04-03", "2027-04-08"))
    command.linked().sync()
    command.run("unlink", command.unit, "airbnb", "--release").done()
    assert command.closed("greengo") == command.closed("booking") == set()


# --- what only the owner knows ----------------------------------------------------------------------------------------
def test_confirm_opens_what_vanished_at_once(command: Command) -> None:
    """A calendar suddenly empty keeps its nights closed until the owner says that it is true."""
    command.town["airbnb"].show(airbnb("2027-04-03", "2027-04-08"), *FAR)
    command.linked().sync()
    before = command.closed("greengo")
    command.town["airbnb"].show()
    assert command.steps(60)[-1]["looks"][0]["observation"] == "suspect"
    assert command.closed("greengo") == before
    released = command.json("confirm", command.unit, "airbnb")["released"]
    assert spread(released) == before
    assert command.closed("greengo") == set()
    assert command.json("confirm", command.unit, "airbnb")["released"] == []


def test_confirm_frees_nothing_that_is_shown(command: Command) -> None:
    """With nothing missing there is nothing to confirm."""
    command.town["airbnb"].show(airbnb("2027-04-03", "2027-04-08"))
    command.linked().sync()
    assert command.json("confirm", command.unit, "airbnb")["released"] == []
    assert command.closed("greengo") == nights("2027-04-03", "2027-04-08")


@pytest.mark.parametrize("said", ["reservation", "mine", "old-link", "double"])
def test_takeover_answers(command: Command, said: str) -> None:
    """A copy found at the first look is asked about, is no alarm, and each answer has its effect.

    Airbnb's own stay is a guest whatever is said: calling the other one a reservation makes it a double booking.
    """
    command.town["airbnb"].show(airbnb("2027-04-03", "2027-04-08"))
    command.town["booking"].show(booking("2027-04-03", "2027-04-08"))
    command.linked()
    report = command.sync()
    assert [one["certainty"] for one in report["conflicts"]] in ([], ["possible"])
    state = command.json("takeover", command.unit)
    (question,) = [one for one in state["questions"] if one["channel"] == "booking"]
    assert spread(question["nights"]) == nights("2027-04-03", "2027-04-08")
    command.run("takeover", command.unit, "--answer", f"{question['id']}={said}").done()
    assert command.json("takeover", command.unit)["questions"] == []
    conflicts = command.json("conflicts")
    assert len(conflicts) == (said in {"double", "reservation"})
    assert nights("2027-04-03", "2027-04-08") <= command.closed("greengo")
    if conflicts:
        assert conflicts[0]["certainty"] == "certain"
    if said == "old-link":
        command.town["airbnb"].show()
        command.fetch()
        command.steps(26 * 60, every=120)
        assert not nights("2027-04-03", "2027-04-08") & command.closed("booking")


def test_takeover_ends_by_itself(command: Command) -> None:
    """Links removed, read by every platform since, watched for 48 hours: the takeover is over."""
    command.linked().sync()
    command.fetch()
    command.later(hours=1)
    command.run("takeover", command.unit, "--links-removed").done()
    command.steps(24 * 60, every=720)
    assert command.json("takeover", command.unit)["active"]
    command.fetch()
    command.steps(48 * 60, every=720)
    state = command.json("takeover", command.unit)
    assert not state["active"]
    assert all(one["done"] for one in state["steps"])


# --- proof ------------------------------------------------------------------------------------------------------------
def test_exposed_until_read(command: Command) -> None:
    """A taken night is exposed on the listings that have not read it, since it was known, until they have."""
    command.town["airbnb"].show(airbnb("2027-04-03", "2027-04-08"))
    command.linked()
    since = command.now
    report = command.sync()
    assert {one["channel"]: spread(one["nights"]) for one in report["exposed"]} == {
        "booking": nights("2027-04-03", "2027-04-08"),
        "greengo": nights("2027-04-03", "2027-04-08"),
    }
    command.later(hours=1)
    command.fetch("booking")
    (left,) = command.json("exposed")
    assert left["channel"] == "greengo"
    assert left["unit"] == "Gîte du Lac"
    assert datetime.fromisoformat(left["since"]) == since
    assert left["evidence"]
    command.fetch("greengo")
    assert command.json("exposed") == []
    command.town["airbnb"].show(airbnb("2027-04-03", "2027-04-09"))
    command.later(minutes=15)
    command.sync()
    assert {one["channel"]: spread(one["nights"]) for one in command.json("exposed")} == {
        "booking": {"2027-04-08"},
        "greengo": {"2027-04-08"},
    }
    command.later(days=3)
    assert command.run("exposed").code == 1, "nobody has read it for days"


def test_explain_tells_the_chain(command: Command) -> None:
    """Why a night is closed: which claim, seen where and when, published in which revision, proven how."""
    command.town["airbnb"].show(airbnb("2027-04-03", "2027-04-08"))
    command.linked().sync()
    command.later(minutes=20)
    command.fetch("booking")
    for language, words in {
        "en": ["Booking.com", "reservation (Airbnb)", "2027-03-01 10:00", "revision", "read by the platform"],
        "fr": ["Booking.com", "réservation (Airbnb)", "01/03/2027 à 10 h 00", "version", "lu par la plateforme"],
    }.items():
        text = " ".join(command.run("--lang", language, "explain", command.unit, "2027-04-05", "booking").out.split())
        for word in words:
            assert word in text, (word, text)
    document = command.json("explain", command.unit, "2027-04-05", "booking")
    (one,) = [one for one in document["explanations"] if one["channel"] == "booking"]
    assert one["closed"]
    assert one["proof"]
    assert any(step["source"] == "airbnb" or step["source"] == "Airbnb" for step in one["steps"])
    assert any(step["number"] for step in one["steps"])
    free = command.run("--lang", "en", "explain", command.unit, "2027-05-05").done()
    assert "open" in free.out


def test_log_and_status(command: Command) -> None:
    """The log tells what happened, oldest first, since a time, of one unit; the status how each listing fares."""
    command.town["airbnb"].show(airbnb("2027-04-03", "2027-04-08"), *FAR)
    command.linked().sync()
    command.town["airbnb"].show(*FAR)
    command.steps(60)
    log = command.json("log")
    assert [one["at"] for one in log] == sorted(one["at"] for one in log)
    assert len({one["what"] for one in log}) >= 4
    assert any(
        one["channel"] == "airbnb" and spread(one["nights"]) == nights("2027-04-03", "2027-04-08") for one in log
    )
    late = command.json("log", command.unit, "--since", (command.now - timedelta(minutes=20)).isoformat())
    assert late == [one for one in log if datetime.fromisoformat(one["at"]) >= command.now - timedelta(minutes=20)]
    command.town["booking"].fail(500)
    command.steps(15)
    listed = command.run("--json", "status")
    assert listed.code == 1
    assert {one["channel"]: one["observation"] for one in listed.json} == {
        "airbnb": "complete",
        "booking": "unusable",
        "greengo": "complete",
    }


def test_calendar_shows_a_month(command: Command) -> None:
    """A month of a unit, for people and for scripts."""
    command.town["airbnb"].show(airbnb("2027-04-03", "2027-04-08"))
    command.linked().sync()
    assert "2027" in command.run("calendar", command.unit, "--month", "2027-04").done().out
    assert json.dumps(command.json("calendar", command.unit, "--month", "2027-04"))


# --- time -------------------------------------------------------------------------------------------------------------
def test_time_that_jumps(command: Command) -> None:
    """A clock that jumps by days, and one that goes back, opens nothing of what is shown or missing."""
    command.town["airbnb"].show(airbnb("2027-04-03", "2027-04-08"), *FAR)
    command.linked().sync()
    before = command.closed("greengo")
    command.town["airbnb"].show(*FAR)
    command.later(days=10)
    command.sync()
    assert command.closed("greengo") == before, "one look opens nothing, however late"
    command.later(days=-10)
    for _ in range(4):
        command.sync()
        assert command.closed("greengo") == before, "looks at one time, or before the last one, are no new looks"
    command.town["airbnb"].show(airbnb("2027-04-03", "2027-04-08"), *FAR)
    command.later(days=12)
    command.sync()
    assert command.closed("greengo") == before


def test_a_calendar_that_is_looked_at_every_other_day(command: Command) -> None:
    """However rarely somebody looks, a cancellation opens its nights in the end."""
    command.town["airbnb"].show(airbnb("2027-06-03", "2027-06-08"), *FAR)
    command.linked().sync()
    command.town["airbnb"].show(*FAR)
    command.steps(20 * 24 * 60, every=40 * 60)
    assert not nights("2027-06-03", "2027-06-08") & command.closed("greengo")


def test_a_stay_that_is_over_is_over(command: Command) -> None:
    """On the day of departure the nights are gone from every calendar, and nothing of it is a conflict or exposed."""
    command.town["airbnb"].show(airbnb("2027-03-02", "2027-03-05"))
    command.linked().sync()
    for _ in range(6):
        command.later(days=1)
        command.sync()
    assert command.json("exposed") == []
    assert {night for night in command.closed("greengo") if night >= command.now.date().isoformat()} == set()


def test_rolling_runs_close_nothing(command: Command) -> None:
    """Booking.com's unopened calendar and Airbnb's booking window move every day, and never close a night elsewhere."""
    command.linked()
    for day in range(5):
        today = (command.now + timedelta(hours=1)).date()
        horizon = today.replace(year=today.year + 1, month=today.month + 6)
        window = today.replace(year=today.year + 1)
        command.town["booking"].show(booking("2027-05-10", "2027-05-13"), booking("2028-01-02", horizon.isoformat()))
        command.town["airbnb"].show(airbnb("2027-06-01", "2027-06-08"), airbnb_block("2027-12-01", window.isoformat()))
        for report in [command.sync(), *command.steps(60, every=30)]:
            assert report["conflicts"] == []
            assert report["changes"] == [] or day == 0
        assert command.closed("greengo") == nights("2027-05-10", "2027-05-13") | nights("2027-06-01", "2027-06-08")
        command.later(hours=23)


# --- the machine ------------------------------------------------------------------------------------------------------
def test_two_commands_at_once(command: Command) -> None:
    """Two processes that synchronise at the same time end as one would have."""
    command.town["airbnb"].show(airbnb("2027-04-03", "2027-04-08"))
    command.town["booking"].show(booking("2027-05-03", "2027-05-08"))
    command.linked()
    running = [command.spawn("--json", "sync", "--all") for _ in range(3)]
    for process in running:
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        assert json.loads(out)["conflicts"] == []
    assert command.closed("greengo") == nights("2027-04-03", "2027-04-08") | nights("2027-05-03", "2027-05-08")
    assert len(command.json("unit", "show", command.unit)["claims"]) == 2


def test_killed_at_any_moment(command: Command) -> None:
    """A `sync` killed while it reads, decides or stores leaves a database from which the next one ends the same."""
    command.town["airbnb"].show(airbnb("2027-04-03", "2027-04-08"))
    command.linked().sync()
    expected = nights("2027-04-03", "2027-04-08")
    for round_, delay in enumerate((0.0, 0.0, 0.02, 0.05, 0.1)):
        command.later(minutes=15)
        stay = (f"2027-05-{3 * round_ + 1:02}", f"2027-05-{3 * round_ + 3:02}")
        command.town["booking"].show(*command.town["booking"].events, booking(*stay))
        expected |= nights(*stay)
        command.town["booking"].read.clear()
        with command.spawn("sync", "--all") as process:
            assert command.town["booking"].read.wait(30)
            with suppress(subprocess.TimeoutExpired):
                process.wait(delay)
            process.send_signal(signal.SIGKILL)
            process.communicate(timeout=30)
        command.run("sync", "--all").done()
        assert command.closed("greengo") == expected
        assert command.closed("airbnb") == expected - nights("2027-04-03", "2027-04-08")
    assert len(command.json("unit", "show", command.unit)["claims"]) == 6
    assert len([one for one in command.json("log") if one["what"] == "claim"]) == 6, "each told once"


def test_as_a_process_of_its_own(command: Command) -> None:
    """The installed command, without a clock: help, version, its answers on standard output and nothing else there."""
    command.town["airbnb"].show(airbnb("2099-04-03", "2099-04-08"))
    command.town["greengo"].show(greengo("2099-05-03", "2099-05-08"))

    def run(*words: str, code: int = 0) -> str:
        given = ["--db", str(command.db), "--allow-private-addresses", *words]
        process = subprocess.Popen(
            [str(EXECUTABLE), *given], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=command.folder
        )
        out, err = process.communicate(timeout=60)
        assert process.returncode == code, err
        assert err == "" or code
        return out

    assert "channelsync" in run("--version")
    assert "sync" in run("--help")
    run("unit", "add", "Été")
    for channel in ("airbnb", "greengo"):
        run("link", "Été", channel, "--feed", command.town.url(channel))
    document = json.loads(run("--json", "sync", "--all"))
    assert len(document["looks"]) == 2
    assert abs(datetime.fromisoformat(document["exposed"][0]["since"]) - datetime.now(UTC)) < timedelta(minutes=5)
    run("frobnicate", code=2)
