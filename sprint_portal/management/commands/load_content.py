"""`manage.py load_content`: every app's reference content, new versions beside the old."""

from django.conf import settings
from django.core.management import BaseCommand
from django.db import transaction
from django.utils.module_loading import import_string


class Command(BaseCommand):
    help = "Load the toolkit, the plan template and the sprint's facts. Safe to run again."

    @transaction.atomic
    def handle(self, **options):
        for loader in settings.CONTENT_LOADERS:
            import_string(loader)()
