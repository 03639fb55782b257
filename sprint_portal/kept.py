"""What a person typed is kept when their form cannot be taken: signed out, or an old form.

Signed out while writing: the fields wait in the browser's session, the person signs in, and
`/kept/` shows them with a button that sends them to where they were going. Works without
JavaScript. Passwords and other secrets are never kept, files cannot be.
"""

import re
import uuid
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sprint_portal.access import signed_in

IN_SESSION = "kept_forms"
FIELD = "_kept"  # in a form sent again: which kept form it is
MOST_TEXT = 1_000_000  # characters of one form; a long plan section has a tenth of it
MOST_FORMS = 4
SECRET = re.compile(r"passw|passcode|secret|token|credential|^(code|otp)$", re.IGNORECASE)
ABOUT = "_about"  # in a form whose one field is called `value`: the question it answers
NAMELESS = {"value", "text", "body", "content"}  # what says nothing to people
# Read out to the person: something with a blank in it, or a word that is no number and no id.
WORDS = re.compile(r"\s|^(?![0-9a-fA-F-]{32,36}$)[^\W\d_][^\s]*$")


@dataclass(frozen=True)
class KeptForm:
    """One form's fields as they were sent: path, [(name, value)], names of the files lost."""

    path: str
    fields: list
    files: list
    id: str = ""

    @property
    def texts(self) -> list[tuple[str, str]]:
        """What the person wrote, under the field's name in plain words."""
        said = [(name, text) for name, text in self.fields if name != ABOUT and WORDS.search(text)]
        return [(self._asked(name), text) for name, text in said]

    def _asked(self, name) -> str:
        """What was asked for, in the form's own words when it has sent them along."""
        if name.rpartition("-")[2].lower() not in NAMELESS:
            return _plain(name)
        return dict(self.fields).get(ABOUT) or _("What you wrote")

    def as_data(self) -> dict:
        return {"path": self.path, "fields": self.fields, "files": self.files, "id": self.id}


def _plain(name):
    return re.sub(r"[\W_]+", " ", name).strip().capitalize()


def read(request) -> KeptForm:
    """The form in `request`, without secrets."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if not SECRET.search(name) and name != FIELD and value
    ]
    files = [file.name for _name, some in request.FILES.lists() for file in some]
    return KeptForm(request.get_full_path(), fields, files, uuid.uuid4().hex)


def holds_secret(request) -> bool:
    """Whether a password or the like was typed: such a form is filled in anew."""
    names = set(request.POST) - {"csrfmiddlewaretoken"}
    return any(SECRET.search(name) for name in names)


def is_from_here(request) -> bool:
    """Whether the browser says that one of our own pages sent this."""
    origin = request.headers.get("Origin", "")
    return origin in (f"{request.scheme}://{request.get_host()}", settings.SITE_URL)


def keep(request) -> bool:
    """Keep the form in the session; False if there is nothing to keep or too much."""
    form = read(request)
    if not form.texts or sum(len(text) for _name, text in form.fields) > MOST_TEXT:
        return False
    others = request.session.get(IN_SESSION, [])
    request.session[IN_SESSION] = [*others, form.as_data()][-MOST_FORMS:]
    return True


def forget(session, form_id: str):
    """Drop one kept form."""
    session[IN_SESSION] = [form for form in session[IN_SESSION] if form["id"] != form_id]


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def kept(request):
    """What was typed while signed out, to send on or to throw away."""
    if request.method == "POST" and IN_SESSION in request.session:
        forget(request.session, request.POST.get("throw_away", ""))
    forms = [KeptForm(**data) for data in request.session.get(IN_SESSION, [])]
    if not forms:
        return redirect("home")
    return render(request, "kept.html", {"forms": forms, "field": FIELD})


def forget_what_arrived(get_response):
    """Middleware: a kept form is dropped only once it was sent again and taken."""

    def middleware(request):
        response = get_response(request)
        if request.method == "POST" and response.status_code < 400:
            form_id = request.POST.get(FIELD)
            if form_id and IN_SESSION in request.session:
                forget(request.session, form_id)
        return response

    return middleware


class SignInFirst(LoginRequiredMiddleware):
    """Closes the house as Django's own does, and keeps what a signed-out person sends."""

    def handle_no_permission(self, request, view_func):
        if wants_json(request):
            return JsonResponse({"error": "signed out", "sign_in": self.door(request)}, status=401)
        came_for = request.get_full_path()
        if request.method == "POST":
            came_for = self.keep_or_say(request)
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401, headers={"HX-Redirect": self.door(request, came_for)})
        return redirect_to_login(came_for, reverse(settings.LOGIN_URL))

    def keep_or_say(self, request) -> str:
        """Where to go after signing in."""
        if keep(request):
            words = _("You were signed out while you wrote. Sign in: what you typed is kept.")
            messages.info(request, words)
            return reverse("kept")
        return page_before(request)

    def door(self, request, came_for="") -> str:
        is_fragment = request.headers.get("HX-Request") and came_for != reverse("kept")
        came_for = page_before(request) if is_fragment or not came_for else came_for
        return redirect_to_login(came_for, reverse(settings.LOGIN_URL)).url


def page_before(request) -> str:
    """The page of ours that the request was sent from, else the front page."""
    before = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(before, allowed_hosts={request.get_host()}):
        return reverse("home")
    parts = urlsplit(before)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def wants_json(request) -> bool:
    """Whether a script asks, rather than a person's browser for a page."""
    return request.headers.get("Accept", "").startswith("application/json")
