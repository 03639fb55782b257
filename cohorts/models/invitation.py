"""A city that got no place is asked to a later offering, where it begins with what it wrote."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from cohorts.models.application import Application
from cohorts.models.review import conflict
from sprint_portal.ids import PublicId


class InvitationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list twin of `cohorts.view_invitation`: the city's team, and staff without a
        conflict."""
        if not user.is_authenticated:
            return self.none()
        own = Q(application__city__team__user=user)
        if user.is_staff:
            own |= ~conflict(user, "application__city")
        return self.filter(own).distinct()

    def standing(self):
        """Those that wait for the city, or for an offering."""
        return self.filter(draft=None)


class Invitation(PublicId):
    """From one application to a later offering; without one until it is scheduled."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="invitations_on"
    )
    offering = models.ForeignKey(
        "cohorts.Offering", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    invited_at = models.DateTimeField(auto_now_add=True)
    # What the city begins with there, once one of its writers has clicked.
    draft = models.ForeignKey(
        Application, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "offering"], name="one_invitation_per_city_and_offering"
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(offering__isnull=True),
                name="one_invitation_that_waits_for_an_offering",
            ),
            models.CheckConstraint(
                condition=Q(draft__isnull=True) | ~Q(draft=F("application")),
                name="invitation_leads_elsewhere",
            ),
        ]

    def __str__(self):
        return f"{self.application} invited to {self.offering or 'a later offering'}"

    def get_absolute_url(self):
        return reverse("cohorts:carry", kwargs={"uid": self.uid})

    @property
    def city_id(self) -> int:
        return self.application.city_id
