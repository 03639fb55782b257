"""What is on offer, for everyone: the list, one offering, and the stage check."""

from django.shortcuts import redirect, render
from django.utils import timezone

from cohorts import eligibility
from cohorts.forms import StageCheckForm, posted
from cohorts.models import Offering
from sprint_portal.access import allow, public

SESSION_KEY = "stage_check"  # {stage: claim}, of this browser


@public
def offerings(request):
    """Open ones first, then those to come, those under way, then the past."""
    now, today = timezone.now(), timezone.localdate()
    rows = list(Offering.objects.visible_to(request.user).select_related("sprint"))
    ahead = [row for row in rows if row.opens_at > now]
    closed = [row for row in rows if row.closes_at <= now]
    return render(
        request,
        "cohorts/offerings.html",
        {
            "open": [row for row in rows if row.is_open],
            "ahead": ahead,
            "chosen": [row for row in closed if row.runs_from > today],
            "running": [row for row in closed if row.runs_from <= today <= row.runs_until],
            "past": [row for row in closed if row.runs_until < today],
        },
    )


@allow("cohorts.view_offering", of=Offering, by="slug", open_to_all=True)
def offering(request, offering):
    """Facts, dates, stages, what a city takes home."""
    return render(
        request,
        "cohorts/offering.html",
        {"offering": offering, "questions": eligibility.QUESTIONS, "now": timezone.now()},
    )


@allow("cohorts.view_offering", of=Offering, by="slug", open_to_all=True)
def stage_check(request, offering):
    """Four questions without an account; the answers wait in the session for the EOI."""
    claims = checked(request)
    form = StageCheckForm(posted(request), initial=claims)
    if form.is_bound and form.is_valid():
        request.session[SESSION_KEY] = form.cleaned_data
        return redirect(f"{request.path}#result")
    result = eligibility.check(claims) if any(claims.values()) and not form.is_bound else None
    context = {"offering": offering, "form": form, "result": result}
    status = 422 if form.errors else 200
    return render(request, "cohorts/stage_check.html", context, status=status)


def checked(request) -> dict[str, str]:
    """What this browser answered in the stage check: {stage: claim}."""
    kept = request.session.get(SESSION_KEY, {})
    return {key: value for key, value in kept.items() if isinstance(value, str)}
