"""Everything that takes place at a time: group sessions, calls and TA appointments."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cohorts.models.application import Application
from cohorts.models.city import TeamMember
from cohorts.models.offering import Offering
from sprint_portal.accounts.zones import valid_zone
from sprint_portal.ids import PublicId


def _offerings_of(user):
    """Offerings in which a city of this person's has its place."""
    return Application.objects.confirmed().filter(city__team__user=user).values("offering")


def _offerings_run_by(user):
    """Offerings that this person facilitates."""
    return Offering.facilitators.through.objects.filter(user=user).values("offering")


class MeetingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list twin of `cohorts.view_meeting`: the cohort's own, and each city's own TA."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self
        seen = self._seen_by_city(user)
        if user.is_facilitator:
            seen |= Q(offering__in=_offerings_run_by(user))
        return self.filter(seen)

    def attended_by(self, user):
        """What belongs in this person's own calendar: for facilitators, only their own TA."""
        mine = self._seen_by_city(user)
        if user.is_facilitator:
            mine |= Q(offering__in=_offerings_run_by(user), city=None) & ~Q(status="draft")
            mine |= Q(facilitator=user) & ~Q(status="draft")
        return self.filter(mine)

    def _seen_by_city(self, user):
        cohort = Q(city=None, offering__in=_offerings_of(user))
        own_ta = Q(city__in=TeamMember.objects.filter(user=user).values("city"))
        return (cohort | own_ta) & ~Q(status="draft")

    def standing(self):
        """Those that will take place, or have."""
        return self.filter(status__in=Meeting.STANDING)

    def of_city(self, city):
        """Calls and sessions of the whole cohort, and the appointments of one city."""
        return self.filter(Q(city=None) | Q(city=city))

    def for_groups(self):
        """Calls and sessions of the whole cohort, without the TA of single cities."""
        return self.filter(city=None)


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

    STANDING = (Status.CONFIRMED, Status.DONE)  # will take place, or has

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
    title = models.CharField(max_length=160)  # "" for an appointment that nobody named
    # Keys of the plan sections that are the assignment, with spaces between: "focus goals".
    section = models.CharField(max_length=40, blank=True)
    assignment = models.TextField(blank=True)  # the same in words
    agenda = models.TextField(blank=True)
    join_link = models.URLField(max_length=500, blank=True)
    zone = models.CharField(max_length=64, validators=[valid_zone])
    local_start = models.DateTimeField()  # wall clock in `zone`, stored as if it were UTC
    minutes = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()  # derived from local_start and zone
    ends_at = models.DateTimeField()
    sequence = models.PositiveIntegerField(default=0)  # iCalendar SEQUENCE
    settled_at = models.DateTimeField(default=timezone.now)  # when the present time was settled

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
            models.CheckConstraint(
                condition=Q(minutes__gte=15, minutes__lte=480), name="meeting_fits_into_a_day"
            ),
            models.CheckConstraint(
                condition=Q(join_link="") | Q(join_link__startswith="https://"),
                name="join_link_is_https",
            ),
            models.UniqueConstraint(
                fields=["offering", "kind"],
                condition=Q(kind__in=["pre_sprint", "post_sprint"]) & ~Q(status="cancelled"),
                name="one_call_before_and_one_after",
            ),
            models.UniqueConstraint(
                fields=["offering", "week"],
                condition=Q(kind="session") & ~Q(status="cancelled"),
                name="one_session_per_week",
            ),
        ]
        indexes = [models.Index(fields=["offering", "starts_at"], name="meeting_by_start")]

    def __str__(self):
        return self.title if self.is_named else gettext("1:1 with %(name)s") % {"name": self.city}

    def title_for(self, user, *, open_to_others=False) -> str:
        """What a reader calls it: an appointment that nobody named, by who is across from them.

        open_to_others: True where others may look, such as in a calendar's feed: names no person.
        """
        if self.is_named or user.is_staff or user.is_facilitator:
            return str(self)
        return gettext("Technical assistance") if open_to_others else self.title_for_city

    def get_absolute_url(self):
        return reverse("cohorts:session", kwargs={"uid": self.uid})

    @property
    def is_named(self) -> bool:
        """Whether somebody gave it its title. The second was once every appointment's."""
        return bool(self.title) and not (self.city_id and self.title == f"TA with {self.city}")

    @property
    def title_for_city(self) -> str:
        """The same for the city's team."""
        if self.is_named:
            return self.title
        if not self.facilitator_id:
            return gettext("Technical assistance")
        return gettext("1:1 with %(name)s") % {"name": self.facilitator}

    @property
    def sections(self) -> list[str]:
        """Keys of the plan sections that are the assignment."""
        return self.section.split()

    @property
    def is_off(self) -> bool:
        return self.status == self.Status.CANCELLED

    @property
    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()

    @property
    def is_standing(self) -> bool:
        """Still to come and not cancelled: it may be joined, moved and cancelled."""
        return self.status == self.Status.CONFIRMED and not self.is_over


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
