"""The making of one file: the row is the truth, the queue only a hint."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sprint_portal.ids import PublicId


class State(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Being made")
    DONE = "done", _("Ready")
    FAILED = "failed", _("Failed")


class Render(PublicId):
    """One edition as one file."""

    edition = models.ForeignKey("toolkit.Edition", on_delete=models.CASCADE, related_name="renders")
    state = models.CharField(max_length=7, choices=State, default=State.QUEUED)
    step = models.CharField(max_length=12, blank=True)  # content, layout, checks, storage
    # What the file holds, to the last letter (see `making.print_digest`): same digest, same file.
    digest = models.CharField(max_length=64, blank=True, db_index=True)
    is_draft = models.BooleanField(default=False)  # the file says so on its cover
    attempts = models.PositiveSmallIntegerField(default=0)
    holder = models.CharField(max_length=64, blank=True)  # the task that has the lease
    leased_until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)  # why it failed, for people
    file = models.FileField(upload_to="renders", max_length=200, blank=True)
    pages = models.PositiveSmallIntegerField(null=True, blank=True)
    size = models.PositiveIntegerField(null=True, blank=True)  # bytes
    queued_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(auto_now_add=True)  # to the queue, the last time
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="render_state_known"),
            models.CheckConstraint(
                condition=~Q(state="done") | (~Q(file="") & Q(pages__isnull=False)),
                name="done_render_has_file",
            ),
            models.UniqueConstraint(
                fields=["edition"],
                condition=Q(state__in=["queued", "running"]),
                name="one_render_under_way_per_edition",
            ),
        ]

    def __str__(self):
        return f"{self.edition} ({self.state})"

    @property
    def is_under_way(self) -> bool:
        return self.state in (State.QUEUED, State.RUNNING)
