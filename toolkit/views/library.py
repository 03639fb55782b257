"""The library: open to everyone."""

from hashlib import sha256

from django.shortcuts import get_object_or_404, render

from sprint_portal.access import public
from toolkit import forms, library
from toolkit.models import Resource

A_DAY = 86_400  # seconds


@public
def listing(request):
    """All resources, or those that answer a search; best practices on top."""
    form = forms.LibraryForm(request.GET or None)
    wish = form.wish if form.is_bound else library.Wish()
    resources = library.search(wish, user=request.user)
    best_practices = library.best_practices(wish, user=request.user)
    context = {
        "form": form,
        "wish": wish,
        "resources": resources,
        "best_practices": best_practices,
        # The whole list is drawn once for everyone; what a reader types is never a cache key.
        "lasting": 0 if form.is_bound else A_DAY,
        "resources_print": _print(f"{row.pk} {row.updated_at}" for row in resources),
        "covers_print": _print(row.edition.digest for row in best_practices),
    }
    return render(request, "toolkit/library.html", context)


@public
def resource(request, slug):
    """One resource: what it is for, how it goes, what to watch, who did it."""
    row = get_object_or_404(Resource.objects.visible_to(request.user), slug=slug)
    names = {
        "levels": _names(forms.LEVELS, row.content["iap2_levels"]),
        "stages": _names(forms.STAGES, row.content["ai_stages"]),
        "sections": _names(forms.SECTIONS, row.content["plan_sections"]),
    }
    kin = library.kin(row, user=request.user)
    return render(request, "toolkit/resource.html", {"resource": row, "kin": kin, **names})


def _print(parts) -> str:
    """Names a list by what is in it: another content, another print."""
    return sha256("\n".join(parts).encode()).hexdigest()[:16]


def _names(choices, codes):
    """(code, name) of the codes that apply, in the order of the choices."""
    return [(code, name) for code, name in choices if code in codes]
