"""The tables of the sprint itself, by what they are about."""

from cohorts.models.application import Application, Revision
from cohorts.models.asking import AccessRequest, ExtensionRequest, TeamInvitation
from cohorts.models.city import City, TeamMember
from cohorts.models.composition import Scenario
from cohorts.models.feed import FeedToken
from cohorts.models.invitation import Invitation
from cohorts.models.letter import SupportLetter
from cohorts.models.mail_text import MailText
from cohorts.models.meeting import BusyCell, Meeting
from cohorts.models.offering import Offering, Sprint
from cohorts.models.review import DiscussionNote, Recusal, Review, ReviewRound, Rubric
from cohorts.models.stage_check import StageFinding

__all__ = [
    "AccessRequest",
    "Application",
    "BusyCell",
    "City",
    "DiscussionNote",
    "ExtensionRequest",
    "FeedToken",
    "Invitation",
    "MailText",
    "Meeting",
    "Offering",
    "Recusal",
    "Review",
    "ReviewRound",
    "Revision",
    "Rubric",
    "Scenario",
    "Sprint",
    "StageFinding",
    "SupportLetter",
    "TeamInvitation",
    "TeamMember",
]
