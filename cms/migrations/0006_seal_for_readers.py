import cms.text.slugs
from cms.models.sealing import seal
from django.db import migrations, models


class Migration(migrations.Migration):
    """Codes are given, now each is demanded to be the only one; and editions are sealed again."""

    dependencies = [("cms", "0005_for_readers")]

    operations = [
        *(
            migrations.AlterField(
                model_name=name,
                name="code",
                field=models.CharField(
                    default=cms.text.slugs.new_code,
                    editable=False,
                    max_length=12,
                    unique=True,
                    verbose_name="code",
                ),
            )
            for name in ("event", "person")
        ),
        seal("cms_edition"),
    ]
