"""The last ten seconds before a deadline: 200 cities hand in, half of them by a double click.

The servers of docker-compose.yml run on loopback with a database of their own; the people are
threads with a session and a CSRF token each. They crowd towards the end, so that a queue builds
up before the workers and what is sent in time is answered after the deadline. What is counted
comes from the database. The reference page is asked before that by the same people at the same
points in time, double clicks included: the ratio is that of two whole crowds. Only the settings
differ from production's, by the one address of that page (`served.py`).

`python -m tests.bench.rush` runs it alone. It takes half a minute.
"""

import http.client
import json
import math
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import quantiles
from uuid import uuid4

import psycopg2
import redis

from sprint_portal import serving
from tests.bench.measuring import Row, as_table
from tests.house import production

CITIES, WARMERS, SECONDS = 200, 8, 10
SPARE = 0.25  # seconds between the last click and the deadline, for threads that wake late
POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
REDIS = "redis://127.0.0.1:6379"
REDIS_NUMBERS = range(13, 0, -1)  # 0 is the portal's, 14 and 15 the tests'
COUNT = """
    SELECT a.uid::text, a.state <> 'draft' AND a.submitted_at < o.closes_at,
        (SELECT count(*) FROM cohorts_revision r WHERE r.application_id = a.id),
        (SELECT count(*) FROM mail_message m WHERE m.key LIKE 'received:' || a.id || ':%%')
    FROM cohorts_application a JOIN cohorts_offering o ON o.id = a.offering_id
    WHERE o.slug = %s
"""


class CannotRun(Exception):
    """str() says what is missing here."""


@dataclass(frozen=True)
class Click:
    """One request: when, after the beginning, and as whom."""

    after: float  # seconds
    session: str
    method: str
    path: str


@dataclass(frozen=True)
class Answer:
    """What came of a click. status 0: nobody answered. Times since the epoch."""

    click: Click
    began_at: float  # before connecting
    sent_at: float
    answered_at: float
    status: int

    @property
    def milliseconds(self) -> float:
        return (self.answered_at - self.began_at) * 1000

    @property
    def is_fault(self) -> bool:
        return self.status == 0 or self.status >= 500


def rows() -> list[Row]:
    """Four rows. Raises CannotRun without PostgreSQL and Redis on their own ports."""
    with (
        _redis() as cache,
        tempfile.TemporaryDirectory(prefix="sprint-portal-rush-") as folder,
        production.own_database(_postgres()) as database,
    ):
        environment = production.environment(
            Path(folder),
            database=database,
            redis=cache,
            DJANGO_SETTINGS_MODULE="tests.bench.served",
        )
        return _measured(environment, database)


def _measured(environment, database) -> list[Row]:
    migrate = production.begin("migrate", environment)
    production.run("manage.py", "collectstatic", "--no-input", "-v0", environment=environment)
    if migrate.wait(timeout=120):
        raise RuntimeError(production.said("migrate", environment))
    sizes = str(CITIES), str(WARMERS)
    people = json.loads(production.run("-m", "tests.bench.crowd", *sizes, environment=environment))
    with _servers(environment) as port:
        crowd(port, warming(people["warm"]), time.time())
        production.wait_until(lambda: _has_sent(database))
        reference = crowd(port, looking(people["rush"]), time.time() + 0.5)
        begins = time.time() + 0.5
        closes = begins + SECONDS + SPARE
        _close(database, people["rush"]["slug"], closes)
        answers = crowd(port, handing_in(people["rush"]), begins)
    return judged(answers, reference, _count(database, people["rush"]["slug"]), closes)


# --- what is there ---------------------------------------------------------------------
def _postgres() -> str:
    try:
        psycopg2.connect(POSTGRES, connect_timeout=2).close()
    except psycopg2.OperationalError as fault:
        raise CannotRun(f"no PostgreSQL at {POSTGRES}") from fault
    return POSTGRES


@contextmanager
def _redis() -> Iterator[str]:
    """A number of the Redis here that nobody uses, emptied afterwards."""
    try:
        free = next(
            (url for n in REDIS_NUMBERS if not redis.from_url(url := f"{REDIS}/{n}").dbsize()), None
        )
    except redis.RedisError as fault:
        raise CannotRun(f"no Redis at {REDIS}") from fault
    if free is None:
        raise CannotRun(f"every number of the Redis at {REDIS} is in use")
    try:
        yield free
    finally:
        redis.from_url(free).flushdb()


@contextmanager
def _servers(environment) -> Iterator[int]:
    """Web server, worker and beat as in production; gives the port."""
    port = int(environment["PORT"])
    children: dict[str, subprocess.Popen] = {}
    try:
        for name in ("web", "worker", "beat"):
            children[name] = production.begin(name, environment)
        production.wait_until(lambda: serving.is_ready(port))
        yield port
    finally:
        production.end(children.values())


