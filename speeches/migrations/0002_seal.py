from django.db import migrations

from cms.models.sealing import seal


class Migration(migrations.Migration):
    dependencies = [("speeches", "0001_initial"), ("cms", "0002_seal")]

    operations = [seal("speeches_speech", "speeches_speaker")]
