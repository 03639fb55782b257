"""`manage.py serve`: the whole portal on this machine, from one command."""

import os
import sys

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command

from sprint_portal import serving
from sprint_portal.demo import people


class Command(BaseCommand):
    help = "Prepare the database, then run web server, worker and clock together until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=settings.PORT)

    def handle(self, *, port, **options):
        if port != settings.PORT:
            # The settings made the portal's own address of PORT already: links would be wrong.
            sys.stdout.flush()
            os.execve(sys.executable, sys.orig_argv, {**os.environ, "PORT": str(port)})  # noqa: S606
        try:
            with serving.claim(settings.VAR):
                serving.require_free(port)
                self.prepare()
                self.run(port)
        except serving.CannotStart as fault:
            raise CommandError(str(fault)) from None
        except KeyboardInterrupt:
            raise SystemExit(130) from None

    def prepare(self):
        call_command("migrate", verbosity=0)
        call_command("load_content", stdout=self.stdout)
        if settings.DEMO:
            call_command("load_demo", stdout=self.stdout)

    def run(self, port):
        environment = {**os.environ, "PORT": str(port)}
        programs = serving.commands(port)
        crew = serving.Crew(programs, settings.ROOT, environment, again={"worker", "clock"})
        fallen = crew.run(
            ready=lambda: serving.is_ready(port), on_ready=lambda: self.stdout.write(welcome(port))
        )
        if fallen:
            raise CommandError(f"The {fallen} stopped by itself; its last words are above.")
        self.stdout.write("Stopped.")


def welcome(port: int) -> str:
    """Where the portal is, and who may sign in when it is a demo."""
    lines = ["", f"Sprint Portal is at http://localhost:{port}/", ""]
    if settings.DEMO:
        lines += [f"Sign in as one of these made-up people; password: {people.PASSWORD}", ""]
        lines += [f"  {sign_in.what:<42} {sign_in.email}" for sign_in in people.PEOPLE]
        lines += [""]
    return "\n".join([*lines, "Stop with Ctrl-C."])
