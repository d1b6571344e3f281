"""Identity and packaging: who the plugin says it is, and that it can do what it says."""

from __future__ import annotations

import re
from typing import Final, cast
from urllib.parse import urlsplit

from channelsync.adapter import PROTOCOL, Capability, ChannelPlugin, FeedRoute, SecretUrl
from channelsync.errors import UsageError
from channelsync.nights import Stay
from channelsync.testing.conformance.candidate import Candidate, night
from channelsync.testing.conformance.rule import demand, not_applicable, rule
from channelsync.testing.conformance.source import imports_of, is_simulator, modules_of
from channelsync.testing.sandbox import Platform

__all__ = [
    "capabilities_are_true",
    "entry_point_is_found",
    "links_are_known",
    "load_is_light",
    "mail_is_known",
    "name_is_one",
    "pages_are_safe",
    "protocol_is_spoken",
    "simulator_is_brought",
    "simulator_repeats_itself",
    "unknown_options_are_refused",
]

_MEANINGS: Final = frozenset({"new", "changed", "cancelled"})


@rule("identity.name")
def name_is_one(candidate: Candidate) -> None:
    """The plugin, its entry point and its simulator have one name.

    The name is how listings, accounts and links are kept in the ledger: two names would be two channels.

    Troubleshooting: compare ``ChannelPlugin.name`` with the key in the table of entry points, and with the ``channel``
    of the simulator's ``Form``.
    """
    name = candidate.plugin.name
    for point in candidate.entry_points():
        demand(point.name == name, f"the entry point is named {point.name!r}, the plugin {name!r}")
    if candidate.has_feed:
        simulated = candidate.feed().platform.form.channel
        demand(simulated == name, f"the simulator's form is of {simulated!r}, the plugin is {name!r}")


@rule("identity.protocol")
def protocol_is_spoken(candidate: Candidate) -> None:
    """The plugin speaks a version of the contract that this channelsync understands.

    A plugin for a newer contract may rely on promises that are not kept here; it would be refused when it is loaded.

    Troubleshooting: leave ``protocol`` out, or write the version that ``channelsync.adapter.PROTOCOL`` has in the
    oldest channelsync your distribution admits.
    """
    plugin = cast("object", candidate.plugin)
    demand(isinstance(plugin, ChannelPlugin), f"it is a {type(plugin).__name__}, no ChannelPlugin")
    spoken = candidate.plugin.protocol
    understood = len(spoken) == len(PROTOCOL) and spoken[0] == PROTOCOL[0] and spoken[1] <= PROTOCOL[1]
    demand(understood, f"it speaks {spoken}, this channelsync {PROTOCOL}")


@rule("identity.entry-point")
def entry_point_is_found(candidate: Candidate) -> None:
    """Exactly one entry point of the group ``channelsync.channels`` has the plugin's name, and loads this plugin.

    That is how it is found. A name that two distributions claim belongs to neither. A plugin of others comes in a
    distribution named ``channelsync-`` and the channel, so that people find it.

    Troubleshooting: install the distribution (``pip install --editable .``), again after each change of
    ``[project.entry-points."channelsync.channels"]``, and look at ``channelsync channels``.
    """
    points, name = candidate.entry_points(), candidate.plugin.name
    demand(points, f"no entry point is named {name!r}: the distribution is not installed, or does not announce it")
    demand(len(points) == 1, f"{len(points)} entry points are named {name!r}: {', '.join(one.value for one in points)}")
    (point,) = points
    demand(point.load() is candidate.plugin, f"{point.value} is another object than the plugin under test")
    if point.dist is not None:
        allowed = {f"channelsync-{name}", "channelsync-core"}
        demand(point.dist.name in allowed, f"its distribution is {point.dist.name!r}, not channelsync-{name}")


