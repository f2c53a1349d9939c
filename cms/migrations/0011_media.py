from django.db import migrations, models

from cms.models.sealing import seal, unseal


class Migration(migrations.Migration):
    """Since when nothing uses a file is noted, so that none goes on the day its last use ends."""

    dependencies = [("cms", "0010_kept_counts")]

    operations = [
        unseal("cms_storedfile"),
        migrations.AddField(
            model_name="storedfile",
            name="unused_since",
            field=models.DateTimeField(null=True),
        ),
        seal("cms_storedfile"),
    ]
