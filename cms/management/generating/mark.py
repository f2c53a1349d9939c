"""How a database says of itself that it was generated, and how far a run has come.

Every translation group that the generator makes begins with MARK, be it of sections, people, events or items; that of
an item goes on with the run that made it (from how many items to how many) and its number. So no table of its own is
needed, each row is known, and a run that was stopped goes on as if it had not been.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import Group
from django.db.models import Q

from ...models import (
    Attachment,
    Contact,
    Event,
    Identity,
    Image,
    Journal,
    Person,
    Publication,
    Section,
    StoredFile,
    User,
)

MARK = 0x67656E65  # "gene"
ACCOUNT = "generated-"  # what names of accounts begin with
LAST = 2**32 - 1


@dataclass(frozen=True)
class Run:
    """start: how many items there were when it began. goal: how many there shall be at its end."""

    start: int
    goal: int

    def group(self, number: int) -> UUID:
        return group_of(self.start, self.goal, number)


def group_of(start: int, goal: int, number: int) -> UUID:
    return UUID(int=((MARK << 32 | start) << 32 | goal) << 32 | number)


FRAME = Run(0, 0)  # sections, people, events, texts of sections
ITEMS = (group_of(0, 1, 0), group_of(LAST, LAST, LAST))
OURS = Q(translation_group__gte=group_of(0, 0, 0), translation_group__lte=ITEMS[1])


def items() -> int:
    """How many items were generated."""
    return Publication.objects.filter(translation_group__range=ITEMS).count()


def last_group() -> tuple[Run, int] | None:
    """The last run, and the number of the last group that it made."""
    rows = Publication.objects.filter(translation_group__range=ITEMS).order_by("-translation_group")
    newest = rows.values_list("translation_group", flat=True).first()
    if newest is None:
        return None
    return Run(newest.int >> 64 & LAST, newest.int >> 32 & LAST), newest.int & LAST


def is_generated() -> bool:
    return Publication.objects.filter(OURS).exists() or Section.objects.filter(OURS).exists()


def not_ours() -> str:
    """What is here that was not generated, in a sentence; "" where nothing is."""
    found = {
        "texts": Publication.objects.exclude(OURS),
        "sections": Section.objects.exclude(OURS),
        "people": Person.objects.exclude(OURS),
        "events": Event.objects.exclude(OURS),
        "contacts": Contact.objects.all(),
        "pictures": Image.objects.all(),
        "documents": Attachment.objects.all(),
        "files": StoredFile.objects.all(),
        "acts of people": Journal.objects.exclude(actor__in=accounts().values("pk")),
    }
    names = [name for name, rows in found.items() if rows.exists()]
    if not names:
        return ""
    return f"Here are {', '.join(names)} that were not generated (their keys or authors do not bear its mark)."


def somebodys() -> str:
    """Signs that somebody is about to use this site, though nothing is written yet, in a sentence; "" without any."""
    people = User.objects.exclude(username__startswith=ACCOUNT).exists()
    if not people and not Identity.objects.exists():
        return ""
    return "Somebody has set this site up: there are accounts, or it has a name."


def accounts() -> User.objects.__class__:  # type: ignore[name-defined]
    return User.objects.filter(username__startswith=ACCOUNT)


def make_accounts() -> dict[str, list[User]]:
    """Accounts by group, each without a password, so that nobody signs in with one."""
    found: dict[str, list[User]] = {}
    for group, names in STAFF.items():
        for n, (first, last) in enumerate(names, 1):
            username = f"{ACCOUNT}{group.lower().replace(' ', '-')}-{n}"
            user = User.objects.filter(username=username).first()
            if user is None:
                user = User(username=username, first_name=first, last_name=last, is_staff=True)
                user.set_unusable_password()
                user.save()
                user.groups.add(Group.objects.get(name=group))
            found.setdefault(group, []).append(user)
    return found


STAFF = {
    "Editors": [
        ("Nora", "Feld"), ("Timur", "Asanov"), ("Vera", "Klein"), ("Oleg", "Danilov"), ("Inés", "Prado"),
        ("Hugo", "Martel"), ("Salma", "Nasser"), ("Lin", "Chen"),
    ],
    "Moderators": [("Clara", "Winter"), ("Bakyt", "Usenov"), ("Rosa", "Marín"), ("Anton", "Belov")],
    "Chief editors": [("Helena", "Storm")],
    "Administrators": [("Igor", "Lang")],
}  # fmt: skip
