import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Sections say which languages their texts must have. NULL without a default: no table is built anew.

    What the other column is called changes nothing in the database.
    """

    dependencies = [
        ('cms', '0012_register_of_changes'),
    ]

    operations = [
        migrations.AddField(
            model_name='section',
            name='required_languages',
            field=models.JSONField(blank=True, help_text='A text of this section is approved when it has translations into these languages.', null=True, verbose_name='required languages'),
        ),
        migrations.AlterField(
            model_name='edition',
            name='translated_from',
            field=models.ForeignKey(db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='translated_rows', to='cms.edition', verbose_name='follows edition'),
        ),
    ]
