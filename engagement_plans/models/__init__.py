"""The tables of the City AI Engagement Plan."""

from engagement_plans.models.answer import Answer, AnswerRevision
from engagement_plans.models.plan import Plan, Review, Snapshot
from engagement_plans.models.template import PlanTemplate
from engagement_plans.models.thread import Comment, Thread

__all__ = [
    "Answer",
    "AnswerRevision",
    "Comment",
    "Plan",
    "PlanTemplate",
    "Review",
    "Snapshot",
    "Thread",
]
