"""What the nodes show: run in their environment, `python -m tests.nodes.content`. Prints the waiting items' numbers."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
django.setup()

from django.contrib.auth.models import Group  # noqa: E402

from cms.models import Identity, User  # noqa: E402
from tests.factories import make_past, make_section, make_user, make_waiting  # noqa: E402

editor, moderator = make_user("Edith Editor"), make_user("Mona Moderator")
editor.groups.add(Group.objects.get(name="Editors"))
moderator.groups.add(Group.objects.get(name="Moderators"))
editor, moderator = User.objects.get(pk=editor.pk), User.objects.get(pk=moderator.pk)
Identity.objects.create(language="en", name="Press office", short_name="Press office")
section = make_section("council")
for n in range(30):
    make_past(editor, title=f"Published {n}", section=section)
waiting = [make_waiting(editor, title=f"Waiting {n}", section=section).pk for n in range(6)]
sys.stdout.write(" ".join(map(str, waiting)))
