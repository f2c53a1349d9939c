from django.db import migrations, models


class Migration(migrations.Migration):
    """The register of corrections and withdrawals reads the newest of each without a scan. Indexes alone: no seals."""

    dependencies = [("cms", "0011_media")]

    operations = [
        migrations.AddIndex(
            model_name="edition",
            index=models.Index(
                condition=models.Q(("change__isnull", False), ("state", "approved")),
                fields=["language", "-live_from"],
                name="cms_edition_changed",
            ),
        ),
        migrations.AddIndex(
            model_name="withdrawal",
            index=models.Index(fields=["-from_at"], name="cms_withdrawal_newest"),
        ),
    ]
