"""Candidate sets of cities, and the one that the deciders settled on."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from sprint_portal.ids import PublicId


class ScenarioQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list twin of `cohorts.see_composition`: staff and deciders."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_staff or user.is_decider else self.none()


class Scenario(PublicId):
    """One way to fill the seats of an offering."""

    offering = models.ForeignKey(
        "cohorts.Offering", on_delete=models.CASCADE, related_name="scenarios"
    )
    name = models.CharField(max_length=80)
    note = models.TextField(blank=True)
    applications = models.ManyToManyField("cohorts.Application", related_name="scenarios")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    chosen_at = models.DateTimeField(null=True, blank=True)
    rationale = models.TextField(blank=True)  # why this one: printed in the decision pack

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["offering", "name"], name="one_scenario_per_name"),
            models.UniqueConstraint(
                fields=["offering"],
                condition=Q(chosen_at__isnull=False),
                name="one_chosen_scenario_per_offering",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_chosen(self) -> bool:
        return self.chosen_at is not None
