"""People and the posts they held."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..models import Person, Post
from .translated import NamedAdmin


class PostInline(admin.TabularInline):
    model = Post
    extra = 1
    verbose_name_plural = _("posts held (published texts keep the post they were published with)")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """In a table the heading of the column is all the label there is; who hears the page needs one each."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.widget.attrs["aria-label"] = str(db_field.verbose_name)
        return field


@admin.register(Person)
class PersonAdmin(NamedAdmin):
    inlines = (PostInline,)
    list_display = ("sort_name", "name", "language", "current_post")
    list_filter = ("language",)
    search_fields = ("name", "sort_name", "posts__title")
    fields = ("language", "name", "sort_name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        return super().get_queryset(request).prefetch_related("posts")

    @admin.display(description=_("latest post"))
    def current_post(self, person: Any) -> str:
        posts = list(person.posts.all())  # newest first, fetched with the page
        return posts[0].title if posts else "–"
