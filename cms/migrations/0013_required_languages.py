from django.db import migrations, models


class Migration(migrations.Migration):
    """Sections say which languages their texts must have. NULL without a default: no table is built anew."""

    dependencies = [
        ('cms', '0012_register_of_changes'),
    ]

    operations = [
        migrations.AddField(
            model_name='section',
            name='required_languages',
            field=models.JSONField(blank=True, help_text='A text of this section is approved when it has translations into these languages.', null=True, verbose_name='required languages'),
        ),
    ]
