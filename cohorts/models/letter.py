"""A letter of support that a city may add to its expression of interest."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cohorts.models.application import Application, State
from cohorts.models.city import TeamMember
from sprint_portal.ids import PublicId


def stored_name(letter, filename: str) -> str:
    """Where the file lies: a name of our own, which says nothing and cannot be guessed."""
    return f"letters/{letter.uid}"


class SupportLetterQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list twin of `cohorts.view_letter`: whoever sees its application.

        Before the hand-in only the city's own people do.
        """
        if not user.is_authenticated:
            return self.none()
        seen = Application.objects.visible_to(user)
        own = TeamMember.objects.filter(user=user).values("city")
        return self.filter(
            Q(application__city__in=own) | ~Q(application__state=State.DRAFT), application__in=seen
        )


class SupportLetter(PublicId):
    """One uploaded file. Its type is what its content says, never what the browser claimed."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="letters")
    name = models.CharField(max_length=120)  # as the person's computer called it, for display
    kind = models.CharField(max_length=100)  # its media type
    size = models.PositiveIntegerField()  # bytes
    file = models.FileField(upload_to=stored_name, max_length=200)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    objects = SupportLetterQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return self.name
