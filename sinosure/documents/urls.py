"""Letters and attachments."""

from django.urls import path

from sinosure.documents import views

app_name = "documents"
urlpatterns = [
    path("", views.document_list, name="list"),
    path("<int:pk>/", views.document_download, name="download"),
    path("attachments/<int:pk>/", views.attachment_download, name="attachment"),
    path("verify/", views.verify, name="verify"),
    path("verify/<str:code>/", views.verify, name="verify-code"),
]
