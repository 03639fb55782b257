"""The outbox: every message is a row before it is a mail."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from sprint_portal.ids import PublicId


class State(models.TextChoices):
    QUEUED = "queued", _("Waiting to be sent")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    # The worker died between handing the mail over and noting it: a person decides.
    UNKNOWN = "unknown", _("Unknown, check")


class MessageQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list twin of `mail.see_outbox`: the mail office is programme staff's.

        But for what an app closes to one of them (a conflict of interest).
        """
        if not (user.is_authenticated and user.is_staff):
            return self.none()
        return self.exclude(import_string(settings.MAIL_CLOSED_TO)(user))

    def in_state(self, state: str):
        """Those in `state`; all for an empty or unknown one."""
        return self.filter(state=state) if state in State.values else self

    def to_address(self, part: str):
        """Those whose address holds `part`."""
        return self.filter(to__icontains=part) if part else self


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
    # A secret opens an account: nobody but its reader sees it, and it goes once it is sent or
    # has lost its power.
    secret_until = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    next_try_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="mail_state_known"),
            models.CheckConstraint(
                condition=~Q(state=State.SENT) | Q(sent_at__isnull=False), name="mail_sent_is_dated"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="mail_by_state"),
            models.Index(fields=["id"], condition=Q(state=State.QUEUED), name="mail_waiting"),
        ]

    def __str__(self):
        return f"{self.kind} to {self.to}"

    def get_absolute_url(self):
        return reverse("mail:message", args=[self.uid])

    @property
    def is_secret(self) -> bool:
        return self.secret_until is not None
