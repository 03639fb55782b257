"""The template a plan is drafted from: published versions never change."""

from django.db import models


class PlanTemplate(models.Model):
    """One version of the guided plan: sections and prompts as one validated document."""

    slug = models.SlugField()
    number = models.PositiveIntegerField()
    language = models.CharField(max_length=10, default="en")
    document = models.JSONField()  # see `guide.read`
    published_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["slug", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["slug", "number", "language"], name="one_template_per_version"
            )
        ]

    def __str__(self):
        return f"{self.slug} {self.number} ({self.language})"
