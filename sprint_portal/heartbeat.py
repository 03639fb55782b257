"""Signs of life of the processes that no request sees."""

from django.db import models
from django.utils import timezone


class Heartbeat(models.Model):
    """When a background process last ran, written by itself."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self):
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"


def beat(name: str):
    """Note that `name` is alive now."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})
