"""What went out, what waits, what failed: for programme staff. And the demo's mailbox."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sprint_portal.access import allow, holds, public
from sprint_portal.mail import demo, settling
from sprint_portal.mail.forms import SearchForm
from sprint_portal.mail.models import Message, State
from sprint_portal.refusals import Refusal

PAGE_SIZE = 50
SHOWN_IN_DEMO = 50


@holds("mail.see_outbox")
def outbox(request):
    """The newest messages first, of one state or to one address if asked."""
    form = SearchForm(request.GET)
    part = form.cleaned_data["to"] if form.is_valid() else ""
    found = Message.objects.visible_to(request.user).to_address(part)
    state = request.GET.get("state", "")
    page = Paginator(found.in_state(state).defer("body", "attachments"), PAGE_SIZE)
    return render(
        request,
        "mail/outbox.html",
        {
            "page_obj": page.get_page(request.GET.get("page")),
            "form": form,
            "tabs": _tabs(found, state, part),
            "state": state,
            "part": part,
        },
    )


def _tabs(found, current, part):
    """One link a state with its number of messages, and one for all of them."""
    counts = dict(found.order_by().values_list("state").annotate(Count("id")))
    states = [("", _("All"), sum(counts.values()))]
    states += [(value, label, counts.get(value, 0)) for value, label in State.choices]
    return [
        {"state": value, "text": label, "count": count, "current": value == current, "to": part}
        for value, label, count in states
    ]


@allow("mail.see_message", of=Message)
def message(request, message):
    """One message with its text, and what can be done about it."""
    choices = settling.MESSAGE.choices(message, request.user)
    return render(request, "mail/message.html", {"message": message, "choices": choices})


@require_POST
@allow("mail.settle_message", of=Message)
def settle(request, message):
    """Take the step that the pressed button names."""
    verb = settling.VERBS.get(request.POST.get("step"))
    try:
        if verb is None:
            raise Refusal(_("Choose what to do with this mail."))
        verb(message, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Noted."))
    return redirect(message)


@public
def demo_mailbox(request):
    """In the demo only: the mails that were sent, since nobody there has a mailbox."""
    if not settings.DEMO:
        raise Http404
    claimed = request.session.get("demo_addresses", [])
    shown = demo.mailbox(request.user, claimed)[:SHOWN_IN_DEMO]
    return render(request, "mail/demo_mailbox.html", {"shown": shown})
