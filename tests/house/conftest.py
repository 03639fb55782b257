"""A house full of people: the demo, loaded once for all tests of the structure."""

import pytest
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from sprint_portal.demo import people
from tests.house.world import World


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The demo's rows and people, taken away again after the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        for loader in settings.CONTENT_LOADERS:
            import_string(loader)()
        people.load()
        for loader in settings.DEMO_LOADERS:
            import_string(loader)()
        yield World()
        transaction.set_rollback(True)
