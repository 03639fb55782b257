"""Staff word the mails of an offering."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cohorts import texts, wording
from cohorts.comparing import word_diff
from cohorts.forms import posted
from cohorts.models import Offering
from cohorts.setup_forms import MailTextForm
from sprint_portal import limits
from sprint_portal.access import allow
from sprint_portal.refusals import Refusal

CONFLICT, UNFIT = 409, 422
TESTS, HOUR = 10, 3600  # test mails to oneself in an hour


@allow("cohorts.prepare_offering", of=Offering, by="slug")
def mails(request, offering):
    """Every mail that can be worded anew, and which are."""
    mine = texts.of(offering)
    rows = [(kind, mine.get(kind.key)) for kind in texts.KINDS.values()]
    return render(request, "cohorts/prepare_mails.html", {"offering": offering, "rows": rows})


@allow("cohorts.prepare_offering", of=Offering, by="slug")
def mail(request, offering, mail):
    """One mail: its words, what changed, how it reads. `do=preview` only shows it."""
    kind = _kind(mail)
    mine, rev = wording.stored(kind, offering)
    subject, body = (mine.subject, mine.body) if mine else wording.shipped(kind, offering)
    form = MailTextForm(
        posted(request), initial={"subject": subject, "body": body}, label_suffix=""
    )
    if not form.is_bound:
        return _page(request, offering, kind, form, rev=rev, shown=(subject, body))
    rev = _number(request.POST.get("rev", ""))
    if not form.is_valid():
        return _page(request, offering, kind, form, rev=rev, status=UNFIT)
    typed = form.cleaned_data
    try:
        texts.check(kind, typed.values())
        if request.POST.get("do") == "preview":
            return _page(request, offering, kind, form, rev=rev, shown=tuple(typed.values()))
        wording.save(offering=offering, kind=kind, rev=rev, by=request.user, **typed)
    except wording.StaleWords as stale:
        return _page(request, offering, kind, form, rev=stale.rev, status=CONFLICT, theirs=stale)
    except Refusal as refusal:
        form.add_error("body", str(refusal))
        return _page(request, offering, kind, form, rev=rev, status=UNFIT)
    messages.success(request, _("Saved. It goes out like this from now on."))
    return redirect("cohorts:prepare_mail", slug=offering.slug, mail=kind.key)


def _page(request, offering, kind, form, *, rev, status=200, shown=None, theirs=None):
    mine, _rev = wording.stored(kind, offering)
    first = wording.shipped(kind, offering)
    typed = form.data.get("body", "").replace("\r\n", "\n") if form.is_bound else ""
    context = {
        "offering": offering,
        "kind": kind,
        "form": form,
        "rev": rev,
        "mine": mine,
        "placeholders": [(name, texts.PLACEHOLDERS[name]) for name in kind.placeholders],
        "preview": wording.preview(kind, offering, *shown, reader=request.user) if shown else None,
        "is_draft": form.is_bound,
        "changes": _changes(first, (mine.subject, mine.body)) if mine else None,
        "theirs": theirs,
        "differs": word_diff(theirs.body, typed) if theirs else None,
    }
    return render(request, "cohorts/prepare_mail.html", context, status=status)


def _changes(before, after):
    """Word by word: subject, text."""
    return [word_diff(old, new) for old, new in zip(before, after, strict=True)]


@require_POST
@allow("cohorts.prepare_offering", of=Offering, by="slug")
def test(request, offering, mail):
    """Send the text in use to oneself."""
    kind = _kind(mail)
    if limits.take("mail-test", str(request.user.pk), TESTS, HOUR):
        wording.send_test(offering=offering, kind=kind, by=request.user)
        words = _("It is on its way to %(address)s, marked as a test.")
        messages.success(request, words % {"address": request.user.email})
    else:
        messages.error(request, _("That is enough tests for now. Try again in a few minutes."))
    return redirect("cohorts:prepare_mail", slug=offering.slug, mail=kind.key)


@require_POST
@allow("cohorts.prepare_offering", of=Offering, by="slug")
def shipped(request, offering, mail):
    """Go back to the text that the portal ships."""
    kind = _kind(mail)
    rev = _number(request.POST.get("rev", ""))
    try:
        wording.reset(offering=offering, kind=kind, rev=rev, by=request.user)
        messages.success(request, _("The shipped text goes out from now on."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("cohorts:prepare_mail", slug=offering.slug, mail=kind.key)


def _kind(key) -> texts.Kind:
    if key not in texts.KINDS:
        raise Http404
    return texts.KINDS[key]


def _number(text: str) -> int:
    return int(text[:9]) if text.isascii() and text.isdigit() else -1
