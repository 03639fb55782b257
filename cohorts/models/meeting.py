"""Everything that takes place at a time: group sessions, calls and TA appointments."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from sprint_portal.accounts.zones import valid_zone
from sprint_portal.ids import PublicId


class MeetingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list twin of `cohorts.view_meeting`: the cohort's own, and each city's own TA."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        in_cohort = Q(
            city__isnull=True,
            status__in=["confirmed", "done", "cancelled"],
            offering__applications__state="confirmed",
            offering__applications__city__team__user=user,
        )
        own_ta = Q(city__team__user=user) & ~Q(status="draft")
        seen = in_cohort | own_ta
        if user.is_facilitator:
            seen |= Q(offering__facilitators=user)
        return self.filter(seen).distinct()


class Meeting(PublicId):
    """One meeting. Its wall-clock time in its own zone is the truth; the instants follow."""

    class Kind(models.TextChoices):
        PRE_COURSE = "pre_course", _("Pre-course call")
        PRE_SPRINT = "pre_sprint", _("Pre-sprint call")
        SESSION = "session", _("Group session")
        POST_SPRINT = "post_sprint", _("Post-sprint call")
        TA = "ta", _("TA appointment")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        CONFIRMED = "confirmed", _("Confirmed")
        CANCELLED = "cancelled", _("Cancelled")
        DONE = "done", _("Done")

    offering = models.ForeignKey(
        "cohorts.Offering", on_delete=models.PROTECT, related_name="meetings"
    )
    kind = models.CharField(max_length=12, choices=Kind)
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    city = models.ForeignKey(
        "cohorts.City", null=True, blank=True, on_delete=models.PROTECT, related_name="appointments"
    )
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    week = models.PositiveSmallIntegerField(null=True, blank=True)  # 1 to the sprint's last
    title = models.CharField(max_length=160)
    section = models.CharField(max_length=40, blank=True)  # plan section that is the assignment
    agenda = models.TextField(blank=True)
    join_link = models.URLField(max_length=500, blank=True)
    zone = models.CharField(max_length=64, validators=[valid_zone])
    local_start = models.DateTimeField()  # wall clock in `zone`, stored as if it were UTC
    minutes = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()  # derived from local_start and zone
    ends_at = models.DateTimeField()
    sequence = models.PositiveIntegerField(default=0)  # iCalendar SEQUENCE

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(kind="ta", city__isnull=False) | (~Q(kind="ta") & Q(city__isnull=True)),
                name="ta_is_with_one_city",
            ),
            models.UniqueConstraint(
                fields=["offering", "week"],
                condition=Q(kind="session") & ~Q(status="cancelled"),
                name="one_session_per_week",
            ),
        ]
        indexes = [models.Index(fields=["offering", "starts_at"], name="meeting_by_start")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("cohorts:session", kwargs={"uid": self.uid})


class BusyCell(models.Model):
    """A quarter of an hour that one facilitator or one city is taken. Unique: no double booking."""

    owner = models.CharField(max_length=40)  # "user:12" or "city:5"
    instant = models.DateTimeField()  # start of the quarter, UTC
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="cells")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "instant"], name="nobody_is_double_booked")
        ]

    def __str__(self):
        return f"{self.owner} {self.instant:%Y-%m-%d %H:%M}"
