"""The gate of pictures and files as a closed world: every address of a file × who asks × how × what uses it, and when.

`leaks` walks that world and tells what is wrong with it. The last tests dig holes and look whether it sees them. Every
address is asked for plainly, and one of each sort in every way and by everybody: the formats and widths of a rendition
go one way through the gate (`SORTS`).
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponseNotModified
from django.test import Client
from moto.server import ThreadedMotoServer

from cms.editorial import actions
from cms.media import renditions
from cms.models import Edition, Rendition, StoredFile, clock, media_storage
from cms.models.editions import EditionQuerySet
from cms.public import media
from tests.factories import (
    attach,
    make_attachment,
    make_draft,
    make_image,
    make_next,
    make_past,
    make_section,
    show,
    stored,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SECOND = timedelta(seconds=1)
NO_FILE = "0" * 32
SIZE = (100, 75)  # of a picture that has few renditions, each of which is asked for
ROLES = ("lead", "gallery", "body")


@dataclass
class World:
    """A picture and a document, and what they are used by. public(at): whether a reader may have them at an instant."""

    image: object
    document: object
    until: datetime | None = None  # public before this instant …
    since: datetime | None = None  # … or from this one on
    never: bool = False

    def is_public(self, at):
        if self.never:
            return False
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)

    @property
    def instants(self):
        turns = [turn for turn in (self.since, self.until) if turn]
        near = [turn + step for turn in turns for step in (-SECOND, timedelta(0), SECOND)]
        return near or [clock.now()]


class Scene:
    """Makes worlds. Everything in them is done through the actions."""

    def __init__(self, editor, moderator):
        self.editor, self.moderator = editor, moderator
        self.section = make_section("council")

    def world(self, **life):
        return World(make_image(self.editor, size=SIZE), make_attachment(self.editor, title="Договор"), **life)

    def use(self, draft, world, roles=("lead",)):
        for role in roles:
            if role == "body":
                draft.body = f'<p>Text.</p><figure><img data-image="{world.image.pk}" alt="Seen"></figure>'
                draft = actions.save(draft, by=self.editor, version=stored(draft).version)
                actions.settle(draft)
            else:
                show(draft, world.image, role)
        attach(draft, world.document)
        return stored(draft).kind_edition

    def draft(self, world, kind="news", roles=("lead",)):
        section = make_section(f"council/{kind}-{world.image.pk}")
        text_of = section if kind == "page" else None
        return self.use(make_draft(self.editor, kind=kind, section=section, text_of=text_of), world, roles)

    def waiting(self, world, **how):
        return actions.submit(self.draft(world, **how), by=self.editor)

    def approved(self, world, at=None, **how):
        waiting = self.waiting(world, **how)
        return actions.approve(waiting, by=self.moderator, digest=waiting.compute_digest(), at=at)

    def past(self, world, **how):
        from cms.editorial import archive

        return archive.enter(self.draft(world, **how), by=self.editor, live_from=clock.now() - timedelta(days=1))

    def next_without(self, edition):
        draft = make_next(stored(edition), by=self.editor)
        draft.picture_rows.all().delete()
        draft.attachedfile_rows.all().delete()
        draft.body = "<p>Without.</p>"
        draft = actions.save(draft, by=self.editor, version=draft.version)
        actions.settle(draft)
        waiting = actions.submit(draft, by=self.editor)
        return actions.approve(waiting, by=self.moderator, digest=waiting.compute_digest())


def nothing(scene):
    return scene.world(never=True)


def draft(scene):
    world = scene.world(never=True)
    scene.draft(world)
    return world


def waiting(scene):
    world = scene.world(never=True)
    scene.waiting(world)
    return world


def returned(scene):
    world = scene.world(never=True)
    actions.return_(scene.waiting(world), by=scene.moderator, comment="No.")
    return world


def discarded(scene):
    world = scene.world(never=True)
    actions.discard(scene.draft(world), by=scene.editor)
    return world


def scheduled(scene, **how):
    at = clock.now() + timedelta(hours=1)
    world = scene.world(since=at)
    scene.approved(world, at=at, **how)
    return world


def unscheduled(scene):
    world = scene.world(never=True)
    actions.unschedule(scene.approved(world, at=clock.now() + timedelta(hours=1)), by=scene.moderator)
    return world


def live(scene, **how):
    world = scene.world()
    scene.past(world, **how)
    return world


def superseded(scene):
    """The edition that showed it may still be read at its own address."""
    world = scene.world()
    scene.next_without(scene.past(world))
    return world


def next_edition_in_the_making(scene):
    """It is in the draft of the next edition only, while the one before is live."""
    world = scene.world(never=True)
    scene.use(make_next(make_past(scene.editor, section=scene.section), by=scene.editor), world)
    return world


def taken_down(scene, mode="gone"):
    world = scene.world()
    edition = scene.past(world)
    target = make_past(scene.editor, section=scene.section).publication if mode == "redirect" else None
    withdrawal = actions.withdraw(edition, by=scene.moderator, mode=mode, comment="Wrong.", redirect_to=target)
    world.until = withdrawal.from_at if mode != "notice" else None
    return world


def redirected(scene):
    return taken_down(scene, "redirect")


def under_notice(scene):
    return taken_down(scene, "notice")


def taken_down_and_published_anew_without_it(scene):
    world = scene.world()
    edition = scene.past(world)
    world.until = actions.withdraw(edition, by=scene.moderator, mode="gone", comment="Wrong.").from_at
    scene.next_without(edition)
    return world


def taken_down_with_what_was_scheduled(scene):
    world = scene.world(never=True)
    first = make_past(scene.editor, section=scene.section)
    second = actions.submit(scene.use(make_next(first, by=scene.editor), world), by=scene.editor)
    soon = clock.now() + timedelta(hours=1)
    actions.approve(second, by=scene.moderator, digest=second.compute_digest(), at=soon)
    actions.withdraw(stored(first), by=scene.moderator, mode="gone", comment="Wrong.")
    return world


def used_twice(scene):
    """A draft and a live edition use it: it is public for the sake of the second."""
    world = live(scene)
    scene.draft(world)
    return world


def used_twice_in_secret(scene):
    world = scheduled(scene)
    scene.draft(world)
    return world


WORLDS = [
    nothing,
    draft,
    waiting,
    returned,
    discarded,
    scheduled,
    unscheduled,
    live,
    superseded,
    next_edition_in_the_making,
    taken_down,
    redirected,
    under_notice,
    taken_down_and_published_anew_without_it,
    taken_down_with_what_was_scheduled,
    used_twice,
    used_twice_in_secret,
]


# --- Asking


def addresses(world):
    """Every address of the picture's renditions and of the document, that it goes by and that it might."""
    file = world.image.file
    names = [spec.name for spec in renditions.wanted(file.width, file.height, (50, 50))]
    shown = {"key": world.document.file.key, "file_name": world.document.file_name, "language": "en"}
    document = media.address_of_file(shown)
    return [
        *(f"/media/{file.key}/{name}" for name in names),
        document,
        f"/media/{world.document.file.key}/by-another-name.pdf",
    ]


