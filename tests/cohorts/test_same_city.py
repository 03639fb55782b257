"""A city typed by hand is found among those that are known, however it is spelt."""

import pytest
from django.urls import reverse

from cohorts import intake, same_city
from cohorts.models import Application, City
from tests.cohorts.intake_factories import draft
from tests.factories import CityFactory, OfferingFactory, UserFactory

pytestmark = pytest.mark.django_db

SAN_JOSE = {"geonameid": 5392171, "name": "San Jose", "region": "California", "country": "US"}
ZONE = "America/Los_Angeles"


def by_hand(name, region="", country="US", **more):
    return intake.city_by_hand(name=name, region=region, country=country, zone=ZONE, **more)


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("San Jose", "California"),
        ("san   JOSÉ", "california"),
        ("San Jose", "CA"),
        ("City of San José, CA", ""),
        ("The City of San Jose", "State of California"),
    ],
)
def test_city_of_the_table_is_found_however_it_is_spelt(name, region):
    city = CityFactory(**SAN_JOSE)

    assert by_hand(name, region) == city
    assert by_hand(name, region, chosen=same_city.NONE) == city
    assert City.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "region", "country", "label"),
    [
        ("Ayuntamiento de Zaragoza", "Aragón", "ES", "Zaragoza"),
        ("Ville de Lyon", "Auvergne-Rhône-Alpes", "FR", "Lyon"),
        ("Prefeitura de Recife", "Pernambuco", "BR", "Recife"),
    ],
)
def test_titles_of_administrations_are_left_out(name, region, country, label):
    assert by_hand(name, region, country).name == label


def test_city_typed_before_is_found_by_its_folded_name():
    first = by_hand("Port Áldér", "Maine")

    assert by_hand("town of port alder", "ME") == first


def test_another_region_is_offered_and_may_be_none_of_these():
    with pytest.raises(intake.LikeOthers) as refused:
        by_hand("San Jose", "Ohio")

    assert refused.value.may_be_new
    assert "San Jose, California, United States" in [one.label for one in refused.value.found]
    assert by_hand("San Jose", "Ohio", chosen=same_city.NONE).geonameid is None


def test_two_that_are_the_same_leave_no_room_for_a_third():
    for geonameid in (1, 2):
        CityFactory(geonameid=geonameid, name="Twin", region="Ohio", country="US")

    with pytest.raises(intake.LikeOthers) as refused:
        by_hand("Twin", "Ohio", chosen=same_city.NONE)

    assert not refused.value.may_be_new
    assert by_hand("Twin", "Ohio", chosen=refused.value.found[1].value).geonameid == 2


def test_page_asks_first_and_goes_on_with_the_city_that_was_meant(client):
    application, _owner = draft(city=CityFactory(**SAN_JOSE), offering=OfferingFactory())
    client.force_login(UserFactory())
    there = reverse("cohorts:by_hand", kwargs={"slug": application.offering.slug})
    typed = {"name": "San Jose", "region": "", "country": "US", "zone": ZONE}

    page = client.post(there, typed)
    assert page.status_code == 422
    assert "Is it one of these?" in page.content.decode()
    meant = next(one.value for one in page.context["like"].found if one.place.id == 5392171)
    answer = client.post(there, {**typed, "same": meant})

    assert answer.url == reverse("cohorts:ask_access", kwargs={"uid": application.city.uid})
    assert (City.objects.count(), Application.objects.count()) == (1, 1)
