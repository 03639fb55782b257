"""What went out, what waits, what failed: for programme staff."""

from django.shortcuts import render

from sprint_portal.access import holds
from sprint_portal.mail.models import Message


@holds("mail.see_outbox")
def outbox(request):
    """The newest messages first."""
    return render(request, "mail/outbox.html", {"outgoing": Message.objects.all()[:100]})
