"""The answers of a plan, and every text they ever had."""

from django.conf import settings
from django.db import models

from engagement_plans.models.plan import Plan


class AnswerQuerySet(models.QuerySet):
    def with_authors(self):
        """With the names of those who saved them, and nothing else of these people."""
        own = (field.name for field in self.model._meta.concrete_fields)
        return self.select_related("saved_by").only(*own, "saved_by__name", "saved_by__email")


class Answer(models.Model):
    """The present answer to one prompt, or one row of a table prompt."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="answers")
    key = models.CharField(max_length=60)  # the prompt's permanent key
    row = models.CharField(max_length=36, blank=True)  # a UUID for a table's row, else ""
    position = models.PositiveIntegerField(default=0)
    value = models.JSONField()  # see `answers` for the shapes
    rev = models.PositiveIntegerField(default=1)
    removed = models.BooleanField(default=False)  # a table row taken away; its text is kept
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = AnswerQuerySet.as_manager()

    class Meta:
        ordering = ["key", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "key", "row"], name="one_answer_per_prompt_row")
        ]

    def __str__(self):
        return f"{self.key} {self.row}".strip()


class AnswerRevision(models.Model):
    """A text an answer had, or would have had: the loser of a conflict has no `rev`.

    sent: what was sent, where it was joined with somebody else's change into `value`.
    """

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="revisions")
    rev = models.PositiveIntegerField(null=True)
    base_rev = models.PositiveIntegerField()
    value = models.JSONField()
    sent = models.JSONField(null=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)
    save_id = models.UUIDField(unique=True)  # a repeated save is the same save

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["answer", "rev"], name="one_text_per_answer_and_rev")
        ]

    def __str__(self):
        return f"{self.answer} at {self.rev}"
