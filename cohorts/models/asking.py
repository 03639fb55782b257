"""What people ask for and are given: a place in a team, and more time."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cohorts.models.application import Application
from cohorts.models.city import City, TeamMember
from sprint_portal.ids import PublicId


class AccessRequest(PublicId):
    """A person asks to be let into a city's team; an owner answers."""

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="access_requests")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="access_requests"
    )
    note = models.TextField(blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    granted = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "user"],
                condition=Q(answered_at__isnull=True),
                name="one_open_request_per_person_and_city",
            )
        ]

    def __str__(self):
        return f"{self.user} asks for {self.city}"


class TeamInvitation(PublicId):
    """A colleague is invited by mail, and takes the place once signed in with that address."""

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=6, choices=TeamMember.Role)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    invited_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "email"],
                condition=Q(taken_at__isnull=True, cancelled_at__isnull=True),
                name="one_open_invitation_per_address_and_city",
            ),
            models.CheckConstraint(
                condition=Q(role__in=["owner", "editor", "viewer"]), name="invited_role_known"
            ),
        ]

    def __str__(self):
        return f"{self.email} invited to {self.city}"

    @property
    def is_open(self) -> bool:
        """Whether it can still be taken."""
        return not self.taken_at and not self.cancelled_at and timezone.now() < self.expires_at


class ExtensionRequest(PublicId):
    """A city asks for more time to hand in; staff answer."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="extension_requests"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField()
    asked_at = models.DateTimeField(auto_now_add=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    granted_until = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(answered_at__isnull=True),
                name="one_open_extension_request_per_application",
            )
        ]

    def __str__(self):
        return f"{self.application} asks for more time"
