"""People: they sign in with an email address and see times in their own zone."""

import rules
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sprint_portal.accounts.zones import valid_zone, zone_of
from sprint_portal.ids import PublicId

# Fields of User by which a person sees other people's things.
ROLES = ("is_staff", "is_facilitator", "is_reviewer", "is_decider", "is_superuser")


class UserManager(BaseUserManager):
    """Makes people; an address is kept in lower case, so that it can be found again."""

    def create_user(self, email, password=None, **fields):
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email=email.strip().lower())


class User(PublicId, AbstractBaseUser, PermissionsMixin):
    """A person. What they may do in a city follows from the city's team, not from here."""

    email = models.EmailField(_("email"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[valid_zone])
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default="en"
    )
    is_staff = models.BooleanField(_("programme staff"), default=False)
    is_facilitator = models.BooleanField(_("facilitator"), default=False)
    is_reviewer = models.BooleanField(_("reviewer"), default=False)
    is_decider = models.BooleanField(_("decider"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_account_per_email")]

    def __str__(self):
        return self.name or self.email

    @property
    def zone(self):
        """The zone they chose (`zoneinfo.ZoneInfo`); None as long as they have not."""
        return zone_of(self.time_zone)

    def has_perm(self, perm, obj=None) -> bool:
        """Whether they may. The portal's own rules bind superusers too.

        Django lets a superuser do everything; here that goes for the admin's model permissions
        only, so that nobody hands in, scores or consents in another's place by being superuser.
        """
        if rules.perm_exists(perm):
            return self.is_active and rules.has_perm(perm, self, obj)
        return super().has_perm(perm, obj)

    @property
    def needs_second_factor(self) -> bool:
        """Whether this person sees other people's things by role."""
        return any(getattr(self, role) for role in ROLES)
