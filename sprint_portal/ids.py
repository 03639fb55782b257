"""How rows are named to the outside: a random UUID in addresses, a short code in speech."""

import secrets
import uuid

from django.db import models

# Without letters and digits that are mistaken for each other, aloud or on paper.
SPOKEN = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class PublicId(models.Model):
    """A row whose address says nothing of how many others there are."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True


def spoken_code(length: int = 4) -> str:
    """A random code that can be read out on the telephone, such as `7K3Q`."""
    return "".join(secrets.choice(SPOKEN) for _ in range(length))


def is_uid(text: str) -> bool:
    """Whether `text` is a UUID as addresses and forms write it."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
