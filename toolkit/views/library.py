"""The library: open to everyone."""

from django.shortcuts import get_object_or_404, render

from sprint_portal.access import public
from toolkit import forms, library
from toolkit.models import Resource


@public
def listing(request):
    """All resources, or those that answer a search; best practices on top."""
    form = forms.LibraryForm(request.GET or None)
    wish = form.wish if form.is_bound else library.Wish()
    return render(
        request,
        "toolkit/library.html",
        {
            "form": form,
            "wish": wish,
            "resources": library.search(wish, user=request.user),
            "best_practices": library.best_practices(wish, user=request.user),
        },
    )


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


def _names(choices, codes):
    """(code, name) of the codes that apply, in the order of the choices."""
    return [(code, name) for code, name in choices if code in codes]
