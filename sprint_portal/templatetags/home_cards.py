"""The front page is put together from what each app brings, without knowing the apps."""

from django import template
from django.template.base import TextNode, Token, TokenType
from django.utils.safestring import mark_safe

register = template.Library()


class CardNode(template.Node):
    """Draws a card, or keeps it under a name."""

    def __init__(self, card, name):
        self.card = card
        self.name = name

    def render(self, context):
        drawn = self.card.render_annotated(context)
        if not self.name:
            return drawn
        # What a template has drawn is escaped already; strip() alone would forget that.
        context[self.name] = mark_safe(drawn.strip())  # noqa: S308
        return ""


@register.tag
def home_card(parser, token):
    """`{% home_card "cohorts_home" %}`: the tag of that name, from the library of that name.

    With `as name` it is kept instead of drawn. An app that brings no such library adds nothing.
    """
    bits = token.split_contents()
    tag = bits[1].strip("\"'")
    name = bits[3] if len(bits) == 4 and bits[2] == "as" else ""
    library = parser.libraries.get(tag)
    if library is None:
        return CardNode(TextNode(""), name)
    command = Token(TokenType.BLOCK, tag, lineno=token.lineno)
    return CardNode(library.tags[tag](parser, command), name)
