"""`manage.py load_demo`: made-up people, cities and plans, into an empty portal only."""

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import transaction
from django.utils.module_loading import import_string

from sprint_portal.accounts.models import User
from sprint_portal.demo import people


class Command(BaseCommand):
    help = "Fill an empty portal with made-up people, cities and plans. Needs DEMO=1."

    @transaction.atomic
    def handle(self, **options):
        if not settings.DEMO:
            raise CommandError("The demo is loaded with DEMO=1 only.")
        if User.objects.exists():
            return  # there are people here: whatever they made is kept
        people.load()
        for loader in settings.DEMO_LOADERS:
            import_string(loader)()
