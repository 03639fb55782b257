"""Cities and the people who act for them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cohorts.cities import country_name
from sprint_portal.accounts.zones import valid_zone
from sprint_portal.ids import PublicId


class CityQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list twin of `cohorts.view_team`: a city's people, and staff without a conflict."""
        if not user.is_authenticated:
            return self.none()
        seen = Q(pk__in=TeamMember.objects.filter(user=user).values("city"))
        if user.is_staff:
            seen |= ~Q(pk__in=user.recusals.values("city"))
        return self.filter(seen)


class City(PublicId):
    """A city as picked from the table of the world's cities, or typed in when it is not there."""

    geonameid = models.PositiveIntegerField(null=True, blank=True, unique=True)
    name = models.CharField(max_length=120)
    region = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2)  # ISO 3166-1
    zone = models.CharField(max_length=64, validators=[valid_zone])
    population = models.PositiveIntegerField(null=True, blank=True)  # a hint, never a rule
    is_demo = models.BooleanField(default=False)

    objects = CityQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "cities"
        constraints = [
            models.UniqueConstraint(
                fields=["name", "region", "country"],
                condition=Q(geonameid__isnull=True),
                name="one_row_per_typed_city",
            )
        ]

    def __str__(self):
        return f"{self.name} (demo)" if self.is_demo else self.name

    @property
    def country_name(self) -> str:
        return country_name(self.country)


class TeamMember(models.Model):
    """A person's part in a city's team."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        EDITOR = "editor", _("Editor")
        VIEWER = "viewer", _("Viewer")

    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="team")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="city_roles"
    )
    role = models.CharField(max_length=6, choices=Role)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "user"], name="one_role_per_person_and_city"),
            models.CheckConstraint(
                condition=Q(role__in=["owner", "editor", "viewer"]), name="team_role_known"
            ),
        ]

    def __str__(self):
        return f"{self.user}, {self.role} of {self.city}"
