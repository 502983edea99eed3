"""Routes of the portal itself."""

app_name = "portal"
urlpatterns: list = []
