"""Addresses for those who run the site. They stand below no language."""

from django.urls import path

from . import views

urlpatterns = [
    path("healthz", views.alive, name="healthz"),
    path("readyz", views.ready, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
]
