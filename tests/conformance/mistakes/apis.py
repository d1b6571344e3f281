"""Mistakes in plugins that speak an API: writing, queues, calls to us, tokens."""

# ruff: noqa: ARG005, D103 - a lambda keeps the form of what it stands for; the name of each function says what is wrong with the plugin
from __future__ import annotations

import json
from datetime import timedelta

import httpx
from attrs import evolve

from channelsync.adapter import Access, ApiLook, Closing, Hint, Reply, Secret, SecretUrl, Written
from channelsync.claims import Kind
from channelsync.errors import (
    ChangeRefusedError,
    ChannelSyncError,
    CredentialRejectedError,
)
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.testing.conformance import Candidate
from tests.conformance.mistakes.planting import good, planted, points

NIGHT = timedelta(days=1)


def bent(name: str = "booking", **methods) -> Candidate:
    """A plugin whose API has some methods of its own; ``good`` is the API as it should be."""
    plugin = good(name)
    kind = type(plugin.api)
    made = type("Bent", (kind,), {**methods, "good": plugin.api})
    return Candidate(evolve(plugin, api=made()), points=points(name))


def all_of(closing) -> Nights:
    """Every night to close."""
    return Nights.union(one.nights for one in closing)


def heard(flow, change):
    """Run a flow whose answers are changed before it reads them: a mistake of whoever reads them."""
    try:
        request = next(flow)
        while True:
            answer = yield request
            request = flow.send(change(request, answer))
    except StopIteration as done:
        return done.value


def rewritten(answer: httpx.Response, **members) -> httpx.Response:
    """A JSON answer with some members of its own."""
    return httpx.Response(answer.status_code, json={**answer.json(), **members})


# -- one listing of several --------------------------------------------------------------------------------------------
def first_of(self, access):
    """The account's first listing."""
    return (yield from self.good.listings(access))[0].id


def looks_at_the_first_listing(self, source, at):
    """A look that takes the account for one listing."""
    return (yield from self.good.look(evolve(source, listing=(yield from first_of(self, source.access))), at))


def writes_to_the_first_listing(self, access, listing, closing, opening):
    """A write that does so."""
    return (yield from self.good.push(access, (yield from first_of(self, access)), closing, opening))


def reads_back_the_first_listing(self, access, listing, window):
    """A reading back that does so."""
    return (yield from self.good.closed(access, (yield from first_of(self, access)), window))


@planted("account.apart", "booking")
def means_the_first_listing_always():
    return bent(look=looks_at_the_first_listing, push=writes_to_the_first_listing, closed=reads_back_the_first_listing)


@planted("pull.every-night", "booking")
def looks_at_the_first_listing_always():
    return bent(look=looks_at_the_first_listing)


@planted("push.only-asked", "booking")
def writes_to_the_first_listing_always():
    return bent(push=writes_to_the_first_listing)


@planted("push.read-back", "booking")
def reads_back_the_first_listing_always():
    return bent(closed=reads_back_the_first_listing)


def every_listing_in_one_look(self, source, at):
    """A look with the guests of every listing."""
    seen = (yield from self.good.look(source, at)).observation
    events = list(seen.events)
    for one in (yield from self.good.listings(source.access)):
        if one.id != source.listing:
            events += (yield from self.good.look(evolve(source, listing=one.id), at)).observation.events
    return ApiLook(evolve(seen, events=tuple(events)))


@planted("account.apart", "booking")
def shows_guests_of_other_listings():
    return bent(look=every_listing_in_one_look)


@planted("pull.no-other-night", "booking")
def shows_nights_of_other_listings():
    return bent(look=every_listing_in_one_look)


# -- what is left out of a look ----------------------------------------------------------------------------------------
@planted("pull.every-night", "booking")
def looks_five_months_ahead():
    def look(self, source, at):
        near = Stay(source.window.arrival, source.window.arrival + 150 * NIGHT)
        found = yield from self.good.look(evolve(source, window=near), at)
        events = tuple(one for one in found.observation.events if one.stay.overlaps(near))
        return evolve(found, observation=evolve(found.observation, events=events))

    return bent(look=look)


@planted("pull.many", "airbnb")
def reads_the_first_page_only():
    def first_page(request, answer):
        listed = request.url.path.endswith("/reservations")
        return rewritten(answer, paging={"next_cursor": ""}, metadata={}) if listed else answer

    return called(look=lambda self, source, at: heard(self.good.look(source, at), first_page))


