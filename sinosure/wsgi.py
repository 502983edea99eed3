import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sinosure.settings")
application = get_wsgi_application()
# the routes with all they import: once before the workers are made, not in each of them at its first request
_ = get_resolver().url_patterns
