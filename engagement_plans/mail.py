"""The messages about plans. Texts: `templates/mail/engagement_plans/`."""

from django.conf import settings
from django.urls import reverse

from engagement_plans.models import Comment, Review, Snapshot
from engagement_plans.rules import WRITERS
from sprint_portal.accounts.models import User
from sprint_portal.mail.outbox import post


def commented(comment: Comment):
    """Tell the other side of a thread. Each person hears of a thread once a day at most."""
    thread = comment.thread
    plan = thread.plan
    prompt = plan.guide.prompts[thread.key]
    for reader in _other_side(comment):
        post(
            "engagement_plans/commented",
            to=reader.email,
            user=reader,
            key=f"plan-thread:{thread.uid}:{reader.pk}:{comment.at:%Y-%m-%d}",
            plan=plan,
            comment=comment,
            thread=thread,
            prompt=prompt,
            link=_section_link(plan, prompt),
        )


def handed_in(snapshot: Snapshot):
    """Tell the facilitators of the offering that a plan waits for them."""
    plan = snapshot.plan
    for reader in plan.application.offering.facilitators.filter(is_active=True):
        post(
            "engagement_plans/handed_in",
            to=reader.email,
            user=reader,
            key=f"plan-handed-in:{snapshot.pk}:{reader.pk}",
            plan=plan,
            snapshot=snapshot,
            link=settings.SITE_URL + plan.get_absolute_url(),
        )


def decided(review: Review, open_threads):
    """Tell the city's writers the verdict, with everything still open, in one mail."""
    plan = review.plan
    asked = [_as_line(plan, thread) for thread in open_threads]
    for reader in _writers(plan):
        post(
            "engagement_plans/decided",
            to=reader.email,
            user=reader,
            key=f"plan-verdict:{review.uid}:{reader.pk}",
            plan=plan,
            review=review,
            is_approved=review.verdict == Review.Verdict.APPROVE,
            asked=asked,
            link=settings.SITE_URL + plan.get_absolute_url(),
        )


def _other_side(comment):
    """The city's writers for what a facilitator says; the facilitators for what the city says."""
    plan = comment.thread.plan
    if comment.by_guide:
        return _writers(plan).exclude(pk=comment.author_id)
    runs = plan.application.offering.facilitators.filter(is_active=True)
    spoke = User.objects.filter(
        pk__in=comment.thread.comments.filter(by_guide=True).values("author"), is_active=True
    )
    return (runs | spoke).distinct().exclude(pk=comment.author_id)


def _writers(plan):
    return User.objects.filter(
        city_roles__city=plan.application.city_id, city_roles__role__in=WRITERS, is_active=True
    ).distinct()


def _as_line(plan, thread):
    prompt = plan.guide.prompts[thread.key]
    last = thread.comments.order_by("-id").first()
    return {
        "question": prompt.question,
        "body": last.body if last else "",
        "asks_for_change": thread.asks_for_change,
        "link": _section_link(plan, prompt),
    }


def _section_link(plan, prompt):
    where = reverse("engagement_plans:section", args=[plan.uid, prompt.section])
    return f"{settings.SITE_URL}{where}#{prompt.key}"
