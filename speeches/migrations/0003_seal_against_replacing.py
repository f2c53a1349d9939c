from django.db import migrations

from cms.models.sealing import seal_again


class Migration(migrations.Migration):
    dependencies = [("speeches", "0002_seal"), ("cms", "0007_seal_against_replacing")]

    operations = [seal_again("speeches_speech", "speeches_speaker")]
