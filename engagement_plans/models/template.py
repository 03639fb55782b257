"""The template a plan is drafted from: published versions never change."""

from functools import cached_property

from django.db import models

from engagement_plans import guide
from sprint_portal.refusals import Refusal

# By key and moment of publication; a handful, as a template gets a new version once in a while.
_GUIDES: dict[tuple, guide.Guide] = {}


class PlanTemplateQuerySet(models.QuerySet):
    def newest(self, slug: str, language: str):
        """The newest published number in a language; None when there is none."""
        return self.filter(slug=slug, language=language).order_by("-number").first()

    def for_new_plans(self, language: str):
        """What a plan in this language begins with: English where it is not yet translated."""
        found = self.filter(language__in=[language, "en"]).order_by("-number")
        return found.filter(language=language).first() or found.first()


class PlanTemplate(models.Model):
    """One version of the guided plan: sections and prompts as one validated document."""

    slug = models.SlugField()
    number = models.PositiveIntegerField()
    language = models.CharField(max_length=10, default="en")
    document = models.JSONField()  # see `guide.read`
    published_at = models.DateTimeField(auto_now_add=True)

    objects = PlanTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["slug", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["slug", "number", "language"], name="one_template_per_version"
            )
        ]

    def __str__(self):
        return f"{self.slug} {self.number} ({self.language})"

    def save(self, **options):
        if self.pk:
            raise Refusal("A published template is not changed: publish the next number.")
        super().save(**options)

    @cached_property
    def guide(self) -> guide.Guide:
        """The document as sections and prompts: read once by each process, as it never changes."""
        version = (self.pk, self.published_at)
        if version not in _GUIDES:
            _GUIDES[version] = guide.read(self.document)
        return _GUIDES[version]
