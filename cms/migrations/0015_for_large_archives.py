from django.db import migrations, models


class Migration(migrations.Migration):
    """Indexes alone: what the desk and the lists of the admin filter by, in the order in which they show it."""

    dependencies = [
        ('cms', '0014_what_pages_are_made_of'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='edition',
            index=models.Index(fields=['kind', 'genre', '-edited_at', '-id'], name='cms_edition_of_genre'),
        ),
        migrations.AddIndex(
            model_name='edition',
            index=models.Index(fields=['section', 'kind', '-edited_at', '-id'], name='cms_edition_in_section'),
        ),
        migrations.AddIndex(
            model_name='edition',
            index=models.Index(condition=models.Q(('state', 'approved'), _negated=True), fields=['kind', '-edited_at', '-id'], name='cms_edition_not_approved'),
        ),
        migrations.AddIndex(
            model_name='journal',
            index=models.Index(fields=['action', '-at'], name='cms_journal_of_action'),
        ),
        migrations.AddIndex(
            model_name='journal',
            index=models.Index(fields=['actor_in_words', '-at'], name='cms_journal_of_person'),
        ),
    ]
