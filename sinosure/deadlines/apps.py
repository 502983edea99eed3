from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "sinosure.deadlines"
    label = "deadlines"
