"""A sprint and its offerings. What the programme's notice fixes is data here, never a constant."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from sprint_portal.accounts.zones import valid_zone


class Sprint(models.Model):
    """A programme that cities go through together, offered again and again."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=160)
    summary = models.TextField()
    promise = models.TextField(blank=True)  # what a city takes home, one thing a line
    criterion = models.CharField(max_length=20)  # SI1
    criterion_name = models.CharField(max_length=160)
    criterion_aliases = models.JSONField(default=list, blank=True)  # ["CI1"]
    programme = models.CharField(max_length=160)  # What Works Cities
    facilitated_by = models.CharField(max_length=160)

    def __str__(self):
        return self.name


class OfferingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Announced offerings are for everyone; staff also see what is being prepared."""
        seen = self.select_related("sprint")  # whose name stands on every page of an offering
        if user.is_authenticated and user.is_staff:
            return seen
        return seen.filter(announced=True)

    def open_now(self):
        now = timezone.now()
        return self.filter(announced=True, opens_at__lte=now, closes_at__gt=now)


class Offering(models.Model):
    """One run of a sprint: a term, a deadline, a number of seats."""

    sprint = models.ForeignKey(Sprint, on_delete=models.PROTECT, related_name="offerings")
    slug = models.SlugField(unique=True)
    term = models.CharField(max_length=80)  # Autumn 2024
    language = models.CharField(max_length=10, default="en")
    announced = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)
    zone = models.CharField(max_length=64, validators=[valid_zone])
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()  # an instant; shown in the reader's zone and in `zone`
    confirm_by = models.DateTimeField(null=True, blank=True)
    runs_from = models.DateField()
    runs_until = models.DateField()
    pre_course_dates = models.JSONField(default=list, blank=True)  # ["2024-08-05", …]
    capacity = models.PositiveSmallIntegerField(default=6)
    weeks = models.PositiveSmallIntegerField(default=10)
    session_minutes = models.PositiveSmallIntegerField(default=120)
    hours_a_week_from = models.PositiveSmallIntegerField(default=3)
    hours_a_week_to = models.PositiveSmallIntegerField(default=4)
    retain_until = models.DateField(null=True, blank=True)
    reference_prefix = models.CharField(max_length=12)  # BCT-2026
    form_version = models.PositiveSmallIntegerField(default=1)  # of the questions, `eoi.VERSION`
    # The deadline that was announced first, once it has been moved; for people to read.
    first_closes_at = models.DateTimeField(null=True, blank=True)
    section_revs = models.JSONField(default=dict, blank=True)  # {section of the set-up: saves}
    facilitators = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="facilitated_offerings"
    )

    objects = OfferingQuerySet.as_manager()

    class Meta:
        ordering = ["-closes_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")), name="offering_closes_after_it_opens"
            ),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="offering_has_a_seat"),
        ]

    def __str__(self):
        return f"{self.sprint}, {self.term}"

    def get_absolute_url(self):
        return reverse("cohorts:offering", kwargs={"slug": self.slug})

    @property
    def pre_course_days(self) -> list[date]:
        """The days of the calls before the sprint."""
        return [date.fromisoformat(day) for day in self.pre_course_dates]

    @property
    def is_open(self) -> bool:
        return self.announced and self.opens_at <= timezone.now() < self.closes_at

    @property
    def is_yet_to_open(self) -> bool:
        return self.opens_at > timezone.now()
