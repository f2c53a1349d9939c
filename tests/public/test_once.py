"""`{% once %}`: what is written once for each language has each page's own values on its places, escaped."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template, TemplateSyntaxError
from django.template.base import VariableNode
from django.template.loader import get_template
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override

from cms.models import clock
from cms.public.kept.remembered import Memory, beginning, use
from cms.public.kept.versions import Versions

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[True, False], ids=["remembered", "made each time"])
def remembering(request):
    """Pages are made as in a process that remembers what they have in common, and as in one that does not."""
    versions = Versions()
    versions.now = lambda: clock.now().timestamp()
    versions.refresh()
    use(Memory(versions) if request.param else None)
    with beginning():
        yield request.param
    use(None)


def written(template, **values):
    return template.render(Context(values))


def template(inside, *names):
    told = " ".join(f"{name}={name}" for name in names)
    return Template(f"{{% load i18n pieces %}}{{% once {told} %}}{inside}{{% endonce %}}")


def test_each_page_has_its_own_values(remembering):
    piece = template('<a href="{{ url }}">{{ name }}</a> {{ name }}', "name", "url")
    for name in ("one", "two", "three"):
        assert written(piece, name=name, url=f"/{name}/") == f'<a href="/{name}/">{name}</a> {name}'


def test_it_is_written_once(remembering):
    counted = []
    piece = template("{{ count }}{{ name }}", "name", "count")

    class Counted:
        def __eq__(self, other):
            return True

        def __hash__(self):
            return 1

        def __str__(self):
            counted.append(1)
            return ""

    for name in ("one", "two", "three"):
        assert written(piece, name=name, count=Counted()) == name
    assert len(counted) == (1 if remembering else 3)


def test_what_people_type_is_escaped_once_and_nothing_in_it_means_anything(remembering):
    piece = template('<p title="{{ text }}">{{ text }}</p>{{ other }}', "text", "other")
    plain = Template('<p title="{{ text }}">{{ text }}</p>{{ other }}')
    for text in ("<b>&\"'", "{{ other }} %(other)s", "n0n n1n \x00 \\1 \\g<0>", "&lt;", "0"):
        for values in ({"text": text, "other": "<o>"}, {"text": "<o>", "other": text}):
            assert written(piece, **values) == written(plain, **values)
    assert "&lt;b&gt;&amp;&quot;&#x27;" in written(piece, text="<b>&\"'", other="")


def test_markup_that_was_made_safe_stays(remembering):
    piece = template("{{ text }}", "text")
    assert written(piece, text=mark_safe("<b>&amp;</b>")) == "<b>&amp;</b>"
    assert written(piece, text="<b>&amp;</b>") == "&lt;b&gt;&amp;amp;&lt;/b&gt;"


def test_it_may_ask_whether_there_is_a_text(remembering):
    piece = template("{% if text %}<p>{{ text }}</p>{% else %}none{% endif %}", "text")
    for _round in range(2):
        assert written(piece, text="words") == "<p>words</p>"
        for nothing in ("", None):
            assert written(piece, text=nothing) == "none"
    assert written(piece) == "none"


def test_it_is_written_for_every_other_value(remembering):
    inside = "{% for name in names %}{{ name }},{% endfor %}{% if number > 1 %}several{% endif %}{{ flag }}"
    piece = template(inside, "names", "number", "flag")
    for _round in range(2):
        assert written(piece, names=("a", "<"), number=1, flag=True) == "a,&lt;,True"
        assert written(piece, names=("b",), number=2, flag=False) == "b,severalFalse"


def test_it_is_written_in_each_language(remembering):
    piece = template("{% translate 'Published' %} {{ word }}", "word")
    for _round in range(2):
        for language, words in (("en", "Published Place"), ("ru", "Опубликовано Место")):
            with override(language):
                assert written(piece, word=gettext_lazy("Place")) == words


def test_two_are_never_taken_for_each_other(remembering):
    first, second = template("first {{ name }}", "name"), template("second {{ name }}", "name")
    both = Template("{% load pieces %}{% once a=a %}1{{ a }}{% endonce %}{% once a=a %}2{{ a }}{% endonce %}")
    assert (written(first, name="x"), written(second, name="x")) == ("first x", "second x")
    assert written(both, a="x") == "1x2x"


def test_it_knows_nothing_but_what_it_is_given(remembering):
    piece = template("{{ name }}{{ secret }}", "name")
    assert written(piece, name="x", secret="y") == "x"


@pytest.mark.parametrize(
    "source",
    [
        "{% once text=text %}{{ text|upper }}{% endonce %}",
        "{% once text=text %}{% if flag %}{{ text|linebreaksbr }}{% endif %}{% endonce %}",
        "{% once text %}{{ text }}{% endonce %}",
    ],
)
def test_what_cannot_be_right_is_refused_when_the_template_is_read(source):
    with pytest.raises(TemplateSyntaxError):
        Template("{% load pieces %}" + source)


@pytest.mark.parametrize("inside", ["{{ text.upper }}", "{% with t=text|upper %}{{ t }}{% endwith %}"])
def test_a_text_that_is_changed_on_its_way_is_refused_when_it_is_written(remembering, inside):
    with pytest.raises(TemplateSyntaxError):
        written(template(inside, "text"), text="Words")


def test_whole_templates_change_none_of_their_values():
    """A filter would be given what stands for a text, and a short one may let that pass."""
    sources = [path.read_text() for path in Path(settings.BASE_DIR, "cms").rglob("*.py")]
    names = {name for source in sources for name in re.findall(r'filled\("(public/\w+\.html)"', source)}
    assert len(names) >= 9
    for name in names:
        nodes = get_template(name).template.nodelist.get_nodes_by_type(VariableNode)
        assert nodes and not any(node.filter_expression.filters for node in nodes), name
