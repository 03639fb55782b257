"""A city's plan as a publishable resource, and its numbered, frozen editions."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from sprint_portal.ids import PublicId
from sprint_portal.refusals import MoveRefused


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

    @property
    def latest(self):
        """The newest edition, published or not; None before the first."""
        return self.editions.order_by("-number").first()

    @property
    def current(self):
        """The newest published edition: the one that everyone reads; None before the first."""
        return self.editions.filter(published_at__isnull=False).order_by("-number").first()


class Edition(models.Model):
    """The content of a best practice at one point: numbered, never changed once published."""

    best_practice = models.ForeignKey(
        BestPractice, on_delete=models.CASCADE, related_name="editions"
    )
    number = models.PositiveIntegerField()
    content = models.JSONField()  # see `editorial.py` for its shape
    digest = models.CharField(max_length=64)  # of the content
    # Of the content as it came from the source, before staff edited it: tells whether a later
    # draft from the same source brings anything new.
    drafted_digest = models.CharField(max_length=64)
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

    def save(self, **options):
        if self.pk and Edition.objects.filter(pk=self.pk, published_at__isnull=False).exists():
            raise MoveRefused(_("A published edition is not changed. Make a new one."))
        super().save(**options)

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def is_being_made(self) -> bool:
        """Whether a worker has its file, or will."""
        return self.renders.filter(state__in=["queued", "running"]).exists()
