"""Comments beside the text they are about."""

from django.conf import settings
from django.db import models

from sprint_portal.ids import PublicId


class Thread(PublicId):
    """A conversation about one prompt of one plan."""

    plan = models.ForeignKey(
        "engagement_plans.Plan", on_delete=models.CASCADE, related_name="threads"
    )
    key = models.CharField(max_length=60)  # the prompt
    asks_for_change = models.BooleanField(default=False)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.key} of {self.plan}"


class Comment(PublicId):
    """One message of a thread."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    body = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.author} on {self.thread}"