@rule("identity.capabilities")
def capabilities_are_true(candidate: Candidate) -> None:
    """What the plugin declares is what its routes have the methods for, no less and no more.

    The engine asks for what is declared. A capability that is only declared breaks when it is needed; one that is only
    implemented is never used, and nothing here would test it.

    Troubleshooting: ``plugin.implemented`` says which capabilities the routes have; compare the names and the
    parameters of the methods with those of the Protocols in ``channelsync.adapter``.
    """
    plugin = candidate.plugin
    strange = [one for one in cast("frozenset[object]", plugin.capabilities) if not isinstance(one, Capability)]
    demand(not strange, f"declares what is no Capability: {strange}")
    declared, implemented = plugin.capabilities, plugin.implemented
    missing = sorted(one.value for one in declared - implemented)
    hidden = sorted(one.value for one in implemented - declared)
    demand(not missing, f"declared and not implemented: {', '.join(missing)}")
    demand(not hidden, f"implemented and not declared: {', '.join(hidden)}")
    demand(declared, "it declares no capability at all")
    if candidate.has_feed:
        feed = cast("object", plugin.feed)
        demand(isinstance(feed, FeedRoute), f"its feed is a {type(feed).__name__}: give FeedRoute a dialect and traits")


@rule("identity.simulator")
def simulator_is_brought(candidate: Candidate) -> None:
    """The plugin brings a simulator for each of its routes.

    Without one nothing can be proved: neither by this kit, nor by the deterministic world, nor to an owner who
    rehearses.

    Troubleshooting: ``ChannelPlugin.sandbox`` is a dotted path such as ``channelsync_example.sandbox:platform``; the
    simulator of an API stands beside it as ``partner``. Both are told their generator as ``rng``.
    """
    if candidate.has_feed:
        platform = cast("object", candidate.feed().platform)
        demand(isinstance(platform, Platform), f"its simulator made a {type(platform).__name__}, no Platform")
    if candidate.plugin.api is not None:
        lodgings = candidate.api().partner.lodgings
        demand(lodgings, "its simulated account has no lodgings")


@rule("identity.simulator-repeats")
def simulator_repeats_itself(candidate: Candidate) -> None:
    """The same seed and the same acts give the same bytes.

    A failure that cannot be repeated cannot be mended. The simulators draw from the generator they are given, and from
    nothing else.

    Troubleshooting: look for ``random``, ``uuid4``, a clock or the order of a set in the sandbox.
    """
    if not candidate.has_feed:
        not_applicable("it has no feed")
    exports: list[tuple[tuple[str, ...], bytes]] = []
    for _ in range(2):
        scene = candidate.feed(seed=7)
        scene.book(10, 3)
        scene.platform.close(Stay(night(20), night(22)), scene.now)
        exports.append((scene.platform.urls, scene.platform.export(scene.now)))
    demand(exports[0] == exports[1], "two simulators of one seed write different calendars")


@rule("identity.options", Capability.PULLS_CLAIMS)
def unknown_options_are_refused(candidate: Candidate) -> None:
    """An option of a listing that the plugin does not know, or a value it does not know, is refused.

    A misspelled option that is silently ignored is found out at the wrong time.

    Troubleshooting: ``configure`` raises `UsageError` that names what would have been possible; without ``configure``
    there are no options, and that is done for you.
    """
    if not candidate.has_feed:
        not_applicable("it has no feed")
    for options in ({"no-such-option": "1"}, {"": ""}):
        try:
            candidate.plugin.route(options)
        except UsageError as error:
            demand(error.advice, "an unknown option is refused without a word on what is possible")
        else:
            demand(kept=False, seen=f"the option {min(options)!r} is taken for one of its own")


