"""Finds the texts that people may be shown: what errors say, what they advise, and what the help of a command says.

A text is followed from where it is handed over back to where it is written: through variables, constants, conditions,
the functions that return it and those that are called with it. What is filled in becomes a blank, ``{}``; what is
filled in as it was typed becomes ``{!r}``.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Final, NamedTuple

from tests.support import SHIPPED, relative

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Function = ast.FunctionDef | ast.AsyncFunctionDef

BLANK: Final = "{}"
TYPED: Final = "{!r}"
DEEPEST: Final = 8
"""Steps from where a text is handed over to where it is written."""
WIDEST: Final = 64
"""Wordings of one f-string, over all that may be filled in; beyond, what is filled in stays a blank."""
REASONS: Final = {"Finding": 3, "Change": 3, "Ending": 1}
"""What holds a reason of the kernel's, and which of its values that is."""
SHOWN_TO_NOBODY: Final = ("/testing/", "/sandbox", "/migrations/", "/french/")
"""Where no text is for owners: the testing kit and the simulators speak to developers."""


class Text(NamedTuple):
    """One wording, and where it is handed over."""

    template: str
    where: str


class Place(NamedTuple):
    """Where an expression stands: in which module, and in which function."""

    module: str
    function: Function | None


class Tree:
    """Every shipped module that speaks to owners, read once."""

    def __init__(self) -> None:
        self.modules: dict[str, ast.Module] = {}
        self.constants: defaultdict[str, dict[str, ast.expr]] = defaultdict(dict)
        self.functions: defaultdict[str, list[tuple[Function, Place]]] = defaultdict(list)
        self.calls: defaultdict[str, list[tuple[ast.Call, Place]]] = defaultdict(list)
        self.imports: dict[tuple[str, str], str] = {}
        self.bases: dict[str, set[str]] = {}
        for path in SHIPPED:
            name = relative(path)
            if not any(part in name for part in SHOWN_TO_NOBODY):
                self.modules[name] = ast.parse(path.read_text(encoding="utf-8"))
                self._read(self.modules[name], Place(name, None))
        self.errors = self._family("ChannelSyncError")

    def _read(self, node: ast.AST, place: Place) -> None:
        """Note what a node holds, and everything below it."""
        for child in ast.iter_child_nodes(node):
            inner = place
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                self.functions[child.name].append((child, place))
                inner = Place(place.module, child)
            elif isinstance(child, ast.ClassDef):
                self.bases[child.name] = {_last(base) for base in child.bases}
            elif isinstance(child, ast.ImportFrom):
                self.imports |= {(place.module, one.name): child.module or "" for one in child.names}
            elif isinstance(child, ast.Call):
                self.calls[_last(child.func)].append((child, place))
            if place.function is None and isinstance(child, ast.Assign | ast.AnnAssign) and child.value is not None:
                for target in child.targets if isinstance(child, ast.Assign) else [child.target]:
                    if isinstance(target, ast.Name):
                        self.constants[target.id][place.module] = child.value
            self._read(child, inner)

    def _family(self, root: str) -> set[str]:
        """Return a class's name and those of all that are made from it."""
        found = {root}
        while more := {name for name, bases in self.bases.items() if bases & found} - found:
            found |= more
        return found

    def wordings(self, expression: ast.expr, place: Place, depth: int = 0) -> set[str]:
        """Return what an expression may say."""
        found = {BLANK}
        if depth > DEEPEST:
            return found
        if choices := _choices(expression):
            return set().union(*(self.wordings(one, place, depth + 1) for one in choices))
        match expression:
            case ast.Constant(value=str() as text):
                found = {text.replace("{", "{{").replace("}", "}}")}
            case ast.Constant(value=None):
                found = set()
            case ast.JoinedStr(values=parts):
                found = self._filled(parts, place, depth)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                found = _joined([self.wordings(one, place, depth + 1) for one in (left, right)])
            case ast.Name(id=name):
                found = self._named(name, place, depth)
            case ast.Call():
                found = self._returned(expression, place, depth)
            case ast.Subscript(value=ast.Name(id=name)) if name in self.constants:
                found = self._held(name, place, depth)
            case _:
                pass
        return found

    def _filled(self, parts: list[ast.expr], place: Place, depth: int) -> set[str]:
        """Return the wordings of an f-string; short lists of what may be filled in are written out."""
        choices: list[set[str]] = []
        for part in parts:
            if not isinstance(part, ast.FormattedValue):
                choices.append(self.wordings(part, place, depth + 1))
            elif part.conversion == ord("r"):
                choices.append({TYPED})
            else:
                choices.append((not part.format_spec and self.wordings(part.value, place, depth + 1)) or {BLANK})
        size = 1
        for index, choice in enumerate(choices):
            size *= len(choice)
            if size > WIDEST:
                choices[index] = {BLANK}
                size //= len(choice)
        return _joined(choices)

    def _named(self, name: str, place: Place, depth: int) -> set[str]:
        """Return what a name stands for: what it was set to, what its function was called with, or a constant."""
        if place.function is not None:
            found = [(value, index) for target, value, index in _settings(place.function) if target == name]
            if found:
                return set().union(*(self._one_of(value, index, place, depth + 1) for value, index in found)) or {BLANK}
            if name in {*_parameters(place.function), *(one.arg for one in place.function.args.kwonlyargs)}:
                return self._handed(place, name, depth)
        return self._held(name, place, depth)

    def _one_of(self, value: ast.expr, index: int | None, place: Place, depth: int) -> set[str]:
        """Return the wordings of a value, or of one element of the tuples that it may be."""
        if index is None:
            return self.wordings(value, place, depth)
        tuples = self._tuples(value, place, depth)
        return set().union(*(self.wordings(one.elts[index], where, depth) for one, where in tuples)) or {BLANK}

    def _tuples(self, value: ast.expr, place: Place, depth: int) -> list[tuple[ast.Tuple, Place]]:
        """Return the tuples that a value may be."""
        inner: list[tuple[ast.expr, Place]] = []
        match value:
            case ast.Tuple():
                return [(value, place)]
            case ast.IfExp(body=one, orelse=other):
                inner = [(one, place), (other, place)]
            case ast.Name(id=name) if name in self.constants:
                inner = [(one, Place(module, None)) for module, one in self.constants[name].items()]
            case ast.Dict(values=values):
                inner = [(one, place) for one in values]
            case ast.Subscript(value=one):
                inner = [(one, place)]
            case ast.Call(func=ast.Attribute(value=one, attr="get"), args=[_, *rest]):
                inner = [(one, place), *((other, place) for other in rest)]
            case ast.Call(func=function):
                for found, outer in self._only(_last(function), place.module):
                    returned = [one.value for one in ast.walk(found) if isinstance(one, ast.Return) and one.value]
                    inner += [(one, Place(outer.module, found)) for one in returned]
            case _:
                return []
        return [found for one, where in inner if depth < DEEPEST for found in self._tuples(one, where, depth + 1)]

    def _handed(self, place: Place, name: str, depth: int) -> set[str]:
        """Return what a parameter is given by those who call its function."""
        if place.function is None:
            return {BLANK}
        names, found = _parameters(place.function), set[str]()
        position = names.index(name) if name in names else None
        for call, where in self._callers(place.function, place.module):
            given = [one.value for one in call.keywords if one.arg == name]
            if not given and position is not None and position < len(call.args):
                given = [call.args[position]]
            for one in given:
                found |= self.wordings(one, where, depth + 1)
        return found or {BLANK}

    def _callers(self, function: Function, module: str) -> Iterator[tuple[ast.Call, Place]]:
        """Yield the calls of a function: in its module, where it is imported, and as the only method of its name."""
        dotted = module.partition("/src/")[2].removesuffix(".py").replace("/", ".")
        only = len(self.functions[function.name]) == 1 and not function.name.startswith("_")
        for call, place in self.calls.get(function.name, ()):
            source = self.imports.get((place.module, function.name), "-")
            imported = f"{dotted}.".startswith(f"{source}.")
            if place.module == module or imported or (only and isinstance(call.func, ast.Attribute)):
                yield call, place

    def _held(self, name: str, place: Place, depth: int) -> set[str]:
        """Return a constant's wordings: its own module's, else one that was imported; of a table, all it holds."""
        places = self.constants.get(name, {})
        if place.module not in places and not (places and name.isupper()):
            return {BLANK}
        module = place.module if place.module in places else next(iter(places))
        value = places[module]
        if isinstance(value, ast.Dict):
            values = [one for one in value.values if isinstance(one, ast.Constant | ast.JoinedStr | ast.BinOp)]
            return set().union(*(self.wordings(one, Place(module, None), depth + 1) for one in values)) or {BLANK}
        return self.wordings(value, Place(module, None), depth + 1)

    def _returned(self, call: ast.Call, place: Place, depth: int) -> set[str]:
        """Return what a function of ours may return; of any other nothing is known."""
        found: set[str] = set()
        for function, outer in self._only(_last(call.func), place.module):
            inner = Place(outer.module, function)
            for node in ast.walk(function):
                if isinstance(node, ast.Return) and node.value is not None:
                    found |= self.wordings(node.value, inner, depth + 1)
        return found - {""} or {BLANK}

    def _only(self, name: str, module: str) -> list[tuple[Function, Place]]:
        """Return the functions that a name can mean in a module: its own, else the only one that there is."""
        every = self.functions.get(name, [])
        own = [one for one in every if one[1].module == module]
        return own or (every if len(every) == 1 and not name.startswith("_") else [])

    def handed_over(self) -> Iterator[tuple[ast.expr, Place, str]]:
        """Yield every expression that becomes an error's message or advice, a reason, or a note about a calendar."""
        for name, calls in self.calls.items():
            for call, place in calls:
                where = f"{place.module}:{call.lineno}"
                if name in self.errors and call.args:
                    yield call.args[0], place, where
                if name in REASONS and len(call.args) > REASONS[name]:
                    yield call.args[REASONS[name]], place, where
                if (
                    name == "append"
                    and _last(call.func.value if isinstance(call.func, ast.Attribute) else call.func) == "notes"
                ):
                    yield call.args[0], place, where
                named = {"advice"} if name in self.errors else {"why", "failure", "outcome"}
                yield from ((one.value, place, where) for one in call.keywords if one.arg in named)
        for name, places in self.constants.items():
            if name == "default_advice":
                yield from ((value, Place(module, None), module) for module, value in places.items())