@planted("faults.one-value", "airbnb")
def leaves_out_a_day_that_it_cannot_read():
    def known(day):
        return day.get("availability") in {"available", "unavailable"}

    def readable(request, answer):
        if "/calendars/" not in request.url.path or not isinstance(days := answer.json()["calendar"]["days"], list):
            return answer
        told = [day if known(day) else {**day, "availability": "available"} for day in days]
        return rewritten(answer, calendar={**answer.json()["calendar"], "days": told})

    return called(look=lambda self, source, at: heard(self.good.look(source, at), readable))


@planted("faults.one-value", "airbnb")
def takes_a_new_state_for_a_cancellation():
    def known(request, answer):
        if not request.url.path.endswith("/reservations") or not isinstance(answer.json()["reservations"], list):
            return answer
        told = [{**one, "status_type": _cancelled_unless_known(one)} for one in answer.json()["reservations"]]
        return rewritten(answer, reservations=told)

    return called(look=lambda self, source, at: heard(self.good.look(source, at), known))


def _cancelled_unless_known(entry) -> str:
    return entry["status_type"] if entry["status_type"] in {"accept", "pending"} else "cancelled_by_guest"


@planted("faults.one-address", "booking")
def does_without_the_nights_that_it_may_not_see():
    def look(self, source, at):
        def open_instead(request, answer):
            refused = answer.status_code == 403 and request.url.path.endswith("/roomrateavailability")
            first = source.window.arrival
            dates = "".join(f'<date value="{first + NIGHT * n}" rooms_to_sell="1"/>' for n in range(600))
            body = f'<availability><room room_id="{source.listing}">{dates}</room></availability>'
            return httpx.Response(200, content=body.encode()) if refused else answer

        return heard(self.good.look(source, at), open_instead)

    return bent(look=look)


# -- push --------------------------------------------------------------------------------------------------------------
@planted("push.done", "booking")
def leaves_the_last_night_open():
    def push(self, access, listing, closing, opening):
        wanted = all_of(closing)
        shorter = Nights.of(*list(wanted)[:-1])
        yield from self.good.push(access, listing, (Closing(shorter),), opening)
        return Written(wanted, opening)

    return bent(push=push)


@planted("push.only-asked", "booking")
def opens_all_that_it_does_not_close():
    def push(self, access, listing, closing, opening):
        wanted = all_of(closing)
        around = Nights.of(*((one.arrival - 9 * NIGHT + NIGHT * n) for one in wanted.runs() for n in range(60)))
        return (yield from self.good.push(access, listing, closing, opening | (around - wanted)))

    return bent(push=push)


@planted("push.twice", "booking")
def refuses_to_close_what_is_closed():
    done = set()

    def push(self, access, listing, closing, opening):
        if all_of(closing) in done:
            msg = "these nights are closed already"
            raise ChangeRefusedError(msg)
        done.add(all_of(closing))
        return (yield from self.good.push(access, listing, closing, opening))

    return bent(push=push)


@planted("push.fails-closed", "booking")
def undoes_its_closings_after_an_error():
    def push(self, access, listing, closing, opening):
        try:
            return (yield from self.good.push(access, listing, closing, opening))
        except ChannelSyncError as error:
            around = Nights.of(*(night + 30 * NIGHT for night in all_of(closing)))
            yield from self.good.push(access, listing, (), all_of(closing) | around)
            raise error from None

    return bent(push=push)


@planted("push.closes-first", "booking")
def opens_before_it_closes():
    def push(self, access, listing, closing, opening):
        first = (yield from self.good.push(access, listing, (), opening)) if opening else Written(NO_NIGHTS, NO_NIGHTS)
        then = yield from self.good.push(access, listing, closing, NO_NIGHTS)
        return Written(then.closed, first.opened)

    return bent(push=push)


@planted("push.honest", "booking")
def tells_a_failed_write_as_done():
    def push(self, access, listing, closing, opening):
        try:
            return (yield from self.good.push(access, listing, closing, opening))
        except ChannelSyncError:
            return Written(all_of(closing), opening)

    return bent(push=push)


