"""Hashed names for static files, the imports of our own ES modules included."""

from django.contrib.staticfiles.storage import HashedFilesMixin, ManifestStaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class OwnModules(HashedFilesMixin):
    """Other people's scripts are left alone: one of htmx names an import in a comment that leads nowhere."""

    support_js_module_import_aggregation = True
    _js_module_import_aggregation_patterns = ("js/*.js", HashedFilesMixin._js_module_import_aggregation_patterns[1])


class HashedStorage(OwnModules, ManifestStaticFilesStorage):
    """For one machine: nothing is compressed, which would take a minute."""


class CompressedStorage(OwnModules, CompressedManifestStaticFilesStorage):
    """For a site on the network."""
