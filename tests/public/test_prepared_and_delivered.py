"""A speech is published as prepared, and then as delivered at the same address: readers see what the speaker added."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from lxml import html as lxml_html

from cms.editorial import actions
from tests.factories import make_draft, make_next, make_past

pytestmark = pytest.mark.django_db
BEGAN = datetime(2025, 5, 19, 9, tzinfo=UTC)
PREPARED = "<p>Dear friends, the year was good.</p><p>Thank you all.</p>"
DELIVERED = "<p>Dear friends, the year was very good indeed.</p><p>Thank you.</p>"
COMPARE = "Compare with the text as prepared"


@pytest.fixture
def prepared(editor):
    return make_past(editor, kind="speech", genre="prepared", title="Address", body=PREPARED, at=BEGAN)


def approve_next(edition, editor, moderator, **columns):
    waiting = actions.submit(make_next(edition, by=editor, **columns), by=editor)
    return actions.approve(waiting, by=moderator, digest=waiting.compute_digest())


def page(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return lxml_html.fromstring(response.content.decode())


def words(tree, xpath):
    return " ".join(" ".join(found.text_content().split()) for found in tree.xpath(xpath))


def told(client, newer, older=1):
    """What stands on top of a comparison."""
    return words(page(client, newer.get_changes_url(older)), "//p[@class='delivery']")


def link(client, path):
    """Where the item's page leads to for the comparison with the prepared text, "" if it does not."""
    return "".join(page(client, path).xpath(f"//dd//a[text()='{COMPARE}']/@href"))


def test_one_address_whose_status_changes(client, prepared, editor, moderator):
    assert "Prepared for delivery" in words(page(client, prepared.get_absolute_url()), "//dl")
    newer = approve_next(prepared, editor, moderator, genre="delivered", body=DELIVERED)
    assert newer.get_absolute_url() == prepared.get_absolute_url()
    tree = page(client, prepared.get_absolute_url())
    assert "As delivered" in words(tree, "//dl") and "Prepared for delivery" not in words(tree, "//dl")
    assert "As delivered. Edition 2 of " in words(tree, "//textarea")


def test_the_comparison_shows_what_the_speaker_added(client, prepared, editor, moderator):
    newer = approve_next(prepared, editor, moderator, genre="delivered", body=DELIVERED)
    assert told(client, newer) == (
        "Edition 1 is the text as prepared for delivery, edition 2 the text as delivered. What the speaker added is "
        "marked as added, what was left out as removed. Marked below: 2 words added, 1 word removed."
    )
    tree = page(client, newer.get_changes_url(1))
    assert [ins.text for ins in tree.xpath("//div[@class='comparison']//ins")] == ["very", "indeed"]
    assert [gone.text for gone in tree.xpath("//div[@class='comparison']//del")] == ["all"]


def test_an_edited_transcript_is_said_to_be_one(client, prepared, editor, moderator):
    newer = approve_next(prepared, editor, moderator, genre="transcript", body=DELIVERED)
    assert "edition 2 an edited transcript of what was said." in told(client, newer)
    assert link(client, newer.get_absolute_url()) == newer.get_changes_url(1)


def test_a_speaker_who_kept_to_the_text_is_told_of(client, prepared, editor, moderator):
    newer = approve_next(prepared, editor, moderator, genre="delivered")
    assert told(client, newer).endswith(" Not a word of the two differs.")


def test_other_comparisons_say_nothing_of_it(client, prepared, editor, moderator):
    second = approve_next(prepared, editor, moderator, body="<p>Corrected.</p>")
    third = approve_next(second, editor, moderator, genre="delivered")
    fourth = approve_next(third, editor, moderator, body=DELIVERED)
    fifth = approve_next(fourth, editor, moderator, genre="prepared")
    assert [bool(told(client, newer, older)) for newer, older in ((second, 1), (fourth, 3), (fifth, 4))] == [False] * 3
    assert "Edition 2 is the text as prepared for delivery, edition 4 " in told(client, fourth, 2)


def test_a_delivered_text_leads_to_the_comparison_with_the_last_prepared_one(client, prepared, editor, moderator):
    second = approve_next(prepared, editor, moderator, body="<p>Corrected.</p>")
    third = approve_next(second, editor, moderator, genre="delivered")
    fourth = approve_next(third, editor, moderator, body=DELIVERED)
    assert link(client, fourth.get_absolute_url()) == fourth.get_changes_url(2)
    assert link(client, third.get_edition_url()) == third.get_changes_url(2)
    assert link(client, second.get_edition_url()) == link(client, prepared.get_edition_url()) == ""


def test_a_prepared_text_that_was_taken_down_is_not_led_to(client, prepared, editor, moderator):
    actions.withdraw(prepared, by=moderator, mode="gone", comment="Wrong.")
    newer = approve_next(prepared, editor, moderator, genre="delivered", body=DELIVERED)
    tree = page(client, newer.get_absolute_url())
    assert link(client, newer.get_absolute_url()) == "" and "Prepared for delivery" not in tree.text_content()


def test_a_draft_as_delivered_leads_nowhere_yet(client, prepared, editor):
    draft = make_next(prepared, by=editor, genre="delivered", body=DELIVERED)
    client.force_login(editor)
    preview = f"/preview/{draft.publication.code}/{draft.number}/"
    assert "As delivered" in words(page(client, preview), "//dl") and link(client, preview) == ""
    assert link(client, prepared.get_absolute_url()) == ""


def test_on_a_day_of_the_past_the_prepared_text_stands_alone(client, prepared, editor, moderator):
    newer = approve_next(prepared, editor, moderator, genre="delivered", body=DELIVERED)
    then = page(client, f"{newer.get_absolute_url()}?at=2025-05-20")
    assert "Prepared for delivery" in words(then, "//dl") and COMPARE not in then.text_content()


def test_the_list_of_editions_says_the_status_where_it_changed(client, prepared, editor, moderator):
    listed = "//ol[@class='edition-list']"
    assert "Prepared for delivery" not in words(page(client, prepared.get_absolute_url()), listed)
    newer = approve_next(prepared, editor, moderator, genre="delivered")
    rows = page(client, newer.get_absolute_url()).xpath(f"{listed}/li")
    said = [" ".join(row.text_content().split()) for row in rows]
    assert "Edition 2 update As delivered current" in said[0]
    assert "Edition 1 first publication Prepared for delivery" in said[1]


def test_what_was_never_prepared_has_no_such_link(client, editor):
    for columns in ({"kind": "speech"}, {"genre": "report"}):
        item = make_past(editor, **columns)
        assert COMPARE not in page(client, item.get_absolute_url()).text_content()
    assert client.get(make_draft(editor, kind="speech", genre="prepared").get_absolute_url()).status_code == 404
