"""Where allauth meets the portal."""

import base64
import hashlib

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings


class AccountAdapter(DefaultAccountAdapter):
    """Mail about accounts goes through the portal's outbox like any other."""


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second-factor secrets are encrypted at rest: a stolen database opens no account."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> Fernet:
    key = hashlib.sha256(settings.FIELD_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
