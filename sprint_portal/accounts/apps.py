from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "sprint_portal.accounts"
    label = "accounts"
