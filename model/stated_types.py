"""Whether a value is of the type that an annotation states: what reaches the interface from Python, or from JSON.

Files have their own checks, with lines and fields. These are for objects, whose types nothing else looks at before an
answer rests on them.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from numbers import Integral, Real
from types import NoneType, UnionType
from typing import Any, Literal, NamedTuple, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from .errors import InputError

F = TypeVar("F", bound=Callable[..., Any])


class Misfit(NamedTuple):
    """A value of another type than is stated: where it is, seen from the value that was asked about, and what fits."""

    path: str
    value: object
    right: str

    def sentence(self) -> str:
        """Return what is wrong and what would be right, without a full stop."""
        shown = repr(self.value)
        if len(shown) > SHOWN:
            shown = f"{type(self.value).__name__} object"
        return f"{shown} does not fit here; it must be {self.right}"


SHOWN = 60
"""The most characters of a value that are shown."""

Fits = Callable[[Any], Misfit | None]
"""Returns the first misfit in a value, or None."""

WORDS: Mapping[Any, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "True or False",
    NoneType: "None",
}

COMES_FROM = {"Scenario": " (as load_scenario returns it)", "Allocation": " (as allocate returns it)"}
"""How one comes by an object of a class, after its name."""


@functools.cache
def fits(form: Any) -> Fits:
    """Return what judges values by a type: a class, a union, Literal, a collection, or a NamedTuple by its fields.

    A text is no collection of texts. Whole numbers are numbers, and neither is True or False.
    """
    origin, arguments = get_origin(form), get_args(form)
    if origin is Literal:
        return _one_of(frozenset(arguments), words_of(form))
    if origin in (Union, UnionType):
        return _any_of([fits(one) for one in arguments], words_of(form))
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(fits(arguments[0]), fits(arguments[1]), words_of(form))
    if origin is tuple and arguments[-1] is not ...:
        return _row([fits(one) for one in arguments], words_of(form))
    if origin is not None and issubclass(origin, Iterable):
        return _items(fits(arguments[0]), words_of(form))
    if isinstance(form, _Elsewhere):
        return _like(form)
    if form is Any or origin is not None or not isinstance(form, type):
        return lambda value: None if form is Any or callable(value) else Misfit("", value, words_of(form))
    if issubclass(form, tuple) and hasattr(form, "_fields"):
        return _named_tuple(form)
    return _instance(form)


def words_of(form: Any) -> str:
    """Return a type in words."""
    origin, arguments = get_origin(form), get_args(form)
    if origin is Literal:
        return " or ".join(map(repr, arguments))
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(map(words_of, arguments)))
    if origin is tuple and arguments[-1] is not ...:
        return f"the {len(arguments)} of {', '.join(map(words_of, arguments))}"
    if origin is not None and issubclass(origin, Mapping):
        return f"a mapping from {words_of(arguments[0])} to {words_of(arguments[1])}"
    if origin is not None and issubclass(origin, Iterable):
        return f"a list, each item {words_of(arguments[0])}"
    if origin is not None:
        return "something to call"
    return WORDS.get(form) or f"{_article(form.__name__)} {form.__name__}{COMES_FROM.get(form.__name__, '')}"


def _article(name: str) -> str:
    return "an" if name[0] in "AEIOU" else "a"


def _one_of(values: frozenset[object], right: str) -> Fits:
    kinds = {type(value) for value in values}
    return lambda value: None if type(value) in kinds and value in values else Misfit("", value, right)


def _any_of(own: list[Fits], right: str) -> Fits:
    def judge(value: Any) -> Misfit | None:
        deepest: Misfit | None = None
        for one in own:
            found = one(value)
            if found is None:
                return None
            deepest = found if found.path else deepest
        return deepest or Misfit("", value, right)

    return judge


def _instance(form: Any) -> Fits:
    right = words_of(form)
    wanted = {int: Integral, float: Real}.get(form, form)
    truth = form in (int, float)

    def judge(value: Any) -> Misfit | None:
        if type(value) is form or (isinstance(value, wanted) and not (truth and isinstance(value, bool))):
            return None
        return Misfit("", value, right)

    return judge


def _named_tuple(form: Any) -> Fits:
    names, right = form._fields, words_of(form)
    hints = get_type_hints(form)
    own = [fits(hints[name]) for name in names]

    def judge(value: Any) -> Misfit | None:
        if not isinstance(value, form):
            return Misfit("", value, right)
        for place, judge_own in enumerate(own):
            if (found := judge_own(value[place])) is not None:
                return found._replace(path=f".{names[place]}{found.path}")
        return None

    return judge


def _mapping(key: Fits, item: Fits, right: str) -> Fits:
    def judge(value: Any) -> Misfit | None:
        if not isinstance(value, Mapping):
            return Misfit("", value, right)
        for name, one in value.items():
            if (found := key(name)) is not None:
                return found
            if (found := item(one)) is not None:
                return found._replace(path=f"[{name!r}]{found.path}")
        return None

    return judge


def _items(item: Fits, right: str) -> Fits:
    def judge(value: Any) -> Misfit | None:
        if not isinstance(value, Iterable) or isinstance(value, str | bytes | Mapping) or hasattr(value, "_fields"):
            return Misfit("", value, right)
        if isinstance(value, Iterator):  # it can be gone through once, and whoever is asked does that
            return None
        for place, one in enumerate(value):
            if (found := item(one)) is not None:
                return found._replace(path=f"[{place}]{found.path}")
        return None

    return judge


def _row(own: list[Fits], right: str) -> Fits:
    def judge(value: Any) -> Misfit | None:
        if not isinstance(value, tuple) or len(value) != len(own):
            return Misfit("", value, right)
        for place, judge_own in enumerate(own):
            if (found := judge_own(value[place])) is not None:
                return found._replace(path=f"[{place}]{found.path}")
        return None

    return judge


# Arguments ------------------------------------------------------------------------------------------------------------


def typed(function: F) -> F:
    """Return a function that refuses arguments of other types than its annotations state, before it does anything.

    Raises
    ------
    InputError
        By that function, with the argument's name as its field.
    """

    @functools.wraps(function)
    def judged(*arguments: Any, **named: Any) -> Any:
        signature, own = _parameters(function)
        for name, value in signature.bind(*arguments, **named).arguments.items():
            if (found := own[name](value)) is not None:
                raise InputError(found.sentence(), field=f"{name}{found.path}")
        return function(*arguments, **named)

    return cast(F, judged)


@functools.cache
def _parameters(function: Callable[..., Any]) -> tuple[inspect.Signature, dict[str, Fits]]:
    elsewhere: dict[str, Any] = {}
    while True:
        try:
            hints = get_type_hints(function, localns=elsewhere)
            break
        except NameError as error:  # a name that only the type checker imports
            name = str(error.name)
            elsewhere[name] = _Elsewhere(name, (), {})
    signature = inspect.signature(function)
    return signature, {name: fits(hints[name]) for name in signature.parameters}


class _Elsewhere(type):
    """What stands for a type that is imported for the type checker only, since that takes time, or for its module."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Elsewhere(name, (), {"of_module": True})


def _like(form: _Elsewhere) -> Fits:
    """Judge by the name of the class; a name without its module may also be an alias, of words or of a function."""
    name, right = form.__name__, words_of(form)
    is_class = "of_module" in vars(form)

    def judge(value: Any) -> Misfit | None:
        kinds = type(value).__mro__
        if any(one.__name__ == name for one in kinds):
            return None
        if not is_class and (isinstance(value, str) or callable(value)):
            return None
        return Misfit("", value, right)

    return judge
