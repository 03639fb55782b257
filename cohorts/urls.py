"""Addresses of the sprint: what is on offer, applying, assessing, releasing, teams, sessions."""

from django.urls import path

from cohorts import carry_urls, review_urls, setup_urls
from cohorts.views import (
    applying,
    assessing,
    closing,
    extending,
    filing,
    offerings,
    releasing,
    scheduling,
    sessions,
    standing,
    team,
    writing,
)

app_name = "cohorts"
urlpatterns = [
    # --- what is on offer
    path("sprints/", offerings.offerings, name="offerings"),
    path("sprints/<slug:slug>/", offerings.offering, name="offering"),
    path("sprints/<slug:slug>/stage-check/", offerings.stage_check, name="stage_check"),
    # --- applying
    path("sprints/<slug:slug>/apply/", applying.apply, name="apply"),
    path("sprints/<slug:slug>/apply/begin/", applying.begin, name="begin"),
    path("sprints/<slug:slug>/apply/by-hand/", applying.by_hand, name="by_hand"),
    path("cities/search/", applying.search, name="cities"),
    path("cities/<uuid:uid>/ask/", applying.ask_access, name="ask_access"),
    # --- the expression of interest
    path("application/", standing.mine, name="mine"),
    path("applications/<uuid:uid>/", writing.application, name="application"),
    path("applications/<uuid:uid>/step/<slug:key>/", writing.step, name="step"),
    path("applications/<uuid:uid>/submit/", writing.submit, name="submit"),
    path("applications/<uuid:uid>/confirm/", standing.confirm, name="confirm"),
    path("applications/<uuid:uid>/withdraw/", standing.withdraw, name="withdraw"),
    path("applications/<uuid:uid>/more-time/", extending.ask, name="ask_extension"),
    path("applications/<uuid:uid>/changes/", filing.changes, name="changes"),
    path("applications/<uuid:uid>/file/", filing.own, name="file"),
    path("applications/<uuid:uid>/file/<int:number>/", filing.handed_in, name="handed_in"),
    path("applications/<uuid:uid>/file.json", filing.download, name="file_download"),
    path("applications/<uuid:uid>/letters/", filing.add_letter, name="add_letter"),
    path("letters/<uuid:uid>/", filing.letter, name="letter"),
    path("letters/<uuid:uid>/remove/", filing.remove_letter, name="remove_letter"),
    # --- a city's team
    path("team/", standing.our_team, name="team_mine"),
    path("cities/<uuid:uid>/team/", team.members, name="team"),
    path("cities/<uuid:uid>/team/<uuid:member>/", team.change, name="team_change"),
    path("cities/<uuid:uid>/requests/<uuid:asked>/", team.answer, name="team_answer"),
    path(
        "cities/<uuid:uid>/invitations/<uuid:invitation>/take-back/",
        team.take_back,
        name="team_take_back",
    ),
    path("invitations/<uuid:uid>/", team.invitation, name="invitation"),
    # --- staff
    path("staff/applications/", assessing.applications, name="applications"),
    path("staff/sprints/<slug:slug>/close/", closing.close, name="close"),
    path("staff/sprints/<slug:slug>/release/", releasing.release, name="release"),
    path("staff/applications/<uuid:uid>/", assessing.assess, name="assess"),
    path(
        "staff/applications/<uuid:uid>/stages/<slug:stage>/",
        assessing.record_finding,
        name="record_finding",
    ),
    path("staff/applications/<uuid:uid>/changes/", filing.staff_changes, name="staff_changes"),
    path("staff/applications/<uuid:uid>/steps/<slug:name>/", assessing.act, name="act"),
    path("staff/applications/<uuid:uid>/note/", assessing.note, name="note"),
    path(
        "staff/applications/<uuid:uid>/more-time/<uuid:asked>/",
        extending.answer,
        name="answer_extension",
    ),
    path("staff/applications/<uuid:uid>/move-up/", assessing.move_up, name="move_up"),
    # --- choosing: pipeline, reviews, composition, pack, numbers
    *review_urls.urlpatterns,
    # --- places, later offerings
    *carry_urls.urlpatterns,
    # --- setting up
    *setup_urls.urlpatterns,
    # --- meetings
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/calendar/", sessions.session_feed, name="session_feed"),
    path("sessions/<uuid:uid>/", sessions.session, name="session"),
    path("sessions/<uuid:uid>/calendar.ics", sessions.session_file, name="session_file"),
    path("sessions/<uuid:uid>/move/", scheduling.session_move, name="session_move"),
    path("sessions/<uuid:uid>/cancel/", scheduling.session_cancel, name="session_cancel"),
    path("sessions/<uuid:uid>/edit/", scheduling.session_edit, name="session_edit"),
    path("calendar.ics", sessions.calendar, name="calendar"),
    path("cal/<slug:token>.ics", sessions.feed, name="feed"),
    path("cohort/", sessions.cohort, name="cohort"),
    path("staff/sprints/<slug:slug>/sessions/", scheduling.lay_out, name="lay_out"),
    path("staff/sprints/<slug:slug>/appointments/", scheduling.book, name="session_book"),
]
