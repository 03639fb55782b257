"""Mail about meetings: one function a message, one mail a person, with the calendar's own words.

Mail is the channel; a subscribed calendar may lag by a day.
"""

from functools import partial

from django.conf import settings
from django.utils import timezone

from cohorts.models import Meeting
from cohorts.scheduling import ical, people
from sprint_portal.mail.models import Message
from sprint_portal.mail.outbox import post


def laid_out(offering, meetings, readers):
    """The dates of the whole sprint, with a file to put into one's calendar."""
    text = calendar_of(meetings, method=ical.PUBLISH)
    attached = {"name": "sessions.ics", "type": "text/calendar; method=PUBLISH", "text": text}
    for reader in readers:
        post(
            "cohorts/session_laid_out",
            to=reader.email,
            user=reader,
            key=f"session_laid_out:{offering.pk}:{meetings[0].uid}:{reader.pk}",
            attachments=[attached],
            offering=offering,
            meetings=meetings,
        )


def booked(meeting):
    """A new TA appointment, for the city's team and the facilitator."""
    _tell("cohorts/appointment_booked", meeting, ical.REQUEST)


def moved(meeting, *, was_start, was_end):
    """This one occurrence has another time."""
    kind = "cohorts/appointment_moved" if meeting.city_id else "cohorts/session_moved"
    _tell(kind, meeting, ical.REQUEST, was_start=was_start, was_end=was_end)


def relinked(meeting):
    """The place has changed: another join link."""
    _tell("cohorts/session_relinked", meeting, ical.REQUEST)


def cancelled(meeting, *, reason):
    """This one occurrence will not take place."""
    kind = "cohorts/appointment_cancelled" if meeting.city_id else "cohorts/session_cancelled"
    _tell(kind, meeting, ical.CANCEL, reason=reason)


def reminded(meeting, *, hours):
    """The meeting is near. Each reader hears it once for each time that the meeting has had."""
    readers = {reminder_key(meeting, one, hours): one for one in people.of_meeting(meeting)}
    told = set(Message.objects.filter(key__in=readers).values_list("key", flat=True))
    for key, reader in readers.items():
        if key not in told:
            post("cohorts/session_reminder", to=reader.email, user=reader, key=key, meeting=meeting)


def reminder_key(meeting, reader, hours):
    return f"session_reminder:{meeting.uid}:{reader.pk}:{meeting.sequence}:{hours}"


def calendar_of(meetings, *, method, titled=str, attendee="", name=""):
    """iCalendar text of `meetings` as the portal signs it. The rest as in `ical.calendar`."""
    return ical.calendar(
        meetings,
        method=method,
        now=timezone.now(),
        organizer=settings.DEFAULT_FROM_EMAIL,
        site_url=settings.SITE_URL,
        attendee=attendee,
        name=name,
        titled=titled,
    )


def _tell(kind, meeting, method, **context):
    for reader in people.of_meeting(meeting):
        titled = partial(Meeting.title_for, user=reader)
        text = calendar_of([meeting], method=method, titled=titled, attendee=reader.email)
        attached = {"name": "session.ics", "type": f"text/calendar; method={method}", "text": text}
        post(
            kind,
            to=reader.email,
            user=reader,
            key=f"{kind}:{meeting.uid}:{meeting.sequence}:{reader.pk}",
            attachments=[attached],
            meeting=meeting,
            **context,
        )
