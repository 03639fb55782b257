"""What a page costs, against the reference page and against nothing."""

from django.conf import settings
from django.template.engine import Engine
from django.template.loaders import locmem
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cohorts import eoi
from cohorts.models import Application, City, Offering
from engagement_plans.models import Plan
from sprint_portal.demo import people
from tests.bench import template
from tests.bench.measuring import Row, medians

ROUNDS = 40


def rows() -> list[Row]:
    _reference_page()
    alder = City.objects.get(name="Port Alder")
    lucia, amara = _browser("lucia"), _browser("amara")
    draft = Application.objects.get(city__team__user=people.person("amara"))
    plan = Plan.objects.get(application__city=alder)
    step = reverse("cohorts:step", args=[draft.uid, eoi.STEPS[0].key])
    taken = medians(
        {
            "reference": _look(lucia, f"/bench/page/demo-running/{alder.uid}/"),
            "plain": _look(lucia, f"/bench/page/demo-running/{alder.uid}/plain/"),
            "empty": _look(lucia, "/bench/empty/"),
            "page_home": _look(lucia, reverse("home")),
            "page_offering": _look(lucia, reverse("cohorts:offering", args=["demo-running"])),
            "page_eoi_step": _look(amara, step),
            "page_plan_section": _look(
                lucia, reverse("engagement_plans:section", args=[plan.uid, "goals"])
            ),
            "page_toolkit": _look(lucia, reverse("toolkit:library")),
        },
        ROUNDS,
    )
    base, plain, nothing = taken.pop("reference"), taken.pop("plain"), taken.pop("empty")
    found = [
        Row("reference", base, "ms CPU", "empty view", base / nothing),
        Row("reference_plain", plain, "ms CPU", "empty view", plain / nothing),
    ]
    for name, value in taken.items():
        found.append(Row(name, value, "ms CPU", "reference page", value / base))
        found.append(Row(f"{name}_to_plain", value, "ms CPU", "reference_plain", value / plain))
    return found


def growth() -> list[Row]:
    """The pipeline of one offering with ten thousand applications."""
    staff = people.person("sam")
    few, many = _offering("few", 10, staff), _offering("many", 10_000, staff)
    browser = _browser("sam")
    taken = medians(
        {
            "few": _look(browser, reverse("cohorts:pipeline", args=[few.slug])),
            "many": _look(browser, reverse("cohorts:pipeline", args=[many.slug])),
        },
        5,
    )
    ratio = taken["many"] / taken["few"]
    return [Row("growth_pipeline_10000", taken["many"], "ms CPU", "10 applications", ratio)]


def _reference_page():
    """Put the reference templates beside ours, cached like them."""
    cached = Engine.get_default().template_loaders[0]
    cached.loaders.append(locmem.Loader(cached.engine, template.TEXTS))


def _browser(key) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(people.person(key))
    return client


def _look(client, address):
    def look():
        answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")

    return look


def _offering(slug, size, by) -> Offering:
    offering = Offering.objects.get(slug="demo-open")
    offering.pk, offering.slug = None, f"bench-{slug}"
    offering.save(force_insert=True)
    cities = City.objects.bulk_create(
        City(name=f"{slug} {n}", country="CO", zone=settings.TIME_ZONE) for n in range(size)
    )
    Application.objects.bulk_create(
        Application(
            offering=offering,
            city=city,
            reference=f"{slug}-{place}",
            state="submitted",
            submitted_at=timezone.now(),
            started_by=by,
        )
        for place, city in enumerate(cities)
    )
    return offering
