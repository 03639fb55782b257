"""Asking for more time, and answering."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cohorts import extending
from cohorts.forms import ExtensionForm, ReasonForm, posted
from cohorts.models import Application
from cohorts.views import assessing
from sprint_portal.access import allow
from sprint_portal.refusals import Refusal


@allow("cohorts.ask_extension", of=Application)
def ask(request, application):
    """Say why, in a sentence; staff answer by mail."""
    form = ReasonForm(posted(request))
    if form.is_bound and form.is_valid():
        try:
            extending.ask(application=application, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))  # what was typed stays in the form
        else:
            messages.success(request, _("We have your question, and answer by mail."))
            return redirect(application)
    context = {
        "application": application,
        "form": form,
        "asked": application.extension_requests.select_related("answered_by"),
    }
    status = 422 if form.errors else 200
    return render(request, "cohorts/ask_extension.html", context, status=status)


@require_POST
@allow("cohorts.assess_application", of=Application)
def answer(request, application, asked):
    """Give time until a moment on the offering's clock, or refuse."""
    row = get_object_or_404(application.extension_requests, uid=asked)
    form = ExtensionForm(request.POST, zone=application.offering.zone)
    if form.is_valid():
        until = form.cleaned_data["until"] if "grant" in request.POST else None
        words = form.cleaned_data["words"]
        try:
            extending.answer(request=row, until=until, words=words, by=request.user)
        except Refusal as refusal:
            form.add_error("until" if until else None, str(refusal))
    if form.errors:
        return assessing.page(request, application, extension_form=form, status=422)
    messages.success(request, _("The city hears of it by mail."))
    return redirect("cohorts:assess", uid=application.uid)
