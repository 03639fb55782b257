"""The front page: what is next, and by when, for whoever asks."""

from django.shortcuts import redirect, render
from django.templatetags.static import static

from sprint_portal.access import public


@public
def home(request):
    """Each app adds its own card through a template tag; see `templates/home.html`."""
    return render(request, "home.html")


@public
def favicon(request):
    """Where browsers look that read no page first, such as for a PDF."""
    return redirect(static("img/mark.ico"), permanent=True)
