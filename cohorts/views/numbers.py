"""One offering's applications in figures."""

from django.shortcuts import render

from cohorts import numbers as figures
from cohorts import pipeline
from cohorts.models import Offering
from sprint_portal.access import allow


@allow("cohorts.see_numbers", of=Offering, by="slug")
def numbers(request, offering):
    """Pictures with the table behind each, and the counts per state."""
    counts = pipeline.counts(offering, request.user)
    context = {
        "offering": offering,
        "figures": figures.figures(offering, request.user),
        "counts": counts,
        "total": sum(n for state, n in counts.by_state.items() if state not in figures.LEFT_OUT),
    }
    return render(request, "cohorts/numbers.html", context)