@rule("identity.links", Capability.PULLS_CLAIMS)
def links_are_known(candidate: Candidate) -> None:
    """The platform's own export links are accepted, and those of other sites are not taken for its own.

    An owner who pastes Booking.com's link into Airbnb's field is told so. A host that is too wide, such as ``*.com``,
    takes everybody's links.

    Troubleshooting: ``Traits.hosts`` are host names, exact or ``*.example.com``; compare them with the addresses that
    the simulator gives out.
    """
    if not candidate.has_feed:
        not_applicable("it has no feed")
    plugin = candidate.plugin
    for url in candidate.feed().platform.urls:
        demand(plugin.accepts_url(SecretUrl(url)) is not False, f"it refuses its own link on {urlsplit(url).hostname}")
    for host in ("calendar.example.net", "calendar.example.com", "example.org.evil.example"):
        demand(not plugin.accepts_url(SecretUrl(f"https://{host}/1.ics")), f"it takes a link on {host} for its own")


@rule("identity.pages")
def pages_are_safe(candidate: Candidate) -> None:
    """The links to the platform's own pages are https, and no id can lead elsewhere.

    They are shown to the owner. Ids come from the platform, or from whoever sends a webhook.

    Troubleshooting: ``calendar_page`` and ``reservation_page`` have places for ``{listing}``, ``{arrival}``,
    ``{departure}`` and ``{code}`` after the host, and no others.
    """
    plugin, stay, odd = candidate.plugin, Stay(night(10), night(12)), "../@x?a=b&c#é"
    pages = [page for page in (plugin.calendar_page, plugin.reservation_page) if page]
    if not pages:
        not_applicable("it names no page")
    for page in pages:
        code = odd if page == plugin.reservation_page else ""
        try:
            link = plugin.deep_link(listing=odd, stay=stay, code=code) or ""
        except (KeyError, IndexError, ValueError) as error:
            demand(kept=False, seen=f"its page has a place that nobody fills: {type(error).__name__} {error}")
        else:
            there = urlsplit(link)
            demand(there.scheme == "https" and there.netloc, f"not an https page: {page}")
            demand("{" not in urlsplit(page).netloc, f"an id can choose the host: {page}")
            demand(odd not in link, "an id is written into the page as it stands")


@rule("identity.mail")
def mail_is_known(candidate: Candidate) -> None:
    """Each hint about mail names senders of the domain that must be authenticated, and a subject that says something.

    A hint that any mail matches makes us look for each advertisement; a sender outside the domain can never be
    believed.

    Troubleshooting: ``subject`` is a regular expression, searched without regard to case: give it words of the
    platform's, and anchor it where they stand.
    """
    hints = candidate.plugin.mail_hints
    if not hints:
        not_applicable("it knows no mail of the platform's")
    for hint in hints:
        try:
            subject = re.compile(hint.subject, re.IGNORECASE)
        except re.error as error:
            demand(kept=False, seen=f"the subject {hint.subject!r} is no regular expression: {error}")
        else:
            idle = [text for text in ("", "Hello", "Your weekly news") if subject.search(text)]
            demand(not idle, f"the subject {hint.subject!r} matches any mail, such as {idle}")
        strange = [one for one in hint.senders if not one.endswith((f"@{hint.domain}", f".{hint.domain}"))]
        demand(hint.senders and not strange, f"not senders of {hint.domain}: {strange or 'none is named'}")
        demand(hint.means in _MEANINGS, f"means {hint.means!r}, which is none of {', '.join(sorted(_MEANINGS))}")


@rule("identity.load")
def load_is_light(candidate: Candidate) -> None:
    """Loading the plugin loads no simulator.

    Simulators need packages that an installation does not have. A plugin that imports its own breaks there, and
    nowhere else.

    Troubleshooting: name the simulator in ``sandbox`` as text, and import it nowhere else in the package.
    """
    package = candidate.package
    if not package:
        not_applicable("nothing announces its package")
    for name, tree in modules_of(package):
        if is_simulator(name):
            continue
        guilty = [
            one for one in imports_of(tree) if "sandbox" in one.split(".") or one.startswith("channelsync.testing")
        ]
        demand(not guilty, f"{name} imports {', '.join(guilty)}")
