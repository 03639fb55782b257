"""The demo's review round: two applications, two reviewers, all through the verbs people use."""

from datetime import timedelta

from django.utils import timezone

from cohorts import composing, reviewing, rounds
from cohorts.models import Application, Offering, Review
from sprint_portal.demo import people

PAGE = "demo"  # what the page that saved names itself


def load(offering: Offering, words: dict) -> None:
    """Open the round, share out the eligible applications, write what reviewers wrote so far.

    words: {"reviews": [entry], "set": {"name", "note"}}, in `data/demo.json`.
    """
    sam, noor = people.person("sam"), people.person("noor")
    due = timezone.now() + timedelta(weeks=2)
    rounds.set_round(offering=offering, by=sam, is_open=True, per_application=2, due_at=due)
    sharing = rounds.propose(offering, sam, seed=1)
    rounds.assign_all(offering=offering, by=sam, seed=1, seen=sharing.fingerprint)
    for entry in words["reviews"]:
        _write(offering, entry)
    rows = Application.objects.filter(offering=offering, reviews__isnull=False).distinct()
    composing.save(offering=offering, applications=list(rows), by=noor, **words["set"])


def _write(offering, entry):
    """One reviewer's words: kept as a draft, and handed in if the entry says so."""
    reviewer = people.person(entry["by"])
    review = Review.objects.get(
        reviewer=reviewer,
        application__offering=offering,
        application__city__name=entry["city"],
    )
    draft = reviewing.Draft(entry["scores"], entry["comments"], entry["note"], entry["advice"])
    saved = reviewing.save(review=review, draft=draft, rev=review.rev, page=PAGE, by=reviewer)
    if entry["is_handed_in"]:
        reviewing.submit(review=saved, by=reviewer)
