from django.db import migrations

from cms.models.sealing import seal


class Migration(migrations.Migration):
    dependencies = [("news", "0001_initial"), ("cms", "0002_seal")]

    operations = [seal("news_newsitem")]
