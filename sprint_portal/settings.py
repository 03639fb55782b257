"""All settings of the portal, read from the environment.

Two modes. `SPRINT_MODE=embedded` (the default) needs no server: SQLite, a broker and a
mailbox made of files, all under `SPRINT_VAR`. `SPRINT_MODE=production` takes PostgreSQL,
Redis, SMTP and object storage from the environment and starts only when all of it is there.
"""

from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from sprint_portal.environment import kept_secret, required, whole_number
from sprint_portal.logs import logging_config

ROOT = Path(__file__).resolve().parent.parent
env = environ.Env()

MODE = env.str("SPRINT_MODE", default="embedded")
if MODE not in ("embedded", "production"):
    raise ImproperlyConfigured("SPRINT_MODE is either embedded or production.")
PRODUCTION = MODE == "production"
VAR = Path(env.str("SPRINT_VAR", default=str(ROOT / "var")))

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
if PRODUCTION and (DEBUG or DEMO):
    raise ImproperlyConfigured("DEBUG and DEMO are not for production.")

SECRET_KEY = (
    required(env, "SECRET_KEY", production=True, default="")
    if PRODUCTION
    else env.str("SECRET_KEY", default="") or kept_secret(VAR / "secret_key")
)
# Second-factor seeds are encrypted with this key, so that a stolen database is not enough.
FIELD_KEY = required(env, "FIELD_KEY", production=PRODUCTION, default=SECRET_KEY)
PORT = whole_number(env, "PORT", default=8000, least=1, most=65_535)
SITE_URL = required(
    env, "SITE_URL", production=PRODUCTION, default=f"http://localhost:{PORT}"
).rstrip("/")
ALLOWED_HOSTS = [
    environ.urlparse(SITE_URL).hostname,
    *env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1"]),
]

# --- what is installed -----------------------------------------------------------
INSTALLED_APPS = [
    # Ours first, so that our templates win over the libraries'.
    "engagement_plans",
    "cohorts",
    "toolkit",
    "sprint_portal",
    "sprint_portal.accounts",
    "sprint_portal.mail",
    "sprint_portal.demo",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "rules.apps.AutodiscoverRulesConfig",
]
# Each app loads its own reference content and its own part of the demo; lower rooms first.
CONTENT_LOADERS = ["toolkit.content.load", "cohorts.content.load", "engagement_plans.content.load"]
DEMO_LOADERS = ["toolkit.demo.load", "cohorts.demo.load", "engagement_plans.demo.load"]

MIDDLEWARE = [
    "sprint_portal.middleware.RequestLog",
    "sprint_portal.middleware.note_arrival",
    "sprint_portal.middleware.hear_out",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "sprint_portal.middleware.refuse_control_characters",
    "sprint_portal.middleware.refuse_long_addresses",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sprint_portal.kept.SignInFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "sprint_portal.accounts.sessions.limit_sessions",
    "sprint_portal.accounts.sessions.readers_language",
    "sprint_portal.middleware.readers_zone",
    "sprint_portal.middleware.private_pages",
    "sprint_portal.middleware.explain_forms_only",
    "sprint_portal.kept.forget_what_arrived",
    "sprint_portal.accounts.second_factor.require_second_factor",
]
ROOT_URLCONF = "sprint_portal.urls"
WSGI_APPLICATION = "sprint_portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "sprint_portal.context.portal",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ]
            if not DEBUG
            else [
                "django.template.loaders.filesystem.Loader",
                "django.template.loaders.app_directories.Loader",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- what it keeps ---------------------------------------------------------------
DATABASES = {
    "default": env.db_url_config(
        required(
            env, "DATABASE_URL", production=PRODUCTION, default=f"sqlite:///{VAR}/portal.sqlite3"
        )
    )
}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a transaction that will write waits for its turn at its start instead of
    # failing with "database is locked" in its middle.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    # A file, as when it runs: threads then meet as they do in earnest.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR / "test.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = required(env, "REDIS_URL", production=PRODUCTION, default="")
CACHES = {
    "default": (
        {
            "BACKEND": "sprint_portal.cache.RedisOrMemory",
            "LOCATION": REDIS_URL,
            # Seconds: a Redis that is cut off rather than down must not hold pages up.
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2},
        }
        if REDIS_URL
        # Files, so that all processes of this machine share it: what may be done so often, and
        # which second-factor code was used, must not be counted by each apart.
        else {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(VAR / "cache"),
            "OPTIONS": {"MAX_ENTRIES": 10_000},
        }
    )
}

