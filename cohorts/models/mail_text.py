"""What staff wrote in place of a shipped mail, for one offering."""

from django.conf import settings
from django.db import models


class MailText(models.Model):
    """Subject and text of one kind of mail. Holds `{placeholders}`, never template code."""

    offering = models.ForeignKey(
        "cohorts.Offering", on_delete=models.CASCADE, related_name="mail_texts"
    )
    kind = models.CharField(max_length=30)  # a key of `cohorts.texts.KINDS`
    subject = models.CharField(max_length=200)
    body = models.TextField()
    rev = models.PositiveIntegerField(default=1)  # counted up by every save
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["offering", "kind"], name="one_mail_text_per_offering_and_kind"
            )
        ]

    def __str__(self):
        return f"{self.kind} of {self.offering}"
