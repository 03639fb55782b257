"""A city's plan as a publishable resource, and its numbered, frozen editions."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from sprint_portal.ids import PublicId


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class BestPracticeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Published ones are for everyone; staff also see the drafts."""
        if user.is_authenticated and user.is_staff:
            return self
        return self.filter(state=State.PUBLISHED)


class BestPractice(PublicId):
    """What one city can show the others. Where its content came from is an opaque name."""

    slug = models.SlugField(max_length=120, unique=True)
    city_name = models.CharField(max_length=160)
    country = models.CharField(max_length=2)
    title = models.CharField(max_length=200)
    language = models.CharField(max_length=10, default="en")
    source = models.CharField(max_length=80, unique=True)  # "plan:<uid>"
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = BestPracticeQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="best_practice_state_known"
            )
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("toolkit:best_practice", kwargs={"slug": self.slug})


class Edition(models.Model):
    """The content of a best practice at one point: numbered, never changed."""

    best_practice = models.ForeignKey(
        BestPractice, on_delete=models.CASCADE, related_name="editions"
    )
    number = models.PositiveIntegerField()
    content = models.JSONField()  # see `editorial.py` for its shape
    digest = models.CharField(max_length=64)  # of the content: same digest, same file
    note = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["best_practice", "number"], name="one_edition_per_number"
            )
        ]

    def __str__(self):
        return f"{self.best_practice}, edition {self.number}"
