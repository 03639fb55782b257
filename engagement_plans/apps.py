from django.apps import AppConfig


class EngagementPlansConfig(AppConfig):
    name = "engagement_plans"
