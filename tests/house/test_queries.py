"""A longer list asks the database no more often."""

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.module_loading import import_string

from tests.house.growth import LISTS

pytestmark = pytest.mark.django_db
MOST = 9  # queries of a page, session and user among them


def asked(client, address) -> int:
    """How many queries one look at the page takes."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200
    return len([query for query in queries if "SAVEPOINT" not in query["sql"]])


@pytest.mark.parametrize("page", LISTS, ids=lambda page: page.__name__.lower())
def test_longer_list_asks_no_more(client, settings, page):
    settings.SECOND_FACTOR_REQUIRED = False
    for loader in django_settings.CONTENT_LOADERS:
        import_string(loader)()
    here = page()
    if here.reader:
        client.force_login(here.reader)
    counts, made = {}, 0
    for rows in (1, 10, 100):
        for number in range(made, rows):
            here.grow(number)
        made = rows
        client.get(here.address)  # what is kept in memory is there from now on
        counts[rows] = asked(client, here.address)

    assert counts[10] <= counts[1] + 1, counts  # one more where an empty list asks for nothing
    assert counts[100] == counts[10], counts
    assert counts[100] <= MOST, counts
