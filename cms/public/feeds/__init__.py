"""Feeds of lists: what a feed holds (`contents`), how it is written (`atom`, `rss`, `json_feed`), and its address."""
