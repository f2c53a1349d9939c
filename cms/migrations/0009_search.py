import django.db.models.deletion
from cms.search.in_use import engine
from django.db import migrations, models


def create(apps, schema_editor):
    engine().create(schema_editor)


def drop(apps, schema_editor):
    engine().drop(schema_editor)


class Migration(migrations.Migration):
    """What is searched. Editions that are approved already come in by `manage.py search rebuild`."""

    dependencies = [
        ('cms', '0008_contacts'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('position', models.BigIntegerField(primary_key=True, serialize=False)),
                ('people', models.TextField(blank=True)),
                ('text', models.TextField(blank=True)),
                ('edition', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='search_entry', to='cms.edition')),
            ],
            options={
                'verbose_name': 'search entry',
                'verbose_name_plural': 'search entries',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('word', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('start', models.CharField(max_length=2)),
                ('length', models.PositiveSmallIntegerField()),
                ('first_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'search word',
                'verbose_name_plural': 'search words',
                'default_permissions': (),
                'indexes': [models.Index(fields=['start', 'length'], name='cms_searchword_near')],
            },
        ),
        migrations.RunPython(create, drop),
    ]
