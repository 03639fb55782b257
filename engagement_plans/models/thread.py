"""Comments beside the text they are about."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from engagement_plans.models.plan import Plan
from sprint_portal.ids import PublicId


class ThreadQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever sees the plan sees what is said about it."""
        seen = self.filter(plan__in=Plan.objects.visible_to(user).values("pk")).select_related(
            "plan__template", "plan__application__city", "plan__application__offering"
        )
        return seen.defer("plan__template__document")

    def about(self, keys):
        """Those about the prompts `keys`, with what is said in them and by whom."""
        named = ("thread", "by_guide", "body", "at", "author__name", "author__email")
        said = Comment.objects.select_related("author").only(*named)
        return self.filter(key__in=list(keys)).prefetch_related(models.Prefetch("comments", said))

    def still_open(self):
        """Those that nobody has resolved."""
        return self.filter(resolved_at=None)


class Thread(PublicId):
    """A conversation about one prompt of one plan."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="threads")
    key = models.CharField(max_length=60)  # the prompt
    asks_for_change = models.BooleanField(default=False)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField(auto_now_add=True)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(resolved_at=None, resolved_by=None)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="resolved_by_someone",
            )
        ]

    def __str__(self):
        return f"{self.key} of {self.plan}"


class Comment(PublicId):
    """One message of a thread. by_guide: written as facilitator or staff, not as the city."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by_guide = models.BooleanField(default=False)
    body = models.TextField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.author} on {self.thread}"
