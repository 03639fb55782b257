"""A person's own settings."""

from django.shortcuts import redirect, render

from sprint_portal.access import public, signed_in


@signed_in
def profile(request):
    return render(request, "accounts/profile.html")


@public
def time_zone(request):
    return redirect("home")
