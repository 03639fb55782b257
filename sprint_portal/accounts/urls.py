from django.urls import path

from sprint_portal.accounts import views

app_name = "accounts"
urlpatterns = [
    path("you/", views.profile, name="profile"),
    path("you/sign-out-everywhere/", views.sign_out_everywhere, name="sign_out_everywhere"),
    path("time-zone/", views.time_zone, name="time_zone"),
]
