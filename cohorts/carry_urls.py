"""Addresses of places, later offerings and the walk through the stage checks; part of `urls.py`."""

from django.urls import path

from cohorts.views import batch, carrying, places

SPRINT = "staff/sprints/<slug:slug>/"
ONE = "staff/applications/<uuid:uid>/"

urlpatterns = [
    path("later-offerings/<uuid:uid>/", carrying.carry, name="carry"),
    path(f"{SPRINT}path/", carrying.on_path, name="on_path"),
    path(f"{SPRINT}places/", places.places, name="places"),
    path(f"{SPRINT}eligibility/", batch.eligibility, name="eligibility"),
    path(f"{ONE}remind/", places.remind, name="remind"),
    path(f"{ONE}confirm-by/", places.extend, name="extend_confirmation"),
    path(f"{ONE}offer-on/", places.offer_on, name="offer_on"),
    path(f"{ONE}offer/", places.offer, name="offer_place"),
]
