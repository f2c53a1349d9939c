"""Pictures of the library: each becomes a figure of its own with at most one caption, and no word beside it is lost.

While the input is read, pictures stand among the words of a leaf, and a figure is a box for anything.
"""

from .runs import Run, joined
from .tree import Box, leaves


def parted(leaf: Box) -> list[Box]:
    """A leaf as leaves without pictures, and the figures between them.

    A heading, and an item of Word's lists, stays whole: its figures come behind it.
    """
    if all(run.text for run in leaf.runs):
        return [leaf]
    speech = {name: value for name, value in leaf.attributes.items() if name != "id"}
    words, parts = Box(leaf.tag, dict(leaf.attributes)), []
    for run in leaf.runs:
        if run.text:
            words.runs.append(run)
            continue
        figure = Box("figure", dict(speech), children=[Box("img", dict(run.marks[0].attributes))])
        parts += [words, figure]
        words = Box(leaf.tag, dict(leaf.attributes))
    parts.append(words)
    if leaf.tag == "p" and not leaf.level:
        return parts
    leaf.runs = [run if run.text else Run(" ") for run in leaf.runs]
    return [leaf, *parts[1::2]]


def settled(figure: Box) -> list[Box]:
    """A finished figure as figures of one picture each, and behind them, as it came, what else stood in it.

    The caption goes to the last of the figure's own pictures. Pictures in a caption follow; where there are no
    others they are the figure's own. What is caption of no picture becomes paragraphs.
    """
    own = [child for child in figure.children if child.tag == "figure"]
    captions = [child for child in figure.children if child.tag == "figcaption"]
    within: list[Box] = []
    for caption in captions:
        within += [_spoken(child, caption.attributes) for child in caption.children if child.tag == "figure"]
        caption.children = [child for child in caption.children if child.tag != "figure"]
    if not own:
        own, within = within, []
    if own and len(own[-1].children) == 1 and (joint := _joined(captions)):
        own[-1].children.append(joint)
        figure.children = [child for child in figure.children if child.tag != "figcaption"]
    speech = {name: value for name, value in figure.attributes.items() if name != "id"}
    return [
        *(_spoken(child, figure.attributes) for child in own),
        *(_spoken(child, speech) for child in [*within, *_others(figure)]),
    ]


def _joined(captions: list[Box]) -> Box | None:
    """One caption with the words of all, each of their blocks a line; their language is its own if they share it."""
    found = [(leaf, {**caption.attributes, **leaf.attributes}) for caption in captions for leaf in leaves(caption)]
    if not found:
        return None
    shared = set.intersection(*(set(attributes.items()) for _, attributes in found))
    attributes = {name: value for name, value in sorted(shared) if name in ("lang", "dir")}
    return Box("figcaption", attributes, runs=joined([leaf.runs for leaf, _ in found]))


def _others(figure: Box) -> list[Box]:
    """What is no picture; captions that are left are the paragraphs in them."""
    found: list[Box] = []
    for child in figure.children:
        if child.tag == "figcaption":
            found += [_spoken(block, child.attributes) for block in child.children]
        elif child.tag != "figure":
            found.append(child)
    return found


def _spoken(box: Box, attributes: dict[str, str]) -> Box:
    """The box with the language and direction of one that stood around it."""
    if box.tag != "hr":
        box.attributes = {**attributes, **box.attributes}
    return box
