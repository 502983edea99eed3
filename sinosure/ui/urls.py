from django.urls import path

from sinosure.ui import views

app_name = "ui"
urlpatterns = [
    path("language/", views.language, name="language"),
    path("ui-kit/", views.kit, name="kit"),
]
