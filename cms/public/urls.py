"""Public addresses (design.md, section 4). Those of a language stand in `urlpatterns`, those of none in `bare`."""

from __future__ import annotations

from django.urls import path, register_converter

from . import choosing, converters, corrections, identity, media, photos, preview, views

register_converter(converters.SectionPath, "section")
register_converter(converters.ItemSegment, "item")
register_converter(converters.Code, "code")
register_converter(converters.EditionNumber, "number")
register_converter(converters.Key, "key")
register_converter(converters.FileName, "filename")
register_converter(converters.Year, "year")
register_converter(converters.Month, "month")

app_name = "public"

# In this order: a photo's address ends as an item's does; whatever looks like neither nor an archive is a section.
urlpatterns = [
    path("", views.home, name="home"),
    path("news/", views.listing, name="all-news"),
    path("news/<year:year>/", views.listing, name="all-news-year"),
    path("news/<year:year>/<month:month>/", views.listing, name="all-news-month"),
    path("corrections/", corrections.register, name="corrections"),
    path("corrections/<year:year>/", corrections.register, name="corrections-year"),
    path("corrections/feed.atom", corrections.feed, name="corrections-feed"),
    path("<item:code>/", views.item, name="item-anywhere"),
    path("<section:section>/<item:code>/photos/<code:photo>/", photos.photo, name="photo"),
    path("<section:section>/<item:code>/", views.item, name="item"),
    path("<section:section>/<item:code>/editions/<number:number>/", views.edition, name="edition"),
    path("<section:section>/<item:code>/changes/<number:older>..<number:newer>/", views.changes, name="changes"),
    path("<section:section>/<item:code>/changes/", choosing.compare, name="compare"),
    path("<section:section>/<year:year>/", views.listing, name="section-year"),
    path("<section:section>/<year:year>/<month:month>/", views.listing, name="section-month"),
    path("<section:section>/", views.section, name="section"),
]

bare = [
    path("p/<code:code>/", views.short, name="short"),
    path("media/<key:key>/<filename:name>", media.media, name="media"),
    path("preview/<code:code>/<number:number>/", preview.preview, name="preview"),
    path("preview/<code:code>/<number:number>/photos/<code:photo>/", preview.photo, name="preview-photo"),
    path("identity/<slug:language>-<slug:digest>.css", identity.stylesheet, name="identity-style"),
    path("identity/<slug:language>-<slug:digest>.png", identity.logo, name="identity-logo"),
]
