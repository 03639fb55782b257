"""A city's engagement plan, as it stands and as it was handed in."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cohorts.models import Application, Offering, TeamMember
from cohorts.models.application import State as ApplicationState
from sprint_portal.ids import PublicId


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    CHANGES = "changes", _("Changes requested")
    APPROVED = "approved", _("Approved")


# What no page of a plan reads: the template's document is read once by each process (see
# `PlanTemplate.guide`), and of its application a plan asks only whose it is and whether it holds.
WHOSE = ("id", "uid", "reference", "city", "offering", "state")
UNREAD = (
    "template__document",
    *(
        f"application__{field.name}"
        for field in Application._meta.concrete_fields
        if field.name not in WHOSE
    ),
)


class PlanQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list twin of `engagement_plans.view_plan`: the city, its facilitators, staff."""
        if not user.is_authenticated:
            return self.none()
        seen = self.select_related("template", "application__city").defer(*UNREAD)
        if user.is_staff:
            return seen
        mine = Q(application__city__in=TeamMember.objects.filter(user=user).values("city"))
        if user.is_facilitator:
            run = Offering.facilitators.through.objects.filter(user=user).values("offering")
            mine |= Q(application__offering__in=run)
        return seen.filter(mine)

    def left_by_team_of(self, user):
        """Those of the user's cities that withdrew, the newest first; they stay to be read."""
        withdrawn = Application.objects.of_team(user).filter(state=ApplicationState.WITHDRAWN)
        return self.filter(application__in=withdrawn).order_by("-pk")

    def with_sprint(self):
        """With the offering and the sprint that they are part of."""
        return self.select_related("application__offering__sprint")


class Plan(PublicId):
    """The City AI Engagement Plan of one confirmed city."""

    application = models.OneToOneField(
        "cohorts.Application", on_delete=models.PROTECT, related_name="plan"
    )
    template = models.ForeignKey("engagement_plans.PlanTemplate", on_delete=models.PROTECT)
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    rev = models.PositiveIntegerField(default=0)  # counted up by every change of an answer
    kept_internal = models.JSONField(default=list, blank=True)  # prompts the city never publishes
    handed_in_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(  # who agreed that public answers may be published
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    agreed_at = models.DateTimeField(null=True, blank=True)
    # What the approval covers; what was written since is not approved.
    approved_snapshot = models.ForeignKey(
        "engagement_plans.Snapshot",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="plan_state_known"),
            models.CheckConstraint(
                condition=Q(agreed_by=None, agreed_at=None)
                | Q(agreed_by__isnull=False, agreed_at__isnull=False),
                name="agreement_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.APPROVED) | Q(approved_snapshot__isnull=False),
                name="approved_covers_a_snapshot",
            ),
        ]

    def __str__(self):
        return f"Plan of {self.application.city}"

    def get_absolute_url(self):
        return reverse("engagement_plans:plan", kwargs={"uid": self.uid})

    @property
    def city(self):
        return self.application.city

    @property
    def guide(self):
        """The questions this plan was begun with."""
        return self.template.guide

    def is_public(self, prompt) -> bool:
        """Whether the answer to a prompt may leave the plan for a best practice."""
        return prompt.publish_default and prompt.key not in self.kept_internal


class Snapshot(models.Model):
    """The whole plan as it stood, questions included, so that it can be read years later.

    content: {"document": the template's, "values": as `sheet.values`, "kept_internal": [keys]}.
    plan_rev: the plan's `rev` at that moment, so that later edits are known.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="snapshots")
    number = models.PositiveIntegerField()
    reason = models.CharField(max_length=20)  # handed_in
    plan_rev = models.PositiveIntegerField()
    content = models.JSONField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="one_snapshot_per_number")
        ]

    def __str__(self):
        return f"{self.plan} snapshot {self.number}"


class Review(PublicId):
    """What a facilitator said about a plan as it was handed in."""

    class Verdict(models.TextChoices):
        APPROVE = "approve", _("Approved")
        REQUEST_CHANGES = "request_changes", _("Changes requested")

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="reviews")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="reviews")
    verdict = models.CharField(max_length=15, choices=Verdict)
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["snapshot"], name="one_verdict_per_snapshot"),
            models.CheckConstraint(
                condition=Q(verdict__in=["approve", "request_changes"]), name="verdict_known"
            ),
        ]

    def __str__(self):
        return f"{self.get_verdict_display()}: {self.snapshot}"
