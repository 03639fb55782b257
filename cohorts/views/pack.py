"""The decision pack as a page and on paper."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone

from cohorts import packing
from cohorts.models import Offering
from sprint_portal import audit
from sprint_portal.access import allow


@allow("cohorts.see_composition", of=Offering, by="slug")
def pack(request, offering):
    """Ranking, spread, evidence, composition and rationale, ready to print and sign."""
    return render(request, "cohorts/pack.html", _context(request, offering))


@allow("cohorts.export_applications", of=Offering, by="slug")
def pack_pdf(request, offering):
    """The same as a file; who took it is on record."""
    html = render_to_string("pdf/decision_pack.html", _context(request, offering))
    try:
        body = packing.pdf(html)
    except packing.NoPdf as refusal:
        messages.error(request, str(refusal))
        return redirect("cohorts:pack", slug=offering.slug)
    audit.record(request.user, "export_applications", offering, kind="pack")
    name = f"decision-pack-{offering.slug}-{timezone.localdate():%Y-%m-%d}.pdf"
    return HttpResponse(
        body,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _context(request, offering) -> dict:
    gathered = packing.gather(offering, request.user)
    cities = [
        {
            "one": one,
            "place": gathered.place_of(one),
            "evidence": gathered.evidence[one.application.pk],
            "opinions": gathered.opinions.get(one.application.pk, []),
            "is_chosen": one in gathered.members,
        }
        for one in gathered.ranked
    ]
    # Whoever stepped aside signs nothing; three lines are left for those who decide.
    return {
        "offering": offering,
        "pack": gathered,
        "cities": cities,
        "reader": request.user,
        "now": timezone.now(),
        "signatures": range(3),
    }