# The fallback, a page's picture, a crop, a download, a document, its old name, an original.
SORTS = re.compile(r"/(base\.jpg|w\d+\.avif|t160-.*\.webp|large\.jpg|[^/]*\.pdf|original\.jpg)$")


def one_of_each(paths):
    return [path for path in paths if SORTS.search(path)]


def never_public(world):
    """What nobody but staff ever gets."""
    file = world.image.file
    return [
        f"/media/{file.key}/original.jpg",
        f"/media/{file.key}/original.pdf",
        f"/media/{file.key}/{file.sha256}.jpg",
        f"/media/{world.document.file.key}/w640.avif",
    ]


WAYS = {
    "GET": lambda client, path: client.get(path),
    "HEAD": lambda client, path: client.head(path),
    "Range": lambda client, path: client.get(path, headers={"Range": "bytes=0-3"}),
    "If-None-Match: *": lambda client, path: client.get(path, headers={"If-None-Match": "*"}),
    "If-None-Match": lambda client, path: client.get(path, headers={"If-None-Match": _etag(path)}),
    "If-Range": lambda client, path: client.get(path, headers={"Range": "bytes=0-", "If-Range": _etag(path)}),
}


def _etag(path):
    """What somebody who had the file before would send."""
    _media, key, name = path.strip("/").split("/")
    row = Rendition.objects.filter(file__key=key, spec=name).first() or StoredFile.objects.filter(key=key).first()
    return f'"{row.sha256[:32]}"' if row else '"x"'


