"""Where allauth meets the portal."""

import base64
import hashlib
import uuid
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from sprint_portal.accounts.models import User
from sprint_portal.accounts.refusing import ACCOUNT, SECOND_FACTOR
from sprint_portal.mail import demo, outbox

# Mails that open an account to whoever reads them, and for how long they do (seconds).
SECRETS = {
    "email_confirmation": settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT,
    "email_confirmation_signup": settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT,
    "password_reset_key": settings.PASSWORD_RESET_TIMEOUT,
}
# What the texts of these mails may speak of.
MAIL_WORDS = {
    "code",
    "password_reset_url",
    "timestamp",
    "ip",
    "user_agent",
    "from_email",
    "to_email",
    "deleted_email",
}


class AccountAdapter(DefaultAccountAdapter):
    """Mail about accounts goes through the portal's outbox like any other."""

    error_messages = DefaultAccountAdapter.error_messages | ACCOUNT

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Post `templates/mail/accounts/<last part of the prefix>.txt` to `email`."""
        name = template_prefix.rpartition("/")[2]
        words = {key: context[key] for key in MAIL_WORDS & context.keys()}
        user = context.get("user") or User.objects.filter(email__iexact=email).first()
        outbox.post(
            f"accounts/{name}",
            to=email,
            key=f"account:{uuid.uuid4()}",
            user=user,
            # Whoever signs up may type a letter for a name, and somebody else's address.
            nameless=not is_confirmed(user, email),
            secret_for=SECRETS.get(name),
            **words,
        )
        remember_address(self.request, name, email)

    def send_account_already_exists_mail(self, email: str) -> None:
        """As slow as making an account, so that the time of the answer tells nothing."""
        make_password(email)
        super().send_account_already_exists_mail(email)

    def is_safe_url(self, url: str | None) -> bool:
        """Whether to lead there after a sign-in; what is no address at all is not."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Under our own address, whatever host the request names."""
        return at_home(super().get_reset_password_from_key_url(key))


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second-factor secrets are encrypted at rest: a stolen database opens no account."""

    error_messages = DefaultMFAAdapter.error_messages | SECOND_FACTOR

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to our own address, whatever host the request names."""
        return {"id": urlsplit(settings.SITE_URL).hostname or "", "name": _("Sprint Portal")}

    def generate_authenticator_name(self, user, type) -> str:
        """What a new passkey is called until its owner says otherwise."""
        count = user.authenticator_set.filter(type=type).count()
        return _("Passkey %(number)s") % {"number": count + 1}


def at_home(url: str) -> str:
    """`url` with our own scheme and host."""
    parts = urlsplit(url)
    return settings.SITE_URL + parts._replace(scheme="", netloc="").geturl()


def is_confirmed(user, email: str) -> bool:
    """Whether `user` has shown that mail to this address is read by them."""
    own = EmailAddress.objects.filter(user=user, email__iexact=email, verified=True)
    return user is not None and own.exists()


def remember_address(request, name: str, email: str) -> None:
    """In the demo, whoever gives an address may read on screen what is sent to confirm it.

    A link to a new password is shown to who asked for it, when nobody real has that address.
    """
    confirms = name.startswith("email_confirmation")
    opens = name == "password_reset_key" and email.lower().endswith(demo.MADE_UP)
    if settings.DEMO and (confirms or opens):
        given = request.session.get("demo_addresses", [])
        request.session["demo_addresses"] = [*given, email.lower()][-10:]


def _cipher() -> Fernet:
    key = hashlib.sha256(settings.FIELD_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