def _close(database, slug, at):
    with psycopg2.connect(database) as link, link.cursor() as cursor:
        asked = "UPDATE cohorts_offering SET closes_at = to_timestamp(%s) WHERE slug = %s"
        cursor.execute(asked, (at, slug))


def _has_sent(database) -> bool:
    """Whether the worker has come up and done all that there was."""
    with psycopg2.connect(database) as link, link.cursor() as cursor:
        cursor.execute("SELECT count(*) = 0 FROM mail_message WHERE state <> 'sent'")
        return cursor.fetchone()[0]


def _count(database, slug) -> dict[str, tuple[bool, int, int]]:
    """{application: (handed in and in time, revisions, receipts)}."""
    with psycopg2.connect(database) as link, link.cursor() as cursor:
        cursor.execute(COUNT, (slug,))
        return {uid: (is_in, revisions, mails) for uid, is_in, revisions, mails in cursor}


# --- the crowd -------------------------------------------------------------------------
def handing_in(people) -> list[Click]:
    return _clicks(people, "POST", lambda one: f"/applications/{one['application']}/submit/")


def looking(people) -> list[Click]:
    return _clicks(people, "GET", lambda one: f"/bench/page/{people['slug']}/{one['city']}/")


def warming(people) -> list[Click]:
    """Every worker has read its code and templates before anything is measured."""
    at_once = handing_in(people) + looking(people) * 3
    return [replace(click, after=0) for click in at_once]


def _clicks(people, method, path) -> list[Click]:
    """More and more of them towards the end; every other person clicks twice at once."""
    cities = people["cities"]
    return [
        Click(SECONDS * math.sqrt(n / len(cities)), one["session"], method, path(one))
        for n, one in enumerate(cities)
        for _click in range(1 + n % 2)
    ]


def crowd(port: int, clicks: list[Click], begins: float) -> list[Answer]:
    """Every click by a thread of its own, at its time; all answers."""
    answers: list[Answer] = []

    def act(click):
        time.sleep(max(0, begins + click.after - time.time()))
        answers.append(_ask(port, click))

    threads = [threading.Thread(target=act, args=(click,)) for click in clicks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _ask(port, click) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=40)
    token = uuid4().hex
    headers = {
        "Host": "localhost",
        "Origin": "https://localhost",
        "X-Forwarded-Proto": "https",
        "Cookie": f"__Host-session={click.session}; __Host-csrf={token}",
        "X-CSRFToken": token,
    }
    began = sent = time.time()
    status = 0
    try:
        connection.request(click.method, click.path, headers=headers)
        sent = time.time()
        status = _read(connection)
    except (OSError, http.client.HTTPException):
        pass  # the status says it
    finally:
        connection.close()
    return Answer(click, began, sent, time.time(), status)


def _read(connection) -> int:
    answer = connection.getresponse()
    answer.read()
    return answer.status


# --- what came of it -------------------------------------------------------------------
def judged(answers, reference, counted, closes) -> list[Row]:
    """The rows; only cities whose click had left by the deadline count as lost."""
    p95, base = (
        quantiles([one.milliseconds for one in some], n=20)[-1] for some in (answers, reference)
    )
    in_time = {one.click.path.split("/")[2] for one in answers if one.sent_at < closes}
    lost = [uid for uid in in_time if not (counted[uid][0] and counted[uid][1] and counted[uid][2])]
    double = [uid for uid, (_in, revisions, mails) in counted.items() if max(revisions, mails) > 1]
    clicked = [one.click.path for one in answers]
    twice = sum(clicked.count(path) > 1 for path in set(clicked))
    faults = [one for one in answers if one.is_fault]
    after = sum(one.answered_at > closes for one in answers)
    if broken := [one for one in reference if one.status != 200]:
        raise RuntimeError(f"the reference page answered {broken[0].status}")
    beside = f"reference page, same crowd: {base:.0f} ms"
    asked = f"{len(answers)}, {after} after the deadline"
    return [
        Row("rush_deadline_p95", p95, "ms", beside, p95 / base),
        _share("rush_lost", lost, "cities", len(in_time), "sent in time"),
        _share("rush_double", double, "cities", twice, "clicked twice"),
        Row("rush_faults", len(faults), "answers", asked, len(faults) / len(answers)),
    ]


def _share(name, some, unit, of, words) -> Row:
    return Row(name, len(some), unit, f"{of} {words}", len(some) / of)


if __name__ == "__main__":
    print(as_table(rows()))
