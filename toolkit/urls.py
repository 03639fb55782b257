from django.urls import path

from toolkit.views import best_practices, editing, library

app_name = "toolkit"
urlpatterns = [
    path("toolkit/", library.listing, name="library"),
    path("toolkit/<slug:slug>/", library.resource, name="resource"),
    path("best-practices/", best_practices.listing, name="best_practices"),
    path("best-practices/<slug:slug>/", best_practices.best_practice, name="best_practice"),
    path("best-practices/<slug:slug>/<int:number>.pdf", best_practices.pdf, name="pdf"),
    path("staff/best-practices/", editing.editing, name="editing"),
    path("staff/best-practices/<uuid:uid>/", editing.edit, name="edit"),
    path("staff/best-practices/<uuid:uid>/text/", editing.edit_text, name="edit_text"),
    path("staff/best-practices/<uuid:uid>/progress/", editing.progress, name="edit_progress"),
    path("staff/best-practices/<uuid:uid>/file/", editing.make_file, name="edit_file"),
    path("staff/best-practices/<uuid:uid>/publish/", editing.publish, name="edit_publish"),
    path("staff/best-practices/<uuid:uid>/withdraw/", editing.withdraw, name="edit_withdraw"),
]
