from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "sprint_portal.demo"
    label = "demo"
