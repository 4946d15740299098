"""The photos of a need: its author adds a few until a moderator has published it; whoever may see the need sees them."""

from __future__ import annotations

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from participation import clock
from participation.consultations.lifecycle import takes_priorities
from participation.consultations.queries import consultation_by_slug
from participation.councils.scope import council_blueprint
from participation.priorities import queries, service
from participation.priorities.editing import changeable
from participation.priorities.forms import NoPhotoForm, PhotoForm
from participation.priorities.models import Priority
from participation.priorities.pictures import LARGEST_FILE, PictureRefused, made_anew
from participation.priorities.refusals import NoLongerYours, NotTaken, PriorityNotFound
from participation.transactions import transaction
from participation.web.access import Permission, here, may, public, resident

blueprint = council_blueprint("photos", __name__, "/consultations/<slug>/priorities/<public_id>")


def _need(slug: str, public_id: str, *, lock: bool = False) -> Priority:
    return queries.priority_by_public_id(consultation_by_slug(g.council.id, slug).id, public_id, lock=lock)


def _own(slug: str, public_id: str, *, lock: bool = False) -> Priority:
    """Raises PriorityNotFound for somebody else's, NoLongerYours once it is published, NotTaken after the close."""
    need = _need(slug, public_id, lock=lock)
    if need.author_id != current_user.account_id:
        raise PriorityNotFound()
    if need.id not in changeable([need]):
        raise NoLongerYours()
    if not takes_priorities(need.consultation, clock.now()):
        raise NotTaken()
    return need


@blueprint.get("/photos/<int:place>.jpg")
@public
def picture(slug: str, public_id: str, place: int) -> Response:
    """Raises PriorityNotFound where there is none, or the visitor may not see it yet."""
    need = _need(slug, public_id)
    own = here() and current_user.is_resident and need.author_id == current_user.account_id
    found = next((one for one in need.pictures if one.place == place), None)
    if found is None or not (need.state == "published" or own or may(Permission.MODERATE)):
        raise PriorityNotFound()
    # What is taken down must be gone at once, so nobody keeps a copy unasked.
    return Response(found.jpeg, mimetype="image/jpeg", headers={"Cache-Control": "no-cache"})


@blueprint.route("/photos", methods=["GET", "POST"])
@resident
def photos(slug: str, public_id: str) -> ResponseReturnValue:
    need, form = _own(slug, public_id), PhotoForm()
    if request.method == "GET":
        form.version.data = need.version
        return _page(need, form)
    if not form.validate():
        return _page(need, form), 422
    try:
        made = made_anew(form.photo.data.read(LARGEST_FILE + 1))
        with transaction():
            service.add_picture(
                priority=_own(slug, public_id, lock=True), picture=made, alt=form.alt.data or "",
                version=form.version.data,
            )  # fmt: skip
    except PictureRefused as refusal:
        form.photo.errors = [refusal.message]
        return _page(_own(slug, public_id), form), refusal.status
    flash("We have your photo. A moderator looks at it.", "done")
    return redirect(url_for(".photos", slug=slug, public_id=public_id), code=303)


@blueprint.post("/photos/<int:place>/remove")
@resident
def remove(slug: str, public_id: str, place: int) -> ResponseReturnValue:
    form = NoPhotoForm()
    with transaction():
        service.remove_picture(priority=_own(slug, public_id, lock=True), place=place, version=form.version.data)
    flash("We deleted the photo.", "done")
    return redirect(url_for(".photos", slug=slug, public_id=public_id), code=303)


def _page(need: Priority, form: PhotoForm) -> str:
    return render_template("priorities/photos.html", form=form, need=need, most=service.MOST_PICTURES)
