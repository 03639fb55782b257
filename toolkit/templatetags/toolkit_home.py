"""The toolkit's part of the front page."""

from django import template

from toolkit import library

register = template.Library()


@register.inclusion_tag("toolkit/_home.html", takes_context=True)
def toolkit_home(context):
    """The newest best practices; for visitors also something to begin with."""
    user = context["user"]
    found = {"best_practices": library.newest(user=user)}
    if not user.is_authenticated:
        found["resources"] = library.suggested(user=user)
    return found
