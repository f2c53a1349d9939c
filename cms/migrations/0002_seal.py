from django.db import migrations

from cms.models.sealing import seal


class Migration(migrations.Migration):
    """From here on the database refuses to change what was approved, and any journal row."""

    dependencies = [("cms", "0001_initial")]

    operations = [
        seal(
            "cms_edition",
            "cms_journal",
            "cms_related",
            "cms_page",
            "cms_publication",
            "cms_withdrawal",
            "cms_secondlook",
        )
    ]
