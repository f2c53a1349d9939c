"""The Django apps this project configures: its own, the admin, and static files without the editor's extras."""

from django.apps import AppConfig
from django.conf import settings
from django.contrib.admin.apps import AdminConfig
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    label = "cms"
    verbose_name = _("Press office")

    def ready(self) -> None:
        from . import checks  # noqa: F401  (registers the system checks)
        from .editorial.groups import give_groups_their_permissions
        from .kinds import register
        from .models import Page, touched
        from .models.clock import follow_the_database
        from .models.tally import count_once
        from .operations import checks as of_operations  # noqa: F401
        from .operations import metrics
        from .search import index

        register(Page)
        post_migrate.connect(give_groups_their_permissions, dispatch_uid="cms.groups")
        post_migrate.connect(count_once, sender=self, dispatch_uid="cms.counts")
        follow_the_database()
        index.listen()
        if settings.METRICS:
            metrics.listen()
        touched.listen()


class PressAdminConfig(AdminConfig):
    default_site = "cms.admin.site.PressAdminSite"

    def ready(self) -> None:
        # Before anything asks for the site: its class lives in the package whose import registers with it, and a
        # site that is asked for first would be made twice, the one with the registrations thrown away.
        from . import admin  # noqa: F401

        super().ready()


EDITOR = "ckeditor/ckeditor/"
# Plug-ins of the bundled build that we never load: known faults (codesnippetgeshi), calls to other hosts (exportpdf,
# wsc, scayt), or tools that a press officer does not need.
UNUSED_PLUGINS = (
    "about adobeair ajax autoembed autogrow autolink bbcode codesnippet codesnippetgeshi colordialog copyformatting "
    "devtools div divarea docprops embed embedbase embedsemantic exportpdf filetools flash forms iframe iframedialog "
    "image image2 mathjax notificationaggregator pagebreak placeholder preview scayt sharedspace smiley "
    "sourcedialog stylesheetparser templates uicolor uploadimage uploadwidget wsc xml"
).split()


class PressStaticFilesConfig(StaticFilesConfig):
    """Collects the editor without its samples, dead plug-ins and old jQuery (see README, "The editor")."""

    ignore_patterns = [  # noqa: RUF012
        *StaticFilesConfig.ignore_patterns,
        "ckeditor/galleriffic/*",
        "ckeditor/file-icons/*",
        EDITOR + "*.md",
        EDITOR + "adapters/*",
        EDITOR + "samples/*",
        EDITOR + "vendor/*",
        EDITOR + "bender-runner.config.json",
        EDITOR + "build-config.js",
        EDITOR + "plugins/*/dev/*",
        EDITOR + "plugins/*/samples/*",
        EDITOR + "lang/[!eafrz]*",
        *[f"{EDITOR}plugins/{plugin}/*" for plugin in UNUSED_PLUGINS],
    ]
