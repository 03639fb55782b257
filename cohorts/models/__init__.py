"""The tables of the sprint itself, by what they are about."""

from cohorts.models.application import Application, Revision
from cohorts.models.city import City, TeamMember
from cohorts.models.meeting import BusyCell, Meeting
from cohorts.models.offering import Offering, Sprint
from cohorts.models.stage_check import StageFinding

__all__ = [
    "Application",
    "BusyCell",
    "City",
    "Meeting",
    "Offering",
    "Revision",
    "Sprint",
    "StageFinding",
    "TeamMember",
]
