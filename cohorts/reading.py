"""An application as a reviewer reads it: as handed in, without contacts, and blind if so set."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from cohorts import blind, cities, eoi
from cohorts.models import Application, ReviewRound

# Reviewers judge what a city would do, not whom we write to.
LEFT_OUT = ("contact", "consent")


@dataclass(frozen=True)
class Reading:
    """title: the city, or the reference alone. content: [(step, [(field, answer in words)])]."""

    title: str
    place: str
    size: str
    is_blind: bool
    content: list
    hidden: list[str]

    def said(self, text: str) -> str:
        """Somebody's words about it, as this reader may see them."""
        return blind.blot(text, self.hidden) if self.is_blind else text


def read(application: Application, settings: ReviewRound) -> Reading:
    """What the reviewers of `application` (with its city) see of it."""
    last = application.revisions.filter(number=application.revision).first()
    answers = last.answers if last else {}
    city = application.city
    content = [part for part in eoi.read_out(answers) if part[0].key not in LEFT_OUT]
    if not settings.blind:
        place = ", ".join(one for one in (city.region, cities.country_name(city.country)) if one)
        size = f"{city.population:,}" if city.population else _("not known")
        return Reading(str(city), place, size, False, content, [])
    hidden = blind.secrets(
        city=city.name,
        region=city.region,
        country=cities.country_name(city.country),
        answers=answers,
    )
    shown = [
        (
            step,
            [
                # The words of a fixed choice are ours: they name nobody.
                (field, said if field.choices else blind.blot(said, hidden))
                for field, said in fields
                if field.key not in blind.WHO_FIELDS
            ],
        )
        for step, fields in content
    ]
    return Reading(application.reference, "", blind.band(city.population), True, shown, hidden)


def title(application: Application, settings: ReviewRound) -> str:
    """What a reviewer's lists and mail call it."""
    return application.reference if settings.blind else str(application.city)
