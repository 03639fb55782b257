"""What a password must be, in the portal's own words. The rules are Django's."""

from django.contrib.auth import password_validation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class NotAboutYou(password_validation.UserAttributeSimilarityValidator):
    """Unlike the person's address."""

    def get_error_message(self):
        return _("This is too close to your email address. Choose other words.")

    def get_help_text(self):
        return _("Unlike your email address.")


class LongEnough(password_validation.MinimumLengthValidator):
    """As long as the settings ask for."""

    def get_error_message(self):
        return (
            ngettext(
                "This is too short: use %d character or more.",
                "This is too short: use %d characters or more.",
                self.min_length,
            )
            % self.min_length
        )

    def get_help_text(self):
        said = ngettext("%d character or more.", "%d characters or more.", self.min_length)
        return said % self.min_length


class NotCommon(password_validation.CommonPasswordValidator):
    """None that is tried first by whoever guesses."""

    def get_error_message(self):
        return _("Many people use this one, so it is soon guessed. Choose other words.")

    def get_help_text(self):
        return _("None that many people use.")
