from django.db import migrations

from cms.models.sealing import seal


class Migration(migrations.Migration):
    """What an approved edition shows of the library cannot be changed either, nor what a stored file is."""

    dependencies = [("cms", "0003_pictures_and_files")]

    operations = [seal("cms_edition", "cms_picture", "cms_attachedfile", "cms_recording", "cms_storedfile")]