def seen(response):
    """All that somebody who asks can see of an answer."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return response.status_code, sorted(response.headers.items()), body


def status(client, path):
    return seen(client.get(path))[0]


def leaks(scene, make, people, monkeypatch):
    """What is wrong in a world at each of its instants, in words; nothing, where all is well."""
    world = make(scene)
    for at in world.instants:
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        public = world.is_public(at)
        for name, client in people.items():
            yield from _wrong_answers(world, public, name, client)
    monkeypatch.undo()


def _asked(world, name):
    """Ways and addresses in which somebody asks."""
    shown, secret = addresses(world), never_public(world)
    yield from (("GET", path) for path in (shown + secret if name == "anonymous" else one_of_each(shown + secret)))
    if name == "anonymous":
        yield from ((way, path) for way in WAYS if way != "GET" for path in one_of_each(shown + secret[:1]))


def _is_given(response):
    """By us, by the proxy, or by the store at an address that is signed."""
    signed = response.status_code == 302 and "X-Amz-Signature=" in response.headers["Location"]
    return signed or response.status_code in (200, 206, 301, 304)


def _wrong_answers(world, public, name, client):
    staff = name not in ("anonymous", "visitor")
    unknown = {}
    for way, path in _asked(world, name):
        may = public and path not in never_public(world)
        response = WAYS[way](client, path)
        told, cached = seen(response), response.headers.get("Cache-Control", "")
        if not may and not staff:
            if way not in unknown:
                unknown[way] = seen(WAYS[way](client, f"/media/{NO_FILE}/w640.avif"))
            if told != unknown[way]:
                yield f"{name} learns something from {way} {path}: {told[0]}"
        if may and not _is_given(response):
            yield f"{name} does not get what is public: {way} {path}: {told[0]}"
        if not may and staff and ("public" in cached or "no-store" not in cached):
            yield f"{name} gets a secret that may be kept: {way} {path}: {cached}"
        if staff and path in addresses(world) and not _is_given(response):
            yield f"{name} does not get {path}: {told[0]}"


@pytest.fixture
def scene(editor, moderator):
    return Scene(editor, moderator)


@pytest.fixture
def people(editor, moderator, chief, administrator, django_user_model):
    """A client for everybody who may ask."""
    visitor = django_user_model.objects.create_user("visitor", password="x" * 20)
    users = {
        "anonymous": None,
        "visitor": visitor,
        "editor": editor,
        "moderator": moderator,
        "chief": chief,
        "administrator": administrator,
    }
    clients = {name: Client() for name in users}
    for name, user in users.items():
        if user is not None:
            clients[name].force_login(user)
    return clients


@pytest.mark.parametrize("make", WORLDS, ids=lambda make: make.__name__)
def test_files_are_public_just_as_long_as_an_edition_that_uses_them(make, scene, people, monkeypatch):
    assert list(leaks(scene, make, people, monkeypatch)) == []


@pytest.mark.parametrize("kind", ["news", "speech", "page"])
def test_it_is_the_same_for_every_kind_and_place(kind, scene, client, monkeypatch):
    """In which way somebody asks makes no difference to what uses a file."""
    worlds = {role: scheduled(scene, kind=kind, roles=(role,)) for role in ROLES}
    for role, world in worlds.items():
        for at in world.instants:
            monkeypatch.setattr(clock, "now", lambda at=at: at)
            answers = {path: status(client, path) for path in one_of_each(addresses(world))}
            given = {code != 404 for code in answers.values()}
            assert given == {world.is_public(at)}, (role, at, answers)


# --- Whoever carries the files

ACCOUNT = {"region_name": "eu-central-1", "access_key": "key", "secret_key": "secret"}


@pytest.fixture(scope="module")
def endpoint():
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["proxy", "store", "signed addresses"])
def carrier(request, settings, endpoint):
    """Files lie in the folder and a proxy carries them; or in a store, and we carry them; or that does."""
    if request.param == "proxy":
        settings.MEDIA_ACCEL = "/protected/"
        yield request.param
        return
    options = {"bucket_name": "press-gate", "endpoint_url": endpoint, "location": "media", **ACCOUNT}
    store = {"BACKEND": "cms.media.s3.S3ContentStorage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "media": store}
    settings.MEDIA_REDIRECT = request.param == "signed addresses"
    client = media_storage().connection.meta.client
    where = {"CreateBucketConfiguration": {"LocationConstraint": ACCOUNT["region_name"]}}
    with suppress(client.exceptions.BucketAlreadyOwnedByYou):
        client.create_bucket(Bucket="press-gate", **where)
    yield request.param
    client.close()


@pytest.mark.parametrize("make", [draft, scheduled, taken_down], ids=lambda make: make.__name__)
def test_the_gate_holds_whoever_carries_the_files(make, carrier, scene, people, monkeypatch):
    some = {name: people[name] for name in ("anonymous", "editor")}
    assert list(leaks(scene, make, some, monkeypatch)) == []


def test_the_carrier_is_the_one_that_was_asked_for(carrier, scene, client):
    """Else the walk above would walk over the folder alone."""
    response = client.get(addresses(live(scene))[-2])
    marks = {
        "proxy": response.headers.get("X-Accel-Redirect", "").startswith("/protected/"),
        "store": response.streaming and response.headers["ETag"] and media_storage().bucket_name == "press-gate",
        "signed addresses": "X-Amz-Signature=" in response.headers.get("Location", ""),
    }
    assert marks[carrier]
    seen(response)


def test_staff_without_the_right_to_read_get_nothing(scene, django_user_model):
    client = Client()
    client.force_login(django_user_model.objects.create_user("guest", password="x" * 20, is_staff=True))
    world = draft(scene)
    for path in addresses(world):
        assert status(client, path) == 404, path


def test_the_answers_to_strangers_set_no_cookie_and_do_not_vary(scene, client, people):
    world = live(scene)
    for path in addresses(world)[:-1]:
        for who in (client, people["editor"]):
            response = who.get(path)
            seen(response)
            assert not response.cookies and not {"Vary", "Content-Language"} & set(response.headers), path


def test_a_withdrawal_shuts_the_gate_at_once(scene, client):
    world = scene.world()
    edition = scene.past(world)
    path = addresses(world)[0]
    assert status(client, path) == 200
    actions.withdraw(edition, by=scene.moderator, mode="gone", comment="Wrong.")
    assert status(client, path) == 404


def test_a_file_that_is_lost_is_unknown_and_no_error(scene, client):
    world = live(scene)
    media_storage().delete(world.document.file.name)
    assert status(client, addresses(world)[-2]) == 404


def test_a_storage_that_does_not_answer_is_a_503_and_nothing_is_kept(scene, client, monkeypatch):
    def away(*args, **kwargs):
        raise OSError("The store does not answer")

    world = live(scene)
    monkeypatch.setattr(type(media_storage()), "open_range", away)
    response = client.get(addresses(world)[-2])
    assert (response.status_code, response.headers["Cache-Control"]) == (503, "no-store")


def test_what_is_not_made_yet_is_the_nearest_and_not_kept(scene, client):
    world = World(make_image(scene.editor), make_attachment(scene.editor))
    scene.past(world)
    Rendition.objects.filter(file=world.image.file).exclude(spec__in=["base.jpg", "w640.jpg"]).delete()
    for name, nearest in (("w640.avif", "w640.jpg"), ("w320.webp", "w640.jpg"), ("t320-50x50.avif", "w640.jpg")):
        response = client.get(f"/media/{world.image.file.key}/{name}")
        row = Rendition.objects.get(file=world.image.file, spec=nearest)
        assert b"".join(response.streaming_content) == f"{world.image.file.key} {nearest}".encode(), name
        assert response.headers["Cache-Control"] == "no-store" and response.headers["Content-Type"] == row.media_type


def test_where_a_rendition_is_lost_the_nearest_goes_out_and_is_not_kept(scene, client):
    world = World(make_image(scene.editor), make_attachment(scene.editor))
    scene.past(world)
    key, made = world.image.file.key, Rendition.objects.filter(file=world.image.file)
    path = f"/media/{key}/w640.avif"
    for lost, nearest in (("w640.avif", "w800.avif"), ("w800.avif", "w320.avif"), ("w320.avif", "w640.jpg")):
        media_storage().delete(made.get(spec=lost).name)
        answers = [client.get(path), client.get(path, headers={"Range": "bytes=0-"}), client.head(path)]
        assert [seen(answer)[2].decode() for answer in answers] == [f"{key} {nearest}"] * 2 + [""]
        assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}, lost
    for row in made:
        media_storage().delete(row.name)
    assert seen(client.get(path)) == seen(client.get(f"/media/{NO_FILE}/w640.avif"))


def test_renditions_that_no_page_asks_for_are_unknown(scene, client):
    world = live(scene)
    for name in ("t320-13x77.avif", "w1920.jpg", "w333.jpg", "t161-50x50.avif", "w640.png", "w0640.jpg"):
        assert status(client, f"/media/{world.image.file.key}/{name}") == 404, name


def test_public_files_go_out_for_a_year_with_type_name_and_policy(scene, client):
    world = World(make_image(scene.editor), make_attachment(scene.editor))
    scene.past(world)
    picture = client.get(f"/media/{world.image.file.key}/w640.avif")
    document = client.get(addresses(world)[-2])
    large = client.get(f"/media/{world.image.file.key}/large.jpg")
    for response in (picture, document, large):
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        seen(response)
    assert (picture.headers["Content-Type"], document.headers["Content-Type"]) == ("image/avif", "application/pdf")
    assert document.headers["Content-Disposition"].startswith("attachment; filename")
    assert large.headers["Content-Disposition"].startswith("attachment; filename")
    assert picture.headers["Content-Disposition"].startswith("inline")


def test_a_document_keeps_its_human_name_in_any_script(scene, client):
    world = scene.world()
    world.document.file_name = "Договор о сотрудничестве 2025.pdf"
    world.document.save()
    scene.past(world)
    shown = {"key": world.document.file.key, "file_name": world.document.file_name, "language": "ru"}
    response = client.get(f"/media/{world.document.file.key}/old-name.pdf", follow=True)
    assert response.redirect_chain == [(media.address_of_file({**shown, "language": "en"}), 301)]
    assert "dogovor-o-sotrudnichestve-2025.pdf" in response.redirect_chain[0][0]
    assert "filename*=utf-8''%D0%94%D0%BE" in response.headers["Content-Disposition"]
    seen(response)


def test_a_replaced_picture_leaves_the_live_edition_its_old_file(scene, client):
    world = scene.world()
    edition = scene.past(world)
    old = addresses(world)
    world.image.file = make_image(scene.editor).file
    world.image.save()
    new = f"/media/{world.image.file.key}/w640.jpg"
    assert status(client, old[0]) == 200
    assert status(client, new) == 404
    assert stored(edition).media["pictures"][0]["key"] in old[0]


# --- Holes: each is dug, and must be seen


def early(self, at):
    return EditionQuerySet.been_live(self, at + timedelta(minutes=1))


def withdrawn_too(self, at):
    return EditionQuerySet.been_live(self, at)


def drafts_too(self, at):
    return self


def hole_early(patch):
    patch.setattr(EditionQuerySet, "readable", early)


def hole_withdrawn(patch):
    patch.setattr(EditionQuerySet, "readable", withdrawn_too)


def hole_drafts(patch):
    patch.setattr(EditionQuerySet, "readable", drafts_too)


def hole_any_account(patch):
    patch.setattr(media, "_may_read", lambda request: not isinstance(request.user, AnonymousUser))


def hole_base(patch):
    """Somebody thought that the small rendition could do no harm."""
    public = media._public

    def base_for_all(key, name, at):
        file = StoredFile.objects.filter(key=key).first() if name == "base.jpg" else None
        return media._rendition(file.pk, renditions.BASE, "") if file and file.is_picture else public(key, name, at)

    patch.setattr(media, "_public", base_for_all)


def hole_conditional(patch):
    """Somebody answered If-None-Match before the gate."""
    public = media._public

    def hurried(request, key, name):
        asked = request.headers.get("If-None-Match", "").strip('"')
        if asked and Rendition.objects.filter(file__key=key, spec=name, sha256__startswith=asked).exists():
            return HttpResponseNotModified()
        return view(request, key, name)

    view = media.media
    patch.setattr(media, "_public", public)
    _serve_with(patch, hurried)


def hole_redirect(patch):
    """Somebody led old names to the new one before asking who may know it."""
    view = media.media

    def helpful(request, key, name):
        from django.http import HttpResponsePermanentRedirect

        file = StoredFile.objects.filter(key=key).first()
        if file is not None and not file.is_picture and name.startswith("by-another"):
            return HttpResponsePermanentRedirect(f"/media/{key}/name.pdf")
        return view(request, key, name)

    _serve_with(patch, helpful)


def hole_kept_by_proxies(patch):
    patch.setattr(media, "PRIVATE", media.PUBLIC)


def hole_telling_404(patch):
    """The answer to what is secret is another than to what is unknown."""
    unknown = media._unknown

    def telling(request):
        response = unknown(request)
        if StoredFile.objects.filter(key=request.resolver_match.kwargs["key"]).exists():
            response.headers["X-Reason"] = "embargo"
        return response

    patch.setattr(media, "_unknown", telling)


def _serve_with(patch, view):
    from django.urls import get_resolver

    for pattern in get_resolver().url_patterns:
        if getattr(pattern, "name", "") == "media":
            patch.setattr(pattern, "callback", view)


HOLES = {
    hole_early: scheduled,
    hole_withdrawn: taken_down,
    hole_drafts: draft,
    hole_any_account: waiting,
    hole_base: nothing,
    hole_conditional: draft,
    hole_redirect: draft,
    hole_kept_by_proxies: draft,
    hole_telling_404: waiting,
}


@pytest.mark.parametrize(("dig", "make"), HOLES.items(), ids=lambda part: part.__name__)
def test_the_walk_through_the_world_sees_holes(dig, make, scene, people, monkeypatch):
    with pytest.MonkeyPatch.context() as patch:
        dig(patch)
        assert any(leaks(scene, make, people, monkeypatch))


def test_a_hole_is_seen_whoever_carries_the_files(carrier, scene, people, monkeypatch):
    with pytest.MonkeyPatch.context() as patch:
        hole_drafts(patch)
        assert any(leaks(scene, draft, {"anonymous": people["anonymous"]}, monkeypatch))


def test_the_queryset_of_files_says_the_same_as_the_gate(scene, client, monkeypatch):
    for make in (draft, live, superseded, taken_down, under_notice):
        world = make(scene)
        readable = StoredFile.objects.readable(clock.now())
        assert readable.filter(pk=world.image.file_id).exists() is world.is_public(clock.now()), make.__name__
    assert Edition.objects.count()
