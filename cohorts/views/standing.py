"""What a city does once it has been told: confirm its place, or withdraw."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cohorts import intake, part, selection
from cohorts.forms import ReasonForm, posted
from cohorts.models import Application, City
from sprint_portal.access import allow, signed_in
from sprint_portal.refusals import Refusal


@signed_in
def mine(request):
    """The reader's own application, the latest that stands; the sprints for who has none."""
    latest = part.of(request.user).latest
    return redirect("cohorts:application", uid=latest) if latest else redirect("cohorts:offerings")


@signed_in
def our_team(request):
    """The team of the city whose application `mine` shows."""
    latest = part.of(request.user).latest
    city = City.objects.filter(applications__uid=latest).first() if latest else None
    return redirect("cohorts:team", uid=city.uid) if city else redirect("cohorts:offerings")


@require_POST
@allow("cohorts.confirm_application", of=Application)
def confirm(request, application):
    """Take the place. Staff may do it for a city, with a reason."""
    reason = request.POST.get("reason", "")[:1_000].replace("\x00", "")
    try:
        selection.confirm(application=application, by=request.user, reason=reason)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Your place is confirmed. Welcome aboard."))
    return _back(request, application)


@allow("cohorts.withdraw_application", of=Application)
def withdraw(request, application):
    """Asks once more before it happens: it cannot be taken back."""
    form = ReasonForm(posted(request), required=_acts_for_a_city(request, application))
    if request.method == "POST" and form.is_valid():
        try:
            intake.withdraw(application=application, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The application is withdrawn."))
        return _back(request, application)
    context = {"application": application, "form": form, "back": _page_of(request, application)}
    status = 422 if form.is_bound else 200
    return render(request, "cohorts/withdraw.html", context, status=status)


def _acts_for_a_city(request, application) -> bool:
    return not application.city.team.filter(user=request.user).exists()


def _back(request, application):
    return redirect(_page_of(request, application))


def _page_of(request, application) -> str:
    """The address of the application as this person may read it."""
    if _acts_for_a_city(request, application):
        return reverse("cohorts:assess", kwargs={"uid": application.uid})
    return application.get_absolute_url()
