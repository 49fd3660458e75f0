"""One settings file, driven by the environment; production refuses a missing value."""

from base64 import b64decode, b64encode
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF

from bizhan import embedded

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = embedded.VAR_DIR
env = environ.Env()

# --- Which machine is this ---------------------------------------------------------------
PRODUCTION = env.bool("BIZHAN_PRODUCTION", default=False)


def secret(name: str) -> str:
    """A secret from the environment; outside production a fixed one will do."""
    return env.str(name) if PRODUCTION else env.str(name, default=f"development-only-{name:_<40}")


DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = secret("SECRET_KEY")
# Phones and ID numbers: the first key encrypts, the others still decrypt (rotation).
FIELD_KEYS = [secret("FIELD_KEY"), *env.list("OLD_FIELD_KEYS", default=[])]
HASH_KEY = secret("HASH_KEY")
# What signs the evidence: the 32 bytes of an Ed25519 seed in base64.
DEVELOPMENT_EVIDENCE_KEY = b64encode(b"development-only".ljust(32, b"_")).decode()
EVIDENCE_KEY = (
    env.str("EVIDENCE_KEY")
    if PRODUCTION
    else env.str("EVIDENCE_KEY", default=DEVELOPMENT_EVIDENCE_KEY)
)
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]", "testserver"]
)
SITE_ADDRESS = env.str("SITE_ADDRESS", default="http://127.0.0.1:8000")
# The first part of the name of every log; it is signed, so it stays when the address changes.
EVIDENCE_HOUSE = env.str(
    "EVIDENCE_HOUSE",
    default=SITE_ADDRESS.split("//")[-1].split(":")[0] if PRODUCTION else "development.bizhan",
)
if len(b64decode(EVIDENCE_KEY)) != 32:
    raise environ.ImproperlyConfigured("EVIDENCE_KEY must be 32 bytes in base64.")
if PRODUCTION and not ALLOWED_HOSTS:
    raise environ.ImproperlyConfigured("ALLOWED_HOSTS must name the hosts that we answer for.")
if PRODUCTION and not SITE_ADDRESS.startswith("https://"):
    raise environ.ImproperlyConfigured("SITE_ADDRESS must begin with https:// in production.")

# --- The house ---------------------------------------------------------------------------
INSTALLED_APPS = [
    "bizhan",
    "complaints.board",
    "complaints.open311",
    "complaints.proposals",
    "complaints",
    "ownerscommittee.votes",
    "ownerscommittee",
    "partymembers",
    "compounds.accounts",
    "compounds.announcements",
    "compounds.feeds",
    "compounds.files",
    "compounds.jobs",
    "compounds.notices",
    "compounds.webhooks",
    "compounds.audit",
    "compounds",
    "evidence",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "axes",
    "crispy_bootstrap5",
    "crispy_forms",
    "csp",
    "django_filters",
    "pgtrigger",
    "treebeard",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "compounds.accounts.middleware.keep_awake",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "bizhan.urls"
WSGI_APPLICATION = "bizhan.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "bizhan.context.page",
            ],
            "builtins": ["compounds.templatetags.words"],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"


# --- PostgreSQL and Redis: the only engines, embedded when no address is given ------------
def address(name: str, embedded_one: str) -> str:
    """Where a server is; production never falls back on an embedded one."""
    return env.str(name) if PRODUCTION else env.str(name, default="") or embedded_one


DATABASES = {
    "default": {
        **env.db_url_config(address("DATABASE_URL", embedded.database_url())),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
REDIS_URL = address("REDIS_URL", embedded.redis_url())

# --- Language and time -------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

# --- People ------------------------------------------------------------------------------
AUTH_USER_MODEL = "compounds.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "compounds.accounts.backends.PhoneBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_USERNAME_FORM_FIELD = "username"  # what the backend is given: the keyed hash of the phone
AXES_VERBOSE = False
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # the audit log keeps it, without address and browser in clear
AXES_CLIENT_IP_CALLABLE = "compounds.accounts.access.address_of"
# Axes keeps what was posted: neither the phone nor the password may stand in it.
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "phone", "csrfmiddlewaretoken", "next"]
# Addresses or networks whose X-Forwarded-For is believed, as nginx before us.
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
# 动态口令 after the password: all staff in production; elsewhere whoever set it up.
STAFF_NEED_AUTHENTICATOR = env.bool("STAFF_NEED_AUTHENTICATOR", default=PRODUCTION)
SESSION_COOKIE_AGE = 30 * 24 * 3600

# --- Pages and files ---------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(VAR_DIR / "static"))()
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(VAR_DIR / "media"))()
# The last checkpoint of each log, outside of the database: it betrays a backup that is too old.
EVIDENCE_JOURNAL = env.path("EVIDENCE_JOURNAL", default=str(VAR_DIR / "evidence"))()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "bizhan.views.csrf_failure"
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    CSRF_TRUSTED_ORIGINS = [SITE_ADDRESS]

# --- Messages out ------------------------------------------------------------------------
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="璧山小区治理 <bizhan@localhost>")
EMAIL_TIMEOUT = 10  # seconds
# Dotted paths of the gateways; the given ones write to var/outbox, an empty one switches it off.
SMS_ADAPTER = env.str("SMS_ADAPTER", default="compounds.notices.adapters.SmsFile")
WECHAT_ADAPTER = env.str("WECHAT_ADAPTER", default="compounds.notices.adapters.WechatFile")

# Pushes go to the open internet alone; elsewhere than in production also to this machine.
WEBHOOKS_MAY_BE_PRIVATE = env.bool("WEBHOOKS_MAY_BE_PRIVATE", default=not PRODUCTION)

# --- Celery: only wakes the sweeps; nothing depends on what the broker remembers ----------
CELERY_BROKER_URL = embedded.broker_url(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 300
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600, "socket_connect_timeout": 2}
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
SWEEP_EVERY_SECONDS = env.int("SWEEP_EVERY_SECONDS", default=60)
