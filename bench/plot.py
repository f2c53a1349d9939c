"""The cost of pages against the size of the archive, as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402

SHOWN = "made anew: "


def plot(results: list[dict[str, Any]], machine: str, path: Path) -> None:
    """Processor time of each page that is made anew, in a picture (PNG), by the number of items."""
    figure, axes = pyplot.subplots(figsize=(8, 5), layout="constrained")
    sizes = [result["items"] for result in results]
    names = [name for name in results[0]["rates"] if name.startswith(SHOWN) or "bare Django" in name]
    for name in names:
        costs = [result["rates"][name].milliseconds for result in results]
        style = "--" if "bare" in name else "-"
        axes.plot(sizes, costs, style, marker="o", label=name.removeprefix(SHOWN))
    labels = {"xlabel": "items in the archive", "ylabel": "processor time of a page made anew, ms"}
    axes.set(xscale="log", title=machine, **labels)
    axes.set_ylim(bottom=0)
    axes.legend(fontsize="small")
    axes.grid(alpha=0.3)
    figure.savefig(path, dpi=120)
    pyplot.close(figure)