@planted("push.read-back", "booking")
def reads_back_one_night_less():
    def closed(self, access, listing, window):
        shorter = Stay(window.arrival, max(window.arrival + NIGHT, window.departure - 20 * NIGHT))
        return (yield from self.good.closed(access, listing, shorter))

    return bent(closed=closed)


# -- queues ------------------------------------------------------------------------------------------------------------
@planted("queue.waits", "booking")
def acknowledges_while_it_reads():
    def waiting(self, access):
        found = yield from self.good.waiting(access)
        yield from self.good.acknowledge(access, found)
        return found

    return bent(waiting=waiting)


@planted("queue.acknowledged", "booking")
def acknowledges_nothing():
    def acknowledge(self, access, deliveries):
        yield from ()

    return bent(acknowledge=acknowledge)


@planted("queue.acknowledged", "booking")
def acknowledges_everything():
    def acknowledge(self, access, deliveries):
        yield from self.good.acknowledge(access, (yield from self.good.waiting(access)))

    return bent(acknowledge=acknowledge)


@planted("queue.newer", "booking")
def acknowledges_what_it_has_not_read():
    def acknowledge(self, access, deliveries):
        yield from self.good.acknowledge(access, (yield from self.good.waiting(access)))

    return bent(acknowledge=acknowledge)


@planted("queue.fails", "booking")
def hides_a_failed_acknowledgement():
    def acknowledge(self, access, deliveries):
        try:
            yield from self.good.acknowledge(access, deliveries)
        except ChannelSyncError:
            return

    return bent(acknowledge=acknowledge)


# -- credentials -------------------------------------------------------------------------------------------------------
@planted("credentials.renewed", "booking")
def loses_what_renews_the_token():
    def refresh(self, access):
        new = yield from self.good.refresh(access)
        return Access(new.account, new.token)

    return bent(refresh=refresh)


@planted("credentials.refused", "booking")
def renews_its_token_by_itself():
    def closed(self, access, listing, window):
        try:
            return (yield from self.good.closed(access, listing, window))
        except CredentialRejectedError:
            new = yield from self.good.refresh(access)
            return (yield from self.good.closed(new, listing, window))

    return bent(closed=closed)


@planted("account.listings", "booking")
def forgets_the_last_page():
    def listings(self, access):
        return (yield from self.good.listings(access))[:1]

    return bent(listings=listings)


# -- calls to us -------------------------------------------------------------------------------------------------------
def called(**methods) -> Candidate:
    """Airbnb with some methods of its own."""
    return bent("airbnb", **methods)


@planted("webhook.hint", "airbnb")
def hears_nothing():
    return called(hints=lambda self, headers, body: ())


@planted("webhook.replay", "airbnb")
def hears_each_delivery_once():
    heard = set()

    def hints(self, headers, body):
        found = () if body in heard else self.good.hints(headers, body)
        heard.add(body)
        return found

    return called(hints=hints)


@planted("webhook.unreadable", "airbnb")
def breaks_off_at_rubbish():
    return called(hints=lambda self, headers, body: (Hint(json.loads(body)["listing"]),))


@planted("webhook.unknown", "airbnb")
def breaks_off_at_an_unknown_type():
    def hints(self, headers, body):
        {"reservation_acceptance_confirmation": 1}.get(json.loads(body)["action"]) or json.loads(body)["reservation"][
            "listing_id"
        ]
        return self.good.hints(headers, body)

    return called(hints=hints)


@planted("webhook.forged", "airbnb")
def relies_on_a_header():
    def hints(self, headers, body):
        return self.good.hints(headers, body) if headers["user-agent"] else ()

    return called(hints=hints)


@planted("question.understood", "airbnb")
def reads_one_night_too_few():
    def question(self, method, path, query, body):
        found = self.good.question(method, path, query, body)
        if found is None or found.stay is None:
            return found
        return evolve(found, stay=Stay(found.stay.arrival, found.stay.departure - NIGHT))

    return called(question=question)


@planted("question.change", "airbnb")
def knows_no_question_about_a_change():
    def question(self, method, path, query, body):
        return None if method == "PUT" else self.good.question(method, path, query, body)

    return called(question=question)


@planted("question.obeyed", "airbnb")
def says_no_in_a_form_that_means_yes():
    def reply(self, question, *, free):
        return self.good.reply(question, free=True) if free else Reply(200, b'{"available": true, "succeed": true}')

    return called(reply=reply)


