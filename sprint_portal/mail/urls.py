from django.urls import path

from sprint_portal.mail import views

app_name = "mail"
urlpatterns = [path("", views.outbox, name="outbox")]
