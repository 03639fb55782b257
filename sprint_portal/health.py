"""Whether the portal is alive, and whether it can serve."""

from django.db import connection
from django.db.utils import DatabaseError
from django.http import JsonResponse

from sprint_portal.access import public


@public
def healthz(request):
    """The process answers."""
    return JsonResponse({"ok": True})


@public
def readyz(request):
    """The database answers too; 503 when it does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"ok": False, "database": False}, status=503)
    return JsonResponse({"ok": True, "database": True})
