"""Public addresses (design.md, section 4). Those of a language stand in `urlpatterns`, those of none in `bare`."""

from __future__ import annotations

from django.urls import path, register_converter

from . import (
    calendar,
    choosing,
    contacts,
    converters,
    corrections,
    events,
    identity,
    media,
    people,
    photos,
    preview,
    quoting,
    search,
    side_by_side,
    since,
    sitemaps,
    takeaway,
    verifying,
    views,
)
from .feeds.views import feed

register_converter(converters.SectionPath, "section")
register_converter(converters.ItemSegment, "item")
register_converter(converters.Code, "code")
register_converter(converters.EditionNumber, "number")
register_converter(converters.Language, "beside")
register_converter(converters.TakeAway, "taken")
register_converter(converters.Key, "key")
register_converter(converters.FileName, "filename")
register_converter(converters.Year, "year")
register_converter(converters.Month, "month")
register_converter(converters.FeedForm, "form")

app_name = "public"

# In this order: a photo's address ends as an item's does; whatever looks like neither nor an archive is a section.
# The feed of a month stands before that of a section, which would take its year and month for sections.
urlpatterns = [
    path("", views.home, name="home"),
    path("news/", views.listing, name="all-news"),
    path("news/<year:year>/", views.listing, name="all-news-year"),
    path("news/<year:year>/<month:month>/", views.listing, name="all-news-month"),
    path("people/", people.people, name="people"),
    path("people/<item:code>/", people.person, name="person"),
    path("events/", events.events, name="events"),
    path("events/<item:code>/", events.event, name="event"),
    path("contacts/", contacts.contacts, name="contacts"),
    path("accessibility/", contacts.accessibility, name="accessibility"),
    path("search/", search.search, name="search"),
    path("quote/", quoting.quote, name="quote"),
    path("verify/", verifying.verify, name="verify"),
    path("news/feed.<form:form>", feed, name="all-news-feed"),
    path("news/<year:year>/<month:month>/feed.<form:form>", feed, name="all-news-archive"),
    path("corrections/", corrections.register, name="corrections"),
    path("corrections/<year:year>/", corrections.register, name="corrections-year"),
    path("corrections/feed.atom", corrections.feed, name="corrections-feed"),
    path("<item:code>/", views.item, name="item-anywhere"),
    path("<section:section>/<item:code>/photos/<code:photo>/", photos.photo, name="photo"),
    path("<section:section>/<item:code>/", views.item, name="item"),
    path("<section:section>/<item:code>/editions/<number:number>/", views.edition, name="edition"),
    path("<section:section>/<item:code>/<taken:file>", takeaway.takeaway, name="takeaway"),
    path(
        "<section:section>/<item:code>/editions/<number:number>/<taken:file>",
        takeaway.takeaway,
        name="edition-takeaway",
    ),
    path("<section:section>/<item:code>/changes/<number:older>..<number:newer>/", views.changes, name="changes"),
    path("<section:section>/<item:code>/beside/<beside:other>/", side_by_side.beside, name="beside"),
    path("<section:section>/<item:code>/event.ics", calendar.event, name="calendar"),
    path("<section:section>/<year:year>/<month:month>/feed.<form:form>", feed, name="section-archive"),
    path("<section:section>/feed.<form:form>", feed, name="section-feed"),
    path("<section:section>/<item:code>/changes/", choosing.compare, name="compare"),
    path("<section:section>/<year:year>/", views.listing, name="section-year"),
    path("<section:section>/<year:year>/<month:month>/", views.listing, name="section-month"),
    path("<section:section>/", views.section, name="section"),
]

bare = [
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("news-sitemap.xml", sitemaps.news, name="news-sitemap"),
    path("sitemaps/<slug:language>-<year:year>-<month:month>-<number:part>.xml", sitemaps.month, name="sitemap-month"),
    path("sitemaps/<slug:language>.xml", sitemaps.frame_pages, name="sitemap-pages"),
    path("changes.json", since.changes, name="changes-json"),
    path("p/<code:code>/", views.short, name="short"),
    path("media/<key:key>/<filename:name>", media.media, name="media"),
    path("preview/<code:code>/<number:number>/", preview.preview, name="preview"),
    path("preview/<code:code>/<number:number>/photos/<code:photo>/", preview.photo, name="preview-photo"),
    path("identity/<slug:language>-<slug:digest>.css", identity.stylesheet, name="identity-style"),
    path("identity/<slug:language>-<slug:digest>.png", identity.logo, name="identity-logo"),
]