def told(tree: Tree) -> Iterator[Text]:
    """Yield every wording of every error."""
    for expression, place, where in tree.handed_over():
        for template in sorted(tree.wordings(expression, place)):
            yield Text(template, where)


def _choices(expression: ast.expr) -> list[ast.expr]:
    """Return the expressions of which one is taken."""
    match expression:
        case ast.IfExp(body=one, orelse=other):
            return [one, other]
        case ast.BoolOp(values=values):
            return values
        case _:
            return []


def _last(expression: ast.expr) -> str:
    """Return the last word of a dotted name."""
    return ast.unparse(expression).rpartition(".")[2]


def _joined(choices: Iterable[set[str]]) -> set[str]:
    return {"".join(parts) for parts in product(*map(sorted, choices))}


@cache
def _settings(function: Function) -> tuple[tuple[str, ast.expr, int | None], ...]:
    """Return the names that a function sets, and to what; where that is a tuple, to which element of it."""
    return tuple(_set_in(function))


def _set_in(function: Function) -> Iterator[tuple[str, ast.expr, int | None]]:
    """Yield the names that a function sets, and to what; where that is a tuple, to which element of it."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    yield target.id, node.value, None
                elif isinstance(target, ast.Tuple):
                    names = enumerate(target.elts)
                    yield from ((one.id, node.value, index) for index, one in names if isinstance(one, ast.Name))
        elif isinstance(node, ast.NamedExpr):
            yield node.target.id, node.value, None


def _parameters(function: Function) -> list[str]:
    """Return the names of a function's parameters, as those who call it count them."""
    names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    return names[1:] if names[:1] in (["self"], ["cls"]) else names
