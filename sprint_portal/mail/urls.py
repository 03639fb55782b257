from django.urls import path

from sprint_portal.mail import views

app_name = "mail"
urlpatterns = [
    path("staff/mail/", views.outbox, name="outbox"),
    path("staff/mail/<uuid:uid>/", views.message, name="message"),
    path("staff/mail/<uuid:uid>/settle/", views.settle, name="settle"),
    path("demo/mail/", views.demo_mailbox, name="demo_mailbox"),
]
