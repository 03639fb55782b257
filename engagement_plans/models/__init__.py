"""The tables of the City AI Engagement Plan."""

from engagement_plans.models.plan import Answer, AnswerRevision, Plan, Snapshot
from engagement_plans.models.template import PlanTemplate
from engagement_plans.models.thread import Comment, Thread

__all__ = [
    "Answer",
    "AnswerRevision",
    "Comment",
    "Plan",
    "PlanTemplate",
    "Snapshot",
    "Thread",
]
