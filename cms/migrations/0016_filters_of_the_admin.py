from django.db import migrations, models


class Migration(migrations.Migration):
    """Indexes alone: two small ones, of which the admin's list of superseded texts is read."""

    dependencies = [
        ('cms', '0015_for_large_archives'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='edition',
            index=models.Index(condition=models.Q(('live_until__isnull', False), ('state', 'approved')), fields=['kind', 'publication', 'number', 'live_until'], name='cms_edition_ended'),
        ),
        migrations.AddIndex(
            model_name='edition',
            index=models.Index(condition=models.Q(('number__gt', 1), models.Q(('state', 'discarded'), _negated=True)), fields=['publication', 'number'], name='cms_edition_later'),
        ),
    ]
