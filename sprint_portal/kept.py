"""What a person typed is kept when their form cannot be taken: signed out, or an old form.

Signed out while writing: the fields wait in the browser's session, the person signs in, and
`/kept/` shows them with a button that sends them to where they were going. What had no words in
it, a file or a button, is named there as not done. Works without JavaScript. Passwords and other
secrets are never kept, files cannot be. What one account typed is never shown to another: a
cookie says who last sent something from this browser.

A view may say what its form asks (`asks`) and what its button does (`does`), for people to read.
"""

import re
import uuid
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sprint_portal.access import signed_in

IN_SESSION = "kept_forms"
UNDONE = "undone"  # in the session: what was pressed while signed out, without words in it
PERSON = "person"  # the cookie
REMEMBERED = 30 * 24 * 3600  # seconds; longer than any sign-in lasts
FIELD = "_kept"  # in a form sent again: which kept form it is
MOST_TEXT = 1_000_000  # characters of one form; a long plan section has a tenth of it
MOST_FORMS = 4
SECRET = re.compile(r"passw|passcode|secret|token|credential|^(code|otp)$", re.IGNORECASE)
ABOUT = "_about"  # in a form whose one field is called `value`: the question it answers
# Fields that steer a form: nobody typed them.
STEERS = {"then", "do", "rev", "base_rev", "save_id", "opened", "seen", "next"}
NAMELESS = {"value", "text", "body", "content"}  # what says nothing to people
# Read out to the person: something with a blank in it, or a word that is no number and no id.
WORDS = re.compile(r"\s|^(?![0-9a-fA-F-]{32,36}$)[^\W\d_][^\s]*$")


@dataclass(frozen=True)
class KeptForm:
    """One form's fields as they were sent: path, [(name, value)], names of the files lost.

    person: uid of the account that typed, "" when nobody knows.
    """

    path: str
    fields: list
    files: list
    id: str = ""
    person: str = ""

    @property
    def texts(self) -> list[tuple[str, str]]:
        """What the person wrote and chose, in the form's own words where its view tells them."""
        asked = _asked_at(self.path)
        said = []
        for name, text in self.fields:
            label, choices = asked.get(name, ("", {}))
            if name not in STEERS and not name.startswith("_") and (label or WORDS.search(text)):
                said.append((str(label or self._asked(name)), str(choices.get(text, text))))
        return said

    def _asked(self, name) -> str:
        """What was asked for, in the form's own words when it has sent them along."""
        if name.rpartition("-")[2].lower() not in NAMELESS:
            return _plain(name)
        return dict(self.fields).get(ABOUT) or _("What you wrote")

    def as_data(self) -> dict:
        return asdict(self)


def asks(questions):
    """Say what a view's form asks. questions: (the address's parts) -> {name: (label, choices)},
    choices being {value: label}."""
    return _saying("asks", questions)


def does(words):
    """Say what a view's button does, as the button itself says it."""
    return _saying("does", words)


def _saying(name, value):
    def mark(view):
        setattr(view, name, value)
        return view

    return mark


def _view_at(path):
    """(view, parts of the address); (None, {}) when there is none."""
    try:
        found = resolve(urlsplit(path).path)
    except Resolver404:
        return None, {}
    return found.func, found.kwargs


def _asked_at(path) -> dict:
    view, parts = _view_at(path)
    questions = getattr(view, "asks", None)
    return questions(**parts) if questions else {}


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
    return KeptForm(request.get_full_path(), fields, files, uuid.uuid4().hex, who_typed(request))


def who_typed(request) -> str:
    """The uid of the account that last sent something from this browser, "" when nobody did."""
    return request.COOKIES.get(PERSON, "")[:36]


def typed(request) -> list[tuple[str, str]]:
    """What was typed in a form that is refused, to copy it from the page that says so."""
    return [] if request.method != "POST" or holds_secret(request) else read(request).texts


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
    """What was typed while signed out, to send on or to throw away; what was not done."""
    if request.method == "POST" and IN_SESSION in request.session:
        forget(request.session, request.POST.get("throw_away", ""))
    forms = [KeptForm(**data) for data in request.session.get(IN_SESSION, [])]
    forms = [form for form in forms if is_theirs(form.person, request.user)]
    undone = request.session.pop(UNDONE, None)
    if undone and not is_theirs(undone["person"], request.user):
        undone = None
    if not forms and not undone:
        return redirect("home")
    return render(request, "kept.html", {"forms": forms, "undone": undone, "field": FIELD})


def is_theirs(person: str, user) -> bool:
    """Whether the account typed it, as far as anybody knows."""
    return person in ("", str(user.uid))


def forget_what_arrived(get_response):
    """Middleware: a kept form is dropped only once it was sent again and taken.

    It outlives a change of accounts when it is known whose it is; the cookie for that is set here.
    """

    def middleware(request):
        if request.method != "POST":
            return get_response(request)
        before = request.session.get(IN_SESSION, [])
        response = get_response(request)
        form_id = request.POST.get(FIELD) if response.status_code < 400 else None
        if form_id and IN_SESSION in request.session:
            forget(request.session, form_id)
        if IN_SESSION not in request.session and (
            owned := [one for one in before if one["person"]]
        ):
            request.session[IN_SESSION] = owned
        note_person(request, response)
        return response

    return middleware


def note_person(request, response):
    """Remember who sends from this browser, also once the sign-in has run out."""
    if not request.user.is_authenticated or who_typed(request) == str(request.user.uid):
        return
    response.set_cookie(
        PERSON,
        str(request.user.uid),
        max_age=REMEMBERED,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


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
        else:
            request.session[UNDONE] = undone(request)
            words = _("You were signed out, so this was not done. Sign in to see what to do again.")
            messages.info(request, words)
        return reverse("kept")

    def door(self, request, came_for="") -> str:
        is_fragment = request.headers.get("HX-Request") and came_for != reverse("kept")
        came_for = page_before(request) if is_fragment or not came_for else came_for
        return redirect_to_login(came_for, reverse(settings.LOGIN_URL)).url


def undone(request) -> dict:
    """What had no words to keep: what it does, the files in it, where to do it again."""
    view, _parts = _view_at(request.path)
    return {
        "does": str(getattr(view, "does", "")),
        "files": read(request).files,
        "page": page_before(request),
        "person": who_typed(request),
    }


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
