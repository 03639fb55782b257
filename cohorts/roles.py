"""The parts that people have in a city's team, in the words of every page, form and mail."""

from django.utils.translation import gettext_lazy as say

from cohorts.models import TeamMember

Role = TeamMember.Role
WORDS = {
    Role.VIEWER: say("Viewer (reads)"),
    Role.EDITOR: say("Editor (reads and writes)"),
    Role.OWNER: say("Owner (reads, writes, and looks after the team)"),
}


def in_words(role: str) -> str:
    """What the part is called, and what it may."""
    return str(WORDS[Role(role)])
