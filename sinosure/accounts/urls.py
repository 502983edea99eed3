"""Sign in and out; passwords."""

from django.urls import path

from sinosure.accounts import passwords, views

app_name = "accounts"
urlpatterns = [
    path("signin/", views.SignIn.as_view(), name="signin"),
    path("signout/", views.SignOut.as_view(), name="signout"),
    path("signin/forgotten/", passwords.Forgotten.as_view(), name="forgotten"),
    path("signin/forgotten/sent/", passwords.ForgottenSent.as_view(), name="forgotten-sent"),
    path("signin/set/<uidb64>/<token>/", passwords.SetByLink.as_view(), name="set-by-link"),
    path("me/password/", passwords.Change.as_view(), name="password"),
]
