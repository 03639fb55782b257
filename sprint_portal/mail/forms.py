"""What staff look for in the outbox."""

from django import forms
from django.utils.translation import gettext_lazy as _

from sprint_portal.cleaning import TextLine


class SearchForm(forms.Form):
    """Part of an address."""

    to = TextLine(label=_("Address holds"), max_length=254, required=False)
