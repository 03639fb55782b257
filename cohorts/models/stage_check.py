"""The four stages of AI use, and what staff found about each."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """The stages named by the programme's notice; a city is in at least one of them."""

    STAFFING = "staffing", _("Designating internal staff to focus on AI deployments")
    GOVERNANCE = "governance", _("Creating or revising internal AI governance frameworks")
    DESIGNING = "designing", _("Developing or designing specific AI use cases")
    DEPLOYING = "deploying", _("Deploying, or preparing to deploy, AI for specific use cases")


class StageFinding(models.Model):
    """What staff found about one stage of one application, and on what evidence."""

    class Finding(models.TextChoices):
        OPEN = "", _("Not looked at")
        MET = "met", _("Met")
        UNCLEAR = "unclear", _("Unclear")
        NOT_YET = "not_yet", _("Not yet")

    application = models.ForeignKey(
        "cohorts.Application", on_delete=models.CASCADE, related_name="findings"
    )
    stage = models.CharField(max_length=10, choices=Stage)
    finding = models.CharField(max_length=7, choices=Finding, blank=True, default="")
    evidence = models.TextField(blank=True)
    next_step = models.TextField(blank=True)  # for the city, when the finding is not yet
    revision = models.PositiveIntegerField(null=True, blank=True)  # the one it was made on
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "stage"], name="one_finding_per_stage"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="finding_stage_known"),
        ]

    def __str__(self):
        return f"{self.get_stage_display()}: {self.get_finding_display()}"
