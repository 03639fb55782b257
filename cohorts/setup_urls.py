"""Addresses of setting offerings up; part of `urls.py`."""

from django.urls import path

from cohorts.views import preparing, wording

SPRINT = "staff/sprints/<slug:slug>/"

urlpatterns = [
    path("staff/sprints/", preparing.offerings, name="prepare"),
    path(f"{SPRINT}set-up/", preparing.offering, name="prepare_offering"),
    path(f"{SPRINT}set-up/copy/", preparing.copy, name="prepare_copy"),
    path(f"{SPRINT}set-up/steps/<slug:step>/", preparing.act, name="prepare_act"),
    path(f"{SPRINT}set-up/<slug:section>/", preparing.section, name="prepare_section"),
    path(f"{SPRINT}mail/", wording.mails, name="prepare_mails"),
    path(f"{SPRINT}mail/<slug:mail>/", wording.mail, name="prepare_mail"),
    path(f"{SPRINT}mail/<slug:mail>/test/", wording.test, name="prepare_mail_test"),
    path(f"{SPRINT}mail/<slug:mail>/shipped/", wording.shipped, name="prepare_mail_shipped"),
]
