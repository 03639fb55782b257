"""A city's engagement plan, its answers, and every text they ever had."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from sprint_portal.ids import PublicId


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    CHANGES = "changes", _("Changes requested")
    APPROVED = "approved", _("Approved")


class PlanQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list twin of `engagement_plans.view_plan`: the city, its facilitators, staff."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        seen = Q(application__city__team__user=user)
        if user.is_facilitator:
            seen |= Q(application__offering__facilitators=user)
        return self.filter(seen).distinct()


class Plan(PublicId):
    """The City AI Engagement Plan of one confirmed city."""

    application = models.OneToOneField(
        "cohorts.Application", on_delete=models.PROTECT, related_name="plan"
    )
    template = models.ForeignKey("engagement_plans.PlanTemplate", on_delete=models.PROTECT)
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    rev = models.PositiveIntegerField(default=0)  # counted up by every saved answer
    handed_in_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(  # who agreed that public answers may be published
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="plan_state_known")
        ]

    def __str__(self):
        return f"Plan of {self.application.city}"

    def get_absolute_url(self):
        return reverse("engagement_plans:plan", kwargs={"uid": self.uid})


class Answer(models.Model):
    """The present answer to one prompt, or one row of a table prompt."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="answers")
    key = models.CharField(max_length=60)  # the prompt's permanent key
    row = models.CharField(max_length=36, blank=True)  # a UUID for a table's row, else ""
    position = models.PositiveIntegerField(default=0)
    value = models.JSONField()
    rev = models.PositiveIntegerField(default=1)
    internal = models.BooleanField(default=False)  # left out of what is published
    removed = models.BooleanField(default=False)  # a table row taken away; its text is kept

    class Meta:
        ordering = ["key", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "key", "row"], name="one_answer_per_prompt_row")
        ]

    def __str__(self):
        return f"{self.key} {self.row}".strip()


class AnswerRevision(models.Model):
    """A text an answer had, or would have had: the loser of a conflict has no `rev`."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="revisions")
    rev = models.PositiveIntegerField(null=True)
    base_rev = models.PositiveIntegerField()
    value = models.JSONField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)
    save_id = models.UUIDField(unique=True)  # a repeated save is the same save

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.answer} at {self.rev}"


class Snapshot(models.Model):
    """The whole plan as it stood, questions included, so that it can be read years later."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="snapshots")
    number = models.PositiveIntegerField()
    reason = models.CharField(max_length=20)  # handed_in, approved
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
