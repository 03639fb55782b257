"""What our pages are measured against: a page that does nothing but what every page must.

Same middleware, signed in, five queries by primary key or index, a template of a hundred lines
(see `template.py`); beside it a view that answers with nothing at all.
"""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from cohorts.models import Application, City, Offering
from sprint_portal import urls
from sprint_portal.access import public
from sprint_portal.accounts.models import User


def page(request, slug, uid, name="reference"):
    """Five indexed queries and a hundred lines."""
    offering = Offering.objects.select_related("sprint").get(slug=slug)
    city = City.objects.get(uid=uid)
    context = {
        "offering": offering,
        "city": city,
        "user": User.objects.get(pk=request.user.pk),
        "places": list(
            Application.objects.filter(offering=offering, state="confirmed").select_related("city")
        ),
        "place": Application.objects.filter(offering=offering, city=city).first(),
    }
    return render(request, f"bench/{name}.html", context)


@public
def empty(request):
    return HttpResponse()


urlpatterns = [
    *urls.urlpatterns,
    path("bench/page/<slug:slug>/<uuid:uid>/", page),
    path("bench/page/<slug:slug>/<uuid:uid>/<slug:name>/", page),
    path("bench/empty/", empty),
]
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500
