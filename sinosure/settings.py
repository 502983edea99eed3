"""Settings. Everything that differs between machines comes from the environment; the defaults serve `./run`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import dj_database_url
from django.utils.translation import gettext_lazy as _

from sinosure import logs
from sinosure.local.paths import broker_url, database_url, state_dir

BASE_DIR = Path(__file__).resolve().parent.parent
TESTING = "pytest" in sys.modules


def flag(name: str, default: bool) -> bool:
    return os.environ.get(name, str(default)).lower() in {"1", "true", "yes", "on"}


DEMO = flag("SINOSURE_DEMO", True)
DEBUG = flag("SINOSURE_DEBUG", False)
STATE_DIR = state_dir()
SITE_URL = os.environ.get("SINOSURE_URL", "https://export-cover.invalid").rstrip("/")  # printed in letters
SECRET_KEY = os.environ.get("SINOSURE_SECRET_KEY", "")
if not SECRET_KEY and (DEMO or TESTING):
    SECRET_KEY = "demo-only-" + "0" * 50
# names financed invoices (§8.5); keep it when SECRET_KEY changes, or what is financed is no longer recognised
FINGERPRINT_KEY = os.environ.get("SINOSURE_FINGERPRINT_KEY") or SECRET_KEY
# encrypts the private keys of electronic seals and the secrets of webhooks; keep it when SECRET_KEY changes, or none can sign
SEAL_KEY = os.environ.get("SINOSURE_SEAL_KEY") or SECRET_KEY
WEBHOOKS_TO_LOOPBACK = False  # tests alone call this machine; any other private address is refused even then
WEBHOOK_RESOLVER = "sinosure.notifications.webhooks.addresses.ask_system"  # (host, port) → addresses
IDENTITY_PROVIDER = "policies.single_window.identity.SimulatedProvider"  # SW-1: no real card reader is built in
ALLOWED_HOSTS = os.environ.get("SINOSURE_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
ALLOWED_HOSTS += ["127.0.0.1"]  # health checks from within
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("SINOSURE_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "pgtrigger",
    "axes",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "sinosure.core",
    "sinosure.audit",
    "sinosure.reference",
    "sinosure.accounts",
    "sinosure.documents",
    "sinosure.notifications",
    "sinosure.ledger",
    "sinosure.ui",
    "sinosure.api",
    "sinosure.academy",
    "sinosure.deadlines",
    "credit_info",
    "policies",
    "limits",
    "declarations",
    "financing",
    "claims",
    "sinosure.portal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "sinosure.ui.middleware.ContentSecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "sinosure.ui.middleware.ErrorPagesMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "sinosure.accounts.access.AccessMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "sinosure.urls"
WSGI_APPLICATION = "sinosure.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "sinosure.accounts.access.actor_context",
                "sinosure.ui.context.frame",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "sinosure.ui.templatetags.ui",
                "sinosure.ui.templatetags.ui_parts",
                "sinosure.ui.templatetags.ui_lists",
                "sinosure.ui.templatetags.ui_forms",
            ],
        },
    }
]

# without DATABASE_URL and REDIS_URL: where ./run keeps its own servers
DATABASE_URL = os.environ.get("DATABASE_URL") or database_url()
# the threads of a test's live server must have let go when the test database is dropped
DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=0 if TESTING else 60)}
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 2)  # the least that libpq knows
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["TEST"] = {
    "NAME": "test_sinosure" + os.environ.get("TEST_DB_SUFFIX", ""),
    "TEMPLATE": os.environ.get("TEST_DB_TEMPLATE"),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = os.environ.get("REDIS_URL") or broker_url()
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}
CELERY_BROKER_URL = (
    "redis+socket://" + REDIS_URL.removeprefix("unix://").split("?")[0]
    if REDIS_URL.startswith("unix://")
    else REDIS_URL
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "*.render_*": {"queue": "pdf"},
    "*.import_*": {"queue": "upload"},
    "*.sweep*": {"queue": "sweep"},
    "*.relay*": {"queue": "notify"},
}
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 2, "socket_connect_timeout": 2}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1  # a file of 100,000 rows must not hold back what waits behind it
CELERY_BEAT_SCHEDULE = {
    "sweep-deadlines": {"task": "sinosure.deadlines.tasks.sweep", "schedule": 2.0},
    "tend-calendar": {"task": "sinosure.deadlines.tasks.tend_calendar", "schedule": 3600.0},
    "relay-outbox": {"task": "sinosure.notifications.tasks.relay", "schedule": 2.0},
    "relay-webhooks": {"task": "sinosure.notifications.tasks.relay_webhooks", "schedule": 2.0},
    "fan-out-alarms": {"task": "credit_info.tasks.relay_alarms", "schedule": 2.0},
    "import-waiting": {"task": "declarations.tasks.import_waiting", "schedule": 15.0},
    "issue-waiting": {"task": "policies.tasks.issue_waiting", "schedule": 15.0},
    "seal-audit": {"task": "sinosure.audit.tasks.seal", "schedule": 1.0},
    "sum-up-countries": {"task": "credit_info.atlas.tasks.sum_up", "schedule": 600.0},
    "seal-financing": {"task": "financing.tasks.seal", "schedule": 1.0},
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/signin/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/signin/"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "sinosure.ui.errors.locked_out"
CSRF_FAILURE_VIEW = "sinosure.ui.errors.csrf_failure"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = STATE_DIR / "media"
STATIC_STORAGE = "CompressedStorage" if flag("SINOSURE_COMPRESS", not DEMO) else "HashedStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else f"sinosure.ui.staticfiles.{STATIC_STORAGE}"
    },
}
LETTER_PRINTER = "sinosure.documents.rendering.printed"  # (HTML, reference) → PDF
OUTBOX_DIR = STATE_DIR / "outbox"
EMAIL_BACKEND = os.environ.get("SINOSURE_EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = OUTBOX_DIR
DEFAULT_FROM_EMAIL = "Export Cover <no-reply@export-cover.invalid>"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SECURE_COOKIES = flag("SINOSURE_HTTPS", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SECURE_SSL_REDIRECT = SECURE_COOKIES
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked from within, without TLS
SECURE_HSTS_SECONDS = 31536000 if SECURE_COOKIES else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_COOKIES
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_COOKIES else None
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.SessionAuthentication",
        "rest_framework.authentication.TokenAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["sinosure.api.permissions.HasAccess"],
    "DEFAULT_PAGINATION_CLASS": "sinosure.api.paging.KeysetPagination",
    "EXCEPTION_HANDLER": "sinosure.api.problems.handle",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["sinosure.api.parsing.StrictJSONParser", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {"TITLE": "Export Cover API", "VERSION": "1", "SERVE_INCLUDE_SCHEMA": False}
SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = logs.settings(os.environ.get("SINOSURE_LOG_LEVEL", "WARNING" if TESTING else "INFO"))
logs.configure()
