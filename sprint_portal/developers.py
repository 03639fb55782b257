"""Pages for the people who build the portal."""

from django.shortcuts import render

from sprint_portal.access import public


@public
def components(request):
    return render(request, "developers/components.html")
