from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "sprint_portal.mail"
    label = "mail"
