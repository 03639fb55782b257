"""`manage.py purge`: erase what is past its day, or with --dry-run only say what."""

from django.core.management.base import BaseCommand

from cohorts import retention


class Command(BaseCommand):
    help = "Erases the words of applications whose offering's last day of keeping has passed."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="Say what, change nothing.")

    def handle(self, *, dry_run: bool, **options):
        found = list(retention.foreseen())
        for offering, counts in found:
            words = ", ".join(f"{n} {what}" for what, n in counts.items())
            self.stdout.write(f"{offering} (kept until {offering.retain_until}): {words}")
            if not dry_run:
                retention.purge(offering)
        if not found:
            self.stdout.write("Nothing is past its day.")
        elif dry_run:
            self.stdout.write("Nothing was changed.")
