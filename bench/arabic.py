"""Arabic translations of the newest demonstration texts, so that pages that run from right to left can be measured.

Run by bench/site.py on a site of its own. The words say little; they are as long as those of a press office.
"""

from __future__ import annotations

import os
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
django.setup()  # models can be imported from here on: hence E402 below

from cms.editorial import actions, archive  # noqa: E402
from cms.models import Edition, Event, Identity, Person, Picture, Post, Section, User, clock  # noqa: E402
from speeches.models import Speaker  # noqa: E402

ITEMS = 25  # more than a page of a list holds
NAMES = (
    "الأمانة العامة",
    "المجلس",
    "العمل الميداني",
    "الشركاء",
    "الإنذار المبكر",
    "التدريب",
    "الأمين العام",
    "الوزراء",
)
PEOPLE = ("أيغريم صادقوفا", "تيغران مانوكيان", "باتبولد إنخسايخان", "ديلنوزا كريموفا", "فيكتور ليبيديف", "فرخ نظاروف")
TITLES = (
    "افتتاح اجتماع المجلس بشأن التعاون الإقليمي في مجال الإنذار المبكر",
    "الأمين العام يدعو إلى تعزيز التعاون بين محطات الرصد",
    "بيان بشأن نتائج الدورة الرابعة للمؤتمر البرلماني",
)
SUMMARY = "عقد المجلس اجتماعه في العاصمة، وناقش المشاركون سبل تبادل البيانات وتدريب العاملين في الميدان."
PARAGRAPH = (
    "أكد المشاركون أهمية تبادل البيانات بين الدول الأعضاء، وأشاروا إلى أن المحطات الجديدة ستبدأ عملها قبل نهاية العام. "
    "كما اتفقوا على عقد الاجتماع القادم في الخريف، وعلى إعداد تقرير مشترك عن حالة الأنهار والسدود في المنطقة."
)
BODY = "".join(f"<h2>{title}</h2>{f'<p>{PARAGRAPH}</p>' * 4}" for title in TITLES)


def main() -> None:
    words = {"name": "المكتب الإعلامي للمجلس", "short_name": "المكتب الإعلامي", "tagline": "نصوص وتواريخ"}
    Identity.objects.update_or_create(language="ar", defaults={**words, "press_contacts": "press@example.org"})
    sections = _sections()
    newest = Edition.objects.live().listed().in_language("en").newest_first()[:ITEMS]
    for n, english in enumerate(reversed(newest)):
        _translate(english, sections[english.section_id], n)


def _sections() -> dict[int, Section]:
    """The Arabic sections by the numbers of the English ones."""
    found: dict[int, Section] = {}
    for n, english in enumerate(Section.objects.filter(language="en").order_by("path")):
        columns = {"translation_group": english.translation_group, "position": english.position, "slug": english.slug}
        above = found.get(english.parent_id or 0)
        found[english.pk] = Section.objects.create(language="ar", title=NAMES[n % len(NAMES)], parent=above, **columns)
    return found


def _translate(english: Edition, section: Section, n: int) -> None:
    by, own = User.objects.get(username="editor"), english.kind_edition
    columns = {name: getattr(own, name) for name in ("takes_place_on", "delivered_on") if getattr(own, name, None)}
    draft = actions.start(
        english.kind,
        by=by,
        language="ar",
        group=english.publication.translation_group,
        title=f"{TITLES[n % len(TITLES)]} ({n + 1})",
        summary=SUMMARY,
        body=BODY,
        section=section,
        genre=english.genre,
        dated_on=english.dated_on,
        place="بيشكيك",
        event=_event(english),
        **columns,
    )
    if english.kind == "speech":
        for position, row in enumerate(Speaker.objects.filter(edition=english.pk)):
            Speaker.objects.create(edition_id=draft.pk, person=_person(row.person), position=position)
    for picture in english.picture_rows.select_related("image"):
        copied = Picture(edition_id=draft.pk, role=picture.role, position=picture.position, **picture.image.words())
        copied.alt = copied.caption = "قاعة الاجتماع أثناء الجلسة الافتتاحية"
        copied.take(picture.image)
        copied.save()
    actions.settle(draft)
    archive.enter(draft, by=by, live_from=clock.now() - timedelta(hours=ITEMS - n))


def _person(english: Person) -> Person:
    name = PEOPLE[english.pk % len(PEOPLE)]
    person, made = Person.objects.get_or_create(
        language="ar", translation_group=english.translation_group, defaults={"name": name, "sort_name": name}
    )
    if made:
        Post.objects.create(person=person, title="رئيس المجلس", held_from="2020-01-01")
    return person


def _event(english: Edition) -> Event | None:
    """What the text belongs to, in Arabic."""
    event = english.event
    if event is None:
        return None
    days = {"starts_on": event.starts_on, "ends_on": event.ends_on}
    return Event.objects.get_or_create(
        language="ar",
        translation_group=event.translation_group,
        defaults={"title": "المؤتمر البرلماني", "place": "بيشكيك", **days},
    )[0]


if __name__ == "__main__":
    main()
