"""What axe looks for where a page was looked at in light already: in the dark only its colours are others."""

COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
