"""The outbox: every message is a row before it is a mail."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sprint_portal.ids import PublicId


class State(models.TextChoices):
    QUEUED = "queued", _("Waiting to be sent")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    # The worker died between handing the mail over and noting it: a person decides.
    UNKNOWN = "unknown", _("Unknown, check")


class Message(PublicId):
    """One mail to one address, rendered when it was decided upon."""

    kind = models.CharField(max_length=80)  # the template: cohorts/application_received
    key = models.CharField(max_length=200, unique=True)  # what makes it the same message
    to = models.EmailField(max_length=254)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    subject = models.CharField(max_length=250)
    body = models.TextField()
    attachments = models.JSONField(default=list, blank=True)  # [{name, type, text}]
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    next_try_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="mail_state_known")
        ]
        indexes = [models.Index(fields=["state", "id"], name="mail_by_state")]

    def __str__(self):
        return f"{self.kind} to {self.to}"
