"""News in the admin: the fields that only news has."""

from django.contrib import admin

from cms.admin.edition import EditionAdmin

from .models import NewsItem


@admin.register(NewsItem)
class NewsItemAdmin(EditionAdmin):
    kind_facts = ("takes_place_on", "takes_place_at")
    first_genre = "report"
