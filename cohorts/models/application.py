"""A city's expression of interest in one offering, from the first word to the confirmed place."""

from django.conf import settings
from django.db import models
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cohorts.models.city import TeamMember
from cohorts.models.review import Recusal, Review, conflict
from sprint_portal import arrival
from sprint_portal.ids import PublicId


class State(models.TextChoices):
    """What staff decided. The city sees `announced_state`, in words of its own."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    ELIGIBLE = "eligible", _("Eligible")
    NOT_YET = "not_yet", _("Not yet eligible")
    SELECTED = "selected", _("Selected")
    WAITLISTED = "waitlisted", _("Waitlisted")
    DECLINED = "declined", _("Not selected")
    CONFIRMED = "confirmed", _("Confirmed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# What a city reads beside each announced state. Submitted and eligible read alike, so that
# finding a city eligible sends no message and gives nothing away.
PUBLIC_LABELS = {
    State.DRAFT: _("Draft"),
    State.SUBMITTED: _("Under review"),
    State.ELIGIBLE: _("Under review"),
    State.NOT_YET: _("Not yet eligible"),
    State.SELECTED: _("Selected"),
    State.WAITLISTED: _("On the waitlist"),
    State.DECLINED: _("Not selected"),
    State.CONFIRMED: _("Place confirmed"),
    State.WITHDRAWN: _("Withdrawn"),
}
DECIDED = (State.NOT_YET, State.SELECTED, State.WAITLISTED, State.DECLINED)


class ApplicationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list twin of `cohorts.view_application`."""
        if not user.is_authenticated:
            return self.none()
        own = Q(city__in=TeamMember.objects.filter(user=user).values("city"))
        if user.is_facilitator:
            run = user.facilitated_offerings.values("pk")
            own |= Q(state=State.CONFIRMED, offering__in=run)
        if user.is_staff or user.is_decider:
            # A conflict of interest closes what a role opens, never what the city itself sees.
            judged = ~Q(city__in=Recusal.objects.filter(reviewer=user).values("city"))
            return self.filter(own | (judged if user.is_staff else judged & ~Q(state=State.DRAFT)))
        if user.is_reviewer:
            own |= Q(pk__in=Review.objects.visible_to(user).values("application"))
        return self.filter(own)

    def judged_by(self, user):
        """Those that `user` sees and may judge: none of a city that they have a part in."""
        return self.visible_to(user).filter(~conflict(user))

    def with_team(self):
        """With offering, sprint, city and the city's people: what every page of one asks for."""
        joined = self.select_related("offering__sprint", "city")
        team = TeamMember.objects.select_related("user")
        return joined.prefetch_related(Prefetch("city__team", team))

    def whole(self):
        """With all that was handed in, found and asked for as well."""
        handed_in = Prefetch("revisions", Revision.objects.select_related("author"))
        asked = ("letters", "extension_requests__asked_by")
        return self.with_team().prefetch_related(handed_in, "findings__by", *asked)

    def of_team(self, user):
        """Those of the cities in whose team `user` is."""
        return self.filter(city__team__user=user).distinct()

    def live(self):
        """All but those withdrawn."""
        return self.exclude(state=State.WITHDRAWN)

    def confirmed(self):
        """The cohort: the cities that took their place."""
        return self.filter(state=State.CONFIRMED)


class Application(PublicId):
    """One city's expression of interest in one offering."""

    offering = models.ForeignKey(
        "cohorts.Offering", on_delete=models.PROTECT, related_name="applications"
    )
    city = models.ForeignKey("cohorts.City", on_delete=models.PROTECT, related_name="applications")
    reference = models.CharField(max_length=24, unique=True)  # BCT-2026-7K3Q
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    announced_state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    answers = models.JSONField(default=dict, blank=True)  # the working draft: {field key: value}
    rev = models.PositiveIntegerField(default=0)  # of `answers`, counted up by every save
    step_revs = models.JSONField(default=dict, blank=True)  # {step key: `rev` at its last save}
    form_version = models.PositiveSmallIntegerField(default=1)
    revision = models.PositiveIntegerField(default=0)  # number of the last one handed in
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    extended_until = models.DateTimeField(null=True, blank=True)
    waitlist_rank = models.PositiveSmallIntegerField(null=True, blank=True)
    confirm_by = models.DateTimeField(null=True, blank=True)
    note_to_city = models.TextField(blank=True)  # goes with the released decision
    told_at = models.DateTimeField(null=True, blank=True)  # the decision, or its day to confirm
    # The note and the stages as they went out, [{stage, finding, next_step}]: what staff write
    # or look at again afterwards stays theirs until it is released too.
    told_note = models.TextField(blank=True)
    told_path = models.JSONField(default=list, blank=True)
    carried_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL)
    letter = models.CharField(max_length=1, blank=True)  # the city's letter on the cohort's map
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    erased_at = models.DateTimeField(null=True, blank=True)  # its words, by `cohorts.retention`

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["offering", "city"],
                condition=~Q(state="withdrawn"),
                name="one_live_application_per_city",
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="application_state_known"
            ),
            models.CheckConstraint(
                condition=Q(announced_state__in=State.values),
                name="application_announced_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(submitted_at__isnull=False),
                name="past_draft_is_dated",
            ),
        ]
        indexes = [
            models.Index(
                fields=["offering", "state", "-submitted_at"], name="application_by_state"
            ),
            models.Index(fields=["offering", "-submitted_at"], name="application_by_hand_in"),
            # All that the pipeline's counts ask, so that they read the index alone.
            models.Index(
                fields=[
                    "offering",
                    "state",
                    "announced_state",
                    "city",
                    "confirm_by",
                    "submitted_at",
                ],
                name="application_counts",
            ),
        ]

    def __str__(self):
        return f"{self.reference} {self.city}"

    def get_absolute_url(self):
        return reverse("cohorts:application", kwargs={"uid": self.uid})

    @property
    def public_label(self):
        """Where it stands, as far as the city has been told."""
        return PUBLIC_LABELS[State(self.announced_state)]

    @property
    def note_told(self) -> str:
        """The note as the city has it. Rows decided before it was kept show the one they have."""
        if self.told_at or self.state != self.announced_state:
            return self.told_note
        return self.note_to_city if self.announced_state in (*DECIDED, State.CONFIRMED) else ""

    @property
    def closes_at(self):
        """The instant from which it is no longer taken: the offering's, or the city's own later."""
        if self.extended_until:
            return max(self.extended_until, self.offering.closes_at)
        return self.offering.closes_at

    @property
    def is_window_open(self) -> bool:
        """Whether it is taken, by the server's clock: what arrived in time is in time."""
        return self.offering.opens_at <= arrival.moment() < self.closes_at

    @property
    def is_with_the_city(self) -> bool:
        """Whether the city may still hand in: no decision has been announced."""
        return self.announced_state in (State.DRAFT, State.SUBMITTED, State.ELIGIBLE)

    @property
    def has_news(self) -> bool:
        """Whether a decision waits for its release."""
        return self.state in DECIDED and self.state != self.announced_state


class Revision(models.Model):
    """The answers as handed in: frozen, numbered, with their author."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    answers = models.JSONField()
    form_version = models.PositiveSmallIntegerField(default=1)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=arrival.moment, editable=False)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "number"], name="one_revision_per_number"
            )
        ]

    def __str__(self):
        return f"{self.application} revision {self.number}"
