"""Messages to reviewers. In a blind round they name references only."""

from django.db.models import Max

from cohorts import reading
from cohorts.models import Review, ReviewRound
from cohorts.models.application import Application
from sprint_portal.accounts.models import User
from sprint_portal.mail import outbox


def reviews_assigned(
    reviewer: User, applications: list[Application], settings: ReviewRound
) -> None:
    """One message for all that somebody is newly asked to read."""
    newest = Review.objects.filter(reviewer=reviewer).aggregate(pk=Max("pk"))["pk"]
    outbox.post(
        "cohorts/reviews_assigned",
        to=reviewer.email,
        key=f"reviews:{reviewer.pk}:{newest}",
        user=reviewer,
        offering=settings.offering,
        titles=[reading.title(one, settings) for one in applications],
        due_at=settings.due_at,
    )


def review_reopened(review: Review, settings: ReviewRound, *, reason: str, event) -> None:
    """Somebody gets a review back. event: the audit row of it."""
    said = reading.read(review.application, settings).said(reason)
    outbox.post(
        "cohorts/review_reopened",
        to=review.reviewer.email,
        key=f"reopened:{review.pk}:{event}",
        user=review.reviewer,
        review=review,
        title=reading.title(review.application, settings),
        reason=said,
    )
