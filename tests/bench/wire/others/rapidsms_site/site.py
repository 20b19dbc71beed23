"""Settings, address and WSGI application in one. The database is SQLite, set as ours is: SITE_DATABASE is its path."""

from __future__ import annotations

import os

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.urls import path

settings.configure(
    SECRET_KEY="for the benchmark only",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "rapidsms",
        "rapidsms.backends.database",
        "rapidsms.contrib.messagelog",
        "rapidsms_site",
    ],
    INSTALLED_BACKENDS={"wire": {"ENGINE": "rapidsms.backends.database.DatabaseBackend"}},
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["SITE_DATABASE"],
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    },
)
django.setup()

from rapidsms.backends.http.views import GenericHttpBackendView  # noqa: E402 # needs the settings

urlpatterns = [
    path(
        "twilio/inbound",
        GenericHttpBackendView.as_view(
            backend_name="wire", http_method_names=["post"], params={"identity_name": "From", "text_name": "Body"}
        ),
    )
]
application = get_wsgi_application()

if __name__ == "__main__":
    call_command("migrate", verbosity=0)
