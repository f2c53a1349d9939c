"""Sections: addresses that follow the tree and never die."""

import pytest
from django.core.exceptions import ValidationError

from cms.models import Section, SectionAddress
from tests.factories import make_section

pytestmark = pytest.mark.django_db


def test_moving_a_section_moves_those_below_it_and_keeps_the_old_addresses():
    leaf = make_section("activities/field/training")
    field = Section.objects.get(path="activities/field")
    field.parent = make_section("work")
    field.slug = "in-the-field"
    field.save()
    leaf.refresh_from_db()
    assert leaf.path == "work/in-the-field/training"
    assert SectionAddress.objects.get(path="activities/field/training").section == leaf


@pytest.mark.parametrize("slug", ["news", "p", "admin", "2025", "ru", "meeting-7kq2m4x"])
def test_an_address_that_would_be_read_as_something_else_is_refused(slug):
    with pytest.raises(ValidationError):
        Section(language="en", title="Section", slug=slug).full_clean()


def test_a_section_cannot_stand_under_itself():
    child = make_section("a/b")
    parent = Section.objects.get(path="a")
    parent.parent = child
    with pytest.raises(ValidationError):
        parent.full_clean()


def test_the_same_address_twice_is_refused():
    make_section("a")
    with pytest.raises(ValidationError):
        Section(language="en", title="A").full_clean()
    Section(language="ru", title="A").full_clean()
