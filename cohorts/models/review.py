"""Reviews of applications: the round, its rubric, who reads what, and who may not."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cohorts.models.city import TeamMember
from sprint_portal.ids import PublicId

PERSON = settings.AUTH_USER_MODEL


def conflict(user, city: str = "city") -> Q:
    """The condition "`user` may not judge this city": recused from it, or a member of its team.

    city: the path to the city from the rows that are asked about.
    """
    recused = Recusal.objects.filter(reviewer=user).values("city")
    teams = TeamMember.objects.filter(user=user).values("city")
    return Q(**{f"{city}__in": recused}) | Q(**{f"{city}__in": teams})


class Recusal(models.Model):
    """A person will not judge a city, and why. It closes everything about it to them."""

    reviewer = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="recusals")
    city = models.ForeignKey("cohorts.City", on_delete=models.CASCADE, related_name="recusals")
    reason = models.TextField()
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["reviewer", "city"], name="one_recusal_per_person_and_city"
            )
        ]

    def __str__(self):
        return f"{self.reviewer} does not judge {self.city}"


class ReviewRound(models.Model):
    """How the applications of one offering are reviewed."""

    offering = models.OneToOneField(
        "cohorts.Offering", on_delete=models.CASCADE, related_name="review_round"
    )
    is_open = models.BooleanField(_("Reviewers can read and score"), default=False)
    blind = models.BooleanField(_("Reviewers do not see who wrote"), default=False)
    per_application = models.PositiveSmallIntegerField(_("Reviews per application"), default=2)
    due_at = models.DateTimeField(_("Reviews are due"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(per_application__gte=1, per_application__lte=9),
                name="one_to_nine_reviews_per_application",
            )
        ]

    def __str__(self):
        return f"Reviews of {self.offering}"


class Rubric(models.Model):
    """What is scored, in one version: never changed, only followed by the next version."""

    offering = models.ForeignKey(
        "cohorts.Offering", on_delete=models.CASCADE, related_name="rubrics"
    )
    version = models.PositiveSmallIntegerField()
    criteria = models.JSONField()  # as `cohorts.scores.read_criteria` takes them
    by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(
                fields=["offering", "version"], name="one_rubric_per_offering_and_version"
            )
        ]

    def __str__(self):
        return f"Rubric {self.version} of {self.offering}"


class ReviewState(models.TextChoices):
    OPEN = "open", _("To do")
    SUBMITTED = "submitted", _("Handed in")
    WITHDRAWN = "withdrawn", _("Withdrawn")  # by a recusal; kept for the record


class ReviewQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list twin of `cohorts.review_application`: one's own; staff and deciders see all.

        Nobody sees a review of a city that they have a conflict with.
        """
        if not user.is_authenticated:
            return self.none()
        seen = self.filter(~conflict(user, "application__city"))
        return seen if user.is_staff or user.is_decider else seen.under_way(user)

    def under_way(self, user):
        """What `user` is asked to read in the rounds that are open."""
        if not user.is_reviewer:
            return self.none()
        return self.filter(
            reviewer=user,
            state__in=[ReviewState.OPEN, ReviewState.SUBMITTED],
            application__offering__review_round__is_open=True,
            application__erased_at=None,
        ).exclude(application__state__in=["draft", "withdrawn"])

    def counted(self):
        """Those that count: handed in, by people without a conflict, whenever it arose."""
        recused = Recusal.objects.filter(
            reviewer=OuterRef("reviewer"), city=OuterRef("application__city")
        )
        member = TeamMember.objects.filter(
            user=OuterRef("reviewer"), city=OuterRef("application__city")
        )
        return self.filter(~Exists(recused), ~Exists(member), state=ReviewState.SUBMITTED)

    def counted_for(self, user):
        """Those that count, but for applications that `user` still has to review themselves.

        Whoever reads first what others think scores less freely, whatever else they may see.
        """
        return self.counted().exclude(application__in=self.model.objects.owed_by(user))

    def owed_by(self, user):
        """The ids of the applications whose review `user` has not handed in yet."""
        return self.under_way(user).filter(state=ReviewState.OPEN).values("application")


class Review(PublicId):
    """One person's reading of one application. Its draft is kept from the first word on."""

    class Advice(models.TextChoices):
        TAKE = "take", _("Take this city")
        IF_ROOM = "if_room", _("Take it if a seat is left")
        NOT_NOW = "not_now", _("Not this time")

    application = models.ForeignKey(
        "cohorts.Application", on_delete=models.CASCADE, related_name="reviews"
    )
    reviewer = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="reviews")
    rubric = models.ForeignKey(Rubric, on_delete=models.PROTECT, related_name="reviews")
    state = models.CharField(max_length=9, choices=ReviewState, default=ReviewState.OPEN)
    scores = models.JSONField(default=dict, blank=True)  # {criterion key: 1 to 5}
    comments = models.JSONField(default=dict, blank=True)  # {criterion key: text}
    note = models.TextField(blank=True)
    advice = models.CharField(max_length=7, choices=Advice, blank=True)
    total = models.FloatField(null=True, blank=True)  # weighted, 1 to 5, written at hand-in
    # Nobody ever showed its reader who wrote: neither the round, nor a role of their own.
    is_blind = models.BooleanField(default=False)
    rev = models.PositiveIntegerField(default=0)  # counted up by every save
    assigned_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(null=True, blank=True)
    saved_in = models.CharField(max_length=36, blank=True)  # names the page that saved last
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "reviewer"], name="one_review_per_person_and_application"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ReviewState.values), name="review_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="submitted")
                | Q(submitted_at__isnull=False, total__gte=1, total__lte=5),
                name="review_handed_in_has_a_total",
            ),
        ]
        indexes = [models.Index(fields=["reviewer", "state"], name="review_by_reviewer")]

    def __str__(self):
        return f"Review of {self.application.reference} by {self.reviewer}"

    def get_absolute_url(self):
        return reverse("cohorts:review", kwargs={"uid": self.uid})

    @property
    def city_id(self) -> int:
        return self.application.city_id

    @property
    def is_begun(self) -> bool:
        """Whether the reviewer has written or scored anything."""
        return bool(self.scores or self.note or any(self.comments.values()) or self.advice)


class DiscussionNote(models.Model):
    """A word between those who judge one application. The city never sees it."""

    application = models.ForeignKey(
        "cohorts.Application", on_delete=models.CASCADE, related_name="discussion"
    )
    author = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    body = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.author} on {self.application.reference}"
