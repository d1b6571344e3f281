"""Taking over from direct links: what only the owner knows, one answer for each stay; and when the links are gone."""

from __future__ import annotations

from typing import Final, final

from attrs import frozen
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from channelsync.errors import UsageError
from channelsync.inventory import Unit
from channelsync.manager import QuestionReport
from channelsync_web.areas.lodgings.forms import Form, answers, refusal
from channelsync_web.areas.lodgings.views import path_of, steps
from channelsync_web.mine import Mine
from channelsync_web.screen import Screen

__all__ = ["Asked", "asked", "routes"]

_ANSWERS: Final = {
    "copy": (
        ("reservation", "A guest who booked on {where}", "What {other} shows is then the copy."),
        ("old-link", "A copy of what {other} shows", "Brought there by the old direct link between the two."),
        ("mine", "My own closing, made on {where}", "You open it again there, when you want to."),
        ("double", "Another guest: it is booked twice", "We treat it as a double booking at once."),
    ),
    "suspected": (
        ("reservation", "A guest who booked on {where}", "The dates stay closed everywhere."),
        ("mine", "My own closing, made on {where}", "You open it again there, when you want to."),
        ("old-link", "Nothing any more: an old copy", "Only if you are sure: the dates may then be opened elsewhere."),
    ),
}
"""What may be answered to each kind of question: the library's word, what it means, and what follows; in English."""


@final
@frozen
class Asked:
    """A question with its answers, in English and with places for ``{where}`` and ``{other}``; a date where none."""

    report: QuestionReport
    text: str
    answers: tuple[tuple[str, str, str], ...]
    error: str = ""

    @property
    def other(self) -> str:
        """The key of the listing whose stay it may copy."""
        return self.report.of


def asked(reports: tuple[QuestionReport, ...], language: str, errors: dict[str, str] | None = None) -> list[Asked]:
    """Return the questions as the page asks them."""
    wrong = errors or {}
    return [
        Asked(one, one.text_fr if language == "fr" else one.text_en, _ANSWERS.get(one.kind, ()), wrong.get(one.id, ""))
        for one in reports
    ]


@get("/logements/{unit_id:str}/questions", sync_to_thread=True)
def questions(screen: NamedDependency[Screen], mine: NamedDependency[Mine], unit_id: FromPath[str]) -> Template:
    """Ask what only the owner can explain."""
    return _page(screen, mine, mine.unit(unit_id))


def _page(screen: Screen, mine: Mine, unit: Unit, errors: dict[str, str] | None = None) -> Template:
    return screen.page(
        "lodgings/questions.html",
        "To clarify",
        status=422 if errors else 200,
        unit=unit,
        path=path_of(unit),
        questions=asked(mine.manager.questions(unit), screen.say.language, errors),
    )


@post("/logements/{unit_id:str}/questions", sync_to_thread=True)
def answer(
    screen: NamedDependency[Screen], mine: NamedDependency[Mine], unit_id: FromPath[str], data: Form
) -> Template | Redirect:
    """Record the owner's answers; a question that another answer has settled meanwhile is passed over."""
    unit, errors = mine.unit(unit_id), dict[str, str]()
    for question, said in answers(data):
        if question in {one.id for one in mine.manager.questions(unit)}:
            try:
                mine.manager.answer(unit, question, said)
            except UsageError as error:
                errors[question] = refusal(screen, error)
    if errors:
        return _page(screen, mine, unit, errors)
    left = mine.manager.questions(unit)
    return screen.go(f"{path_of(unit)}/questions" if left else path_of(unit), "repondu")


@post("/logements/{unit_id:str}/liens-retires", sync_to_thread=True)
def links_removed(screen: NamedDependency[Screen], mine: NamedDependency[Mine], unit_id: FromPath[str]) -> Redirect:
    """Record that the direct links are gone; not before every platform has read our calendar."""
    unit = mine.unit(unit_id)
    done = {one.name: one.done for one in steps(mine.manager.state(unit))}
    if not (done["read"] and done["paste"]):
        return screen.go(path_of(unit), "pas-encore")
    if not done["remove"]:
        mine.manager.links_removed(unit)
    return screen.go(path_of(unit), "liens-retires")


routes = (questions, answer, links_removed)
