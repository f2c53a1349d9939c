from django.db import migrations, models

from cms.models.sealing import seal_again


class Migration(migrations.Migration):
    """The seals anew: a row cannot be replaced by changing the key of another, and what is live cannot be unsealed."""

    dependencies = [("cms", "0006_seal_for_readers")]

    operations = [
        seal_again(
            "cms_edition",
            "cms_journal",
            "cms_related",
            "cms_page",
            "cms_publication",
            "cms_withdrawal",
            "cms_secondlook",
            "cms_picture",
            "cms_attachedfile",
            "cms_recording",
            "cms_storedfile",
        ),
        migrations.AlterField(
            model_name="person",
            name="sort_name",
            field=models.CharField(
                blank=True,
                help_text="Surname first. Empty: the last word of the name first.",
                max_length=150,
                verbose_name="sorted as",
            ),
        ),
    ]
