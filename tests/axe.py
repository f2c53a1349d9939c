"""What axe, a checker of accessibility, finds wrong with a page as it is shown in a browser."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT

STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What is in order is not told: to name each such element by a selector is half of axe's work.
FAULTS = {"resultTypes": ["violations"]}
ALL = {"runOnly": {"type": "tag", "values": STANDARD}, **FAULTS}
WITHOUT_ADVICE = {"runOnly": {"type": "tag", "values": STANDARD[:-1]}, **FAULTS}
# What a second colour scheme can change; the rest has been looked at in the first.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}, **FAULTS}
HEIGHT = 900
SCROLLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
SCHEMES = ("light", "dark")
FOUND = """options => axe.run(options).then(
    results => results.violations.flatMap(rule => rule.nodes.map(node => [rule.id, node.html])))"""
# Colours that change slowly have got where they go.
STILL = "() => Promise.allSettled(document.getAnimations().map(animation => animation.finished))"
# (colour scheme, width): on a phone and on a desk.
LOOKS = (("light", 360), ("light", 1280), ("dark", 1280), ("dark", 360))


def violations(page, options=ALL):
    """(rule, beginning of the element) of each fault of a page."""
    if not page.evaluate("'axe' in window"):  # half a megabyte, once for each document
        page.evaluate(AXE_SCRIPT)
    return [(rule, html[:120]) for rule, html in page.evaluate(FOUND, options)]


def violations_in_both_schemes(page, options=ALL):
    """Of a page as it stands there: of a second scheme, what the change of colours does."""
    show_in(page, "light")
    found = violations(page, options)
    show_in(page, "dark")
    return found + violations(page, COLOURS)


def show_in(page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.evaluate(STILL)


def faults_of(page, looks=LOOKS):
    """In each of these looks, what axe finds and whether the page scrolls sideways. The page stays as it is loaded."""
    found, seen = [], set()
    for scheme, width in looks:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        show_in(page, scheme)
        options = COLOURS if width in seen else ALL
        seen.add(width)
        found += [(scheme, width, *fault) for fault in violations(page, options)]
        if page.evaluate(SCROLLS):
            found.append((scheme, width, "scrolls sideways"))
    return found
