"""What the toolkit holds for everyone: methods, templates, training, policy."""

from django.db import models
from django.urls import reverse


class ResourceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Published resources are for everyone; staff also see the others."""
        if user.is_authenticated and user.is_staff:
            return self
        return self.filter(published=True)


class Resource(models.Model):
    """One thing a city can take and adapt."""

    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=10)  # method, template, training, policy
    title = models.CharField(max_length=160)
    purpose = models.TextField()
    language = models.CharField(max_length=10, default="en")
    licence = models.CharField(max_length=120)
    effort = models.CharField(max_length=6)  # low, medium, high
    content = models.JSONField()  # steps, pitfalls, examples …: see `content.py`
    searchable = models.TextField(editable=False)  # folded words of everything above
    published = models.BooleanField(default=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        ordering = ["title"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("toolkit:resource", kwargs={"slug": self.slug})
