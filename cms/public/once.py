"""`{% once %}`: a part of a template that is written once, with places for the few values that differ among pages.

To look values up, to translate words and to ask conditions takes Django's templates longer than to join texts.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Hashable, Mapping
from html import escape
from itertools import count
from typing import Any

from django.template import Context, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token, VariableNode, token_kwargs
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from .frame import OF_FRAME
from .kept.remembered import remembered

# What stands for a text while its part is written. Nobody can write what nobody knows: no text holds one by itself.
_SIGN = secrets.token_hex(16)
_PLACE = re.compile(f"{_SIGN}n([0-9]+)n")
_TEXT = object()  # among what a part is written for: that there is a text
_WORDS = (str, Promise)  # texts, and those that are to be translated
_numbers = count()


class Once(Node):
    """nodes: what is written once for each language. values: all that it knows, by name."""

    def __init__(self, nodes: NodeList, values: dict[str, FilterExpression]) -> None:
        self.nodelist, self.values = nodes, values
        self.number = next(_numbers)  # tells it from the others

    def render(self, context: Context) -> SafeString:
        values = {name: expression.resolve(context) for name, expression in self.values.items()}
        return _filled(self.number, values, lambda own: self.nodelist.render(context.new(own)))


def once(parser: Parser, token: Token) -> Once:
    """`{% once name=value … %}…{% endonce %}`: written once for each language, with the values on their places.

    What stands in it knows these values and nothing else. It may write a text, and ask whether there is one; no more,
    for the text is not there yet: no filter, no comparison. With other values, such as numbers and True or False, it
    may do what it likes: it is written for each of them, so there must be few.
    """
    tag, *words = token.split_contents()
    values = token_kwargs(words, parser)
    if words:
        raise TemplateSyntaxError(f"{tag} takes name=value, and got {words[0]}")
    nodes = parser.parse(("endonce",))
    parser.delete_first_token()
    for node in nodes.get_nodes_by_type(VariableNode):
        assert isinstance(node, VariableNode)  # so its stub does not say
        expression = node.filter_expression
        if expression.filters and str(expression.var) in values:
            raise TemplateSyntaxError(f"{expression}: a filter belongs into {{% {tag} %}} itself")
    return Once(nodes, values)


def filled(template: str, values: Mapping[str, Any]) -> SafeString:
    """A whole template, without the end of its last line, written once with these values in the same way."""
    return _filled(template, values, lambda own: render_to_string(template, own).removesuffix("\n"))


def _filled(what: Hashable, values: Mapping[str, Any], write: Callable[[dict[str, Any]], str]) -> SafeString:
    """what: tells the part from all others. write: gives it with values that it may take for the texts."""
    told: list[Any] = []
    texts: list[str] = []
    for value in values.values():
        if value and isinstance(value, _WORDS):
            told.append(_TEXT)
            texts.append(_escaped(value))
        else:
            told.append(value)

    def written() -> tuple[list[str], list[int]]:
        """What stands around the texts, and which of them stands between any two pieces of that."""
        marks = (f"{_SIGN}n{n}n" for n in range(len(texts)))
        own = [next(marks) if value is _TEXT else value for value in told]
        pieces = _PLACE.split(write(dict(zip(values, own, strict=True))))
        if any(_SIGN[:8] in piece.lower() for piece in pieces[0::2]):
            raise TemplateSyntaxError(f"{what}: a value is changed on its way into what is written once")
        return pieces, [int(number) for number in pieces[1::2]]

    around, between = remembered(("once", what, get_language(), *told), OF_FRAME, written)
    pieces = list(around)
    pieces[1::2] = [texts[number] for number in between]
    return mark_safe("".join(pieces))  # noqa: S308  (what a template wrote, and escaped texts)


def _escaped(text: Any) -> str:
    """As a template writes it."""
    return str(text) if hasattr(text, "__html__") else escape(str(text))
