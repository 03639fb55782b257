"""The demo's people: one for every kind of person, all made up, all with one password.

Other apps' demos ask for them by key: `people.person("lucia")`.
"""

from dataclasses import dataclass, field

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from sprint_portal.accounts.models import User

PASSWORD = "harbour-lantern-42"  # noqa: S105  shown on the terminal; demo only


@dataclass(frozen=True)
class Person:
    """key: how demos name the person. what: the kind of person, for the list of sign-ins."""

    key: str
    name: str
    what: str
    zone: str
    roles: dict = field(default_factory=dict)

    @property
    def email(self) -> str:
        return f"{self.key}@example.org"


PEOPLE = [
    Person("lucia", "Lucía Ferrer", "City team, owner", "America/Bogota"),
    Person("tomas", "Tomás Rey", "City team, editor", "America/Bogota"),
    Person("ines", "Inés Pardo", "City team, viewer", "America/Bogota"),
    Person("amara", "Amara Okoye", "City applicant", "America/Chicago"),
    Person("dana", "Dana Whitfield", "Facilitator", "America/New_York", {"is_facilitator": True}),
    Person("sam", "Sam Achterberg", "Programme staff", "America/New_York", {"is_staff": True}),
    Person("rui", "Rui Tavares", "Reviewer", "Europe/Lisbon", {"is_reviewer": True}),
    Person(
        "noor",
        "Noor Haddad",
        "Programme staff who decides and reviews",
        "America/New_York",
        {"is_staff": True, "is_decider": True, "is_reviewer": True},
    ),
]


def load():
    """Make the people, each with a confirmed address, so that they sign in at once."""
    password = make_password(PASSWORD)
    for person in PEOPLE:
        user = User.objects.create(
            email=person.email,
            password=password,
            name=f"{person.name} (demo)",
            time_zone=person.zone,
            **person.roles,
        )
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)


def person(key: str) -> User:
    """The demo's person named by `key`."""
    return User.objects.get(email=f"{key}@example.org")
