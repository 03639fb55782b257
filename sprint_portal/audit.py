"""Who did what to which row, when and why. Rows are only ever added.

The database itself refuses to change or delete them (a trigger, made by the first migration).
They hold no text that people wrote but the reason of a step, so that erasing a person's words
and keeping the record do not contradict each other.
"""

from django.conf import settings
from django.db import models

from sprint_portal.refusals import Refusal


class AuditEvent(models.Model):
    """One thing that happened."""

    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,  # the portal itself: reminders, purges
        on_delete=models.PROTECT,
        related_name="+",
    )
    verb = models.CharField(max_length=40)
    subject = models.CharField(max_length=60)  # app_label.model
    subject_id = models.BigIntegerField()
    was = models.CharField(max_length=40, blank=True)
    to = models.CharField(max_length=40, blank=True)
    reason = models.TextField(blank=True)
    facts = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [models.Index(fields=["subject", "subject_id", "id"], name="audit_by_subject")]
        ordering = ["id"]

    def __str__(self):
        return f"{self.verb} {self.subject} {self.subject_id}"

    def save(self, **options):
        if self.pk:
            raise Refusal("The record of what happened is not changed.")
        super().save(**options)

    def delete(self, **options):
        raise Refusal("The record of what happened is not deleted.")


def record(by, verb: str, row, *, was: str = "", to: str = "", reason: str = "", **facts):
    """Note that `by` (a user, or None for the portal itself) did `verb` to `row`."""
    return AuditEvent.objects.create(
        by=by if by is not None and by.is_authenticated else None,
        verb=verb,
        subject=row._meta.label_lower,
        subject_id=row.pk,
        was=was,
        to=to,
        reason=reason,
        facts=facts,
    )


def history(row):
    """What happened to `row`, oldest first, with the people who did it."""
    return AuditEvent.objects.filter(
        subject=row._meta.label_lower, subject_id=row.pk
    ).select_related("by")
