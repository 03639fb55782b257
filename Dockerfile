# One image for every process of the portal: web, worker, beat, migrate.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    SPRINT_VAR=/var/lib/sprint-portal STATIC_ROOT=/srv/static

# What WeasyPrint opens to set type; the faces themselves come with the portal.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
       libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 libfontconfig1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --uid 10001 portal \
    && install --directory --owner=portal /var/lib/sprint-portal /srv/static

WORKDIR /srv/portal
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
RUN SPRINT_MODE=production SECRET_KEY=only-while-building FIELD_KEY=only-while-building \
    SITE_URL=https://build.invalid DATABASE_URL=postgresql://build.invalid/none \
    REDIS_URL=redis://build.invalid MAIL_URL=smtp://build.invalid \
    python manage.py collectstatic --no-input

USER portal
EXPOSE 8000
CMD ["gunicorn", "--no-control-socket", "--bind=0.0.0.0:8000", "--limit-request-line=8190", "--worker-tmp-dir=/dev/shm", "sprint_portal.wsgi"]