MEDIA_ROOT = VAR / "media"
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR / "static")))
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [ROOT / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
# Files are served by views that check permissions, never from an address of their own.
FILE_BUCKET = env.str("FILE_BUCKET", default="")
STORAGES = {
    "default": (
        {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": FILE_BUCKET,
                "endpoint_url": env.str("FILE_ENDPOINT", default=None),
                "default_acl": None,
                "file_overwrite": False,
            },
        }
        if FILE_BUCKET
        else {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    ),
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if PRODUCTION
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
# A long plan section is well under 1 MB; larger bodies are refused with a page that says so.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

# --- people ----------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    # Alone: each further backend would hash the password once more, for known addresses only.
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "sprint_portal.accounts.passwords.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "sprint_portal.accounts.passwords.NotAboutYou"},
    {"NAME": "sprint_portal.accounts.passwords.NotCommon"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "sprint_portal.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "sprint_portal.accounts.forms.SignupForm"
ACCOUNT_FORMS = {
    "change_password": "sprint_portal.accounts.worded_forms.ChangePasswordForm",
    "set_password": "sprint_portal.accounts.worded_forms.SetPasswordForm",
    "reset_password_from_key": "sprint_portal.accounts.worded_forms.ResetPasswordKeyForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 600
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/h/key",
    "signup": "20/m/ip",
    "confirm_email": "1/30s/key,5/h/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
PASSWORD_RESET_TIMEOUT = 60 * 60
MFA_ADAPTER = "sprint_portal.accounts.adapters.SecondFactorAdapter"
MFA_FORMS = {"add_webauthn": "sprint_portal.accounts.worded_forms.AddPasskeyForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Sprint Portal"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
# Programme staff, facilitators, reviewers and deciders hold a second factor before they
# see anything. The demo lets its made-up people in without one.
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=not DEMO)

# In the database alone, one query a page. A copy in a cache outlives a sign-out: in another
# process's memory when there is no Redis, and in Redis when it was away in that moment.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = SESSION_LONGEST = 12 * 60 * 60  # seconds from sign-in, however busy
SESSION_IDLE_WITH_ROLE = 2 * 60 * 60  # seconds; for people who see others' things
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "sprint_portal.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- safety ----------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 63_072_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    CSRF_TRUSTED_ORIGINS = [SITE_URL]

# --- language and time -----------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- mail ------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="Sprint Portal <portal@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 20
vars().update(
    env.email_url_config(required(env, "MAIL_URL", production=PRODUCTION, default="filemail://"))
)
EMAIL_FILE_PATH = str(VAR / "mail")
# Which mails the mail office keeps from one of its people: (user) -> Q over messages.
MAIL_CLOSED_TO = "cohorts.mailed.closed_to"

# --- background work -------------------------------------------------------------
_broker_folder = VAR / "broker"
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default=REDIS_URL or "filesystem://")
if CELERY_BROKER_URL.startswith("filesystem"):
    for _folder in ("queue", "control"):
        (_broker_folder / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker_folder / "queue"),
        "data_folder_out": str(_broker_folder / "queue"),
        "control_folder": str(_broker_folder / "control"),
        "polling_interval": 0.05,  # seconds; the default of 1 s makes every click feel slow
    }
else:
    # A killed worker's task is handed out again after this many seconds: above the hard limit.
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 300,
        "socket_connect_timeout": 2,
        "socket_timeout": 5,
        "max_retries": 1,
    }
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_POOL = "prefork"  # WeasyPrint is not thread-safe: never a thread pool
CELERY_WORKER_CONCURRENCY = env.int("WORKERS", default=2)
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 512_000  # kB
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat")
CELERY_BEAT_SCHEDULE = {
    "confirm-reminders": {"task": "cohorts.tasks.remind_to_confirm", "schedule": 300.0},
    "heartbeat": {"task": "sprint_portal.tasks.beat", "schedule": 30.0},
    "limits": {"task": "sprint_portal.tasks.forget_full_buckets", "schedule": 3600.0},
    "mail-sweep": {"task": "sprint_portal.mail.tasks.sweep", "schedule": 30.0},
    "city-reminders": {"task": "cohorts.tasks.nudge", "schedule": 3600.0},
    "meeting-reminders": {"task": "cohorts.tasks.remind", "schedule": 300.0},
    # In the small hours; the day itself is each offering's own.
    "retention": {"task": "cohorts.tasks.purge", "schedule": crontab(minute=20, hour=3)},
    "render-sweep": {"task": "toolkit.tasks.sweep_renders", "schedule": 30.0},
}

# What waits for a worker, for /readyz: {name: (model with a state "queued", since when)}.
WAITING_WORK = {
    "mail": ("mail.Message", "created_at"),
    "renders": ("toolkit.Render", "queued_at"),
}

# --- words about what happens ----------------------------------------------------
DJANGO_STRUCTLOG_USER_ID_FIELD = "uid"
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_CELERY_ENABLED = True
# At home the terminal is for the address and the sign-ins, and for what goes wrong.
LOGGING = logging_config(
    level=env.str("LOG_LEVEL", default="INFO" if PRODUCTION else "WARNING"), as_json=PRODUCTION
)
TEST_RUNNER = "django.test.runner.DiscoverRunner"
