from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "sprint_portal.accounts"
    label = "accounts"

    def ready(self):
        import_module("sprint_portal.accounts.recording")