@planted("question.none", "airbnb")
def takes_every_call_for_a_question():
    def question(self, method, path, query, body):
        return self.good.question(method, path, query, body) or self.good.question(
            "GET", "", {"listing_id": "1", "start_date": "2027-03-01", "nights": "1"}, b""
        )

    return called(question=question)


# -- access ------------------------------------------------------------------------------------------------------------
@planted("account.consent", "airbnb")
def shows_its_secret_to_the_browser():
    def consent_page(self, fields, redirect, state):
        page = self.good.consent_page(fields, redirect, state).reveal()
        return SecretUrl(f"{page}&client_secret={fields['client_secret'].reveal()}")

    return called(consent_page=consent_page)


@planted("account.code", "airbnb")
def takes_any_code():
    def exchange(self, access, code, redirect):
        yield from ()
        return access

    return called(exchange=exchange)


@planted("account.take-over", "airbnb")
def closes_what_it_takes_over():
    def take_over(self, access, listing):
        yield from self.good.take_over(access, listing)
        yield from self.good.push(access, listing, (), Nights.of(Stay.parse("2027-03-01/2027-05-01")))
        yield from self.good.push(
            access, listing, (Closing(Nights.of(Stay.parse("2027-03-20/2027-03-21"))),), NO_NIGHTS
        )

    return called(take_over=take_over)


@planted("pull.every-night", "booking")
def shows_guests_only():
    def look(self, source, at):
        found = yield from self.good.look(source, at)
        events = tuple(one for one in found.observation.events if one.code)
        return evolve(found, observation=evolve(found.observation, events=events))

    return bent(look=look)


@planted("faults.rubbish", "booking")
def takes_rubbish_for_an_open_calendar():
    def closed(self, access, listing, window):
        try:
            return (yield from self.good.closed(access, listing, window))
        except ChannelSyncError:
            return NO_NIGHTS

    return bent(closed=closed)


@planted("credentials.unseen", "booking")
def writes_the_token_into_its_error():
    def closed(self, access, listing, window):
        try:
            return (yield from self.good.closed(access, listing, window))
        except CredentialRejectedError:
            msg = f"the token {access.token.reveal()} is refused"
            raise CredentialRejectedError(msg) from None

    return bent(closed=closed)


@planted("pull.reservations", "booking")
def tells_reservations_as_closures():
    def look(self, source, at):
        found = yield from self.good.look(source, at)
        events = tuple(evolve(one, kind=Kind.CLOSURE) for one in found.observation.events)
        return evolve(found, observation=evolve(found.observation, events=events))

    return bent(look=look)


@planted("pull.both-routes", "airbnb")
def writes_its_codes_in_two_ways():
    plugin = good("airbnb")
    code = plugin.feed.dialect.code
    dialect = evolve(plugin.feed.dialect, code=lambda event: code(event).lower())
    return Candidate(evolve(plugin, feed=evolve(plugin.feed, dialect=dialect)), points=points("airbnb"))


@planted("push.comes-back", "booking")
def does_not_say_what_its_echo_looks_like():
    plugin = good("booking")
    api = evolve(plugin.api, traits=evolve(plugin.api.traits, echo_kinds=frozenset({Kind.CLOSURE})))
    return Candidate(evolve(plugin, api=api), points=points("booking"))


@planted("credentials.expired", "booking")
def waits_for_nobody_to_renew_its_token():
    def look(self, source, at):
        try:
            return (yield from self.good.look(source, at))
        except CredentialRejectedError:
            new = yield from self.good.refresh(source.access)
            return (yield from self.good.look(evolve(source, access=new), at))

    return bent(look=look)


@planted("hygiene.account", "booking")
def names_no_account():
    def listings(self, access):
        return (yield from self.good.listings(evolve(access, account="")))

    return bent(listings=listings)


@planted("account.granted", "airbnb")
def keeps_the_old_token():
    def exchange(self, access, code, redirect):
        yield from self.good.exchange(access, code, redirect)
        return evolve(access, token=Secret("of-yesterday"))

    return called(exchange=exchange)


@planted("account.revoked", "airbnb")
def gives_nothing_back():
    def revoke(self, access):
        yield from ()

    return called(revoke=revoke)
