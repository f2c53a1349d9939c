"""Four groups, each with exactly the permissions that the table needs."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command

from cms.editorial.groups import PLAN
from cms.editorial.rules import TABLE


def permissions(name):
    rows = Group.objects.get(name=name).permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


@pytest.mark.django_db
@pytest.mark.parametrize("name", PLAN)
def test_each_group_has_its_permissions_after_migrate(name):
    assert permissions(name) == set(PLAN[name])


@pytest.mark.django_db
def test_migrating_again_takes_away_what_does_not_belong():
    from django.contrib.auth.models import Permission

    Group.objects.get(name="Editors").permissions.set(Permission.objects.all())
    call_command("migrate", verbosity=0)
    assert permissions("Editors") == set(PLAN["Editors"])


def test_every_permission_of_the_table_belongs_to_somebody():
    given = {permission for group in PLAN.values() for permission in group}
    assert {row.permission for row in TABLE.values()} <= given


@pytest.mark.django_db
def test_no_group_may_delete_or_edit_behind_the_workflow():
    for name in PLAN:
        assert not {p for p in permissions(name) if p.split(".")[1].startswith("delete_")} - {
            "axes.delete_accessattempt"
        }
