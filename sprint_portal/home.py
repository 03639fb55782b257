"""The front page: what is next, and by when, for whoever asks."""

from django.shortcuts import render

from sprint_portal.access import public


@public
def home(request):
    """Each app adds its own card through a template tag; see `templates/home.html`."""
    return render(request, "home.html")
