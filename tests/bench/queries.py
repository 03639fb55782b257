"""How many queries a list takes as it grows tenfold and a hundredfold."""

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.bench.measuring import Row
from tests.house.growth import LISTS

SIZES = (1, 10, 100)


def rows() -> list[Row]:
    found = []
    for page in LISTS:
        with transaction.atomic():
            counts = _counts(page())
            transaction.set_rollback(True)
        name = f"queries_{page.__name__.lower()}"
        most = counts[SIZES[-1]]
        words = "queries with 1 and 10 rows: {}, {}".format(*(counts[size] for size in SIZES[:2]))
        found.append(Row(name, most, "queries", words, most / max(counts[SIZES[1]], 1)))
    return found


def _counts(here) -> dict[int, int]:
    client = Client(SERVER_NAME="localhost")
    if here.reader:
        client.force_login(here.reader)
    counts, made = {}, 0
    for size in SIZES:
        for number in range(made, size):
            here.grow(number)
        made = size
        client.get(here.address)
        with CaptureQueriesContext(connection) as queries:
            client.get(here.address)
        counts[size] = len([query for query in queries if "SAVEPOINT" not in query["sql"]])
    return counts
