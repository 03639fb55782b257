"""Every address of the portal, by app."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from sprint_portal import developers, health, home, kept

admin.autodiscover()
# Without this the admin's own sign-in would be a second door without second factor and limits.
admin.site.login = secure_admin_login(admin.site.login)

urlpatterns = [
    path("", home.home, name="home"),
    path("", include("cohorts.urls")),
    path("", include("engagement_plans.urls")),
    path("", include("toolkit.urls")),
    path("", include("sprint_portal.accounts.urls")),
    path("", include("sprint_portal.mail.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("developers/components/", developers.components, name="components"),
    path("kept/", kept.kept, name="kept"),
    path("favicon.ico", home.favicon, name="favicon"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]

handler400 = "sprint_portal.errors.bad_request"
handler403 = "sprint_portal.errors.forbidden"
handler404 = "sprint_portal.errors.not_found"
handler500 = "sprint_portal.errors.server_error"
