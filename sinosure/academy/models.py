"""今日看点 and 小微学堂: articles, courses with each reader's progress, the term dictionary, useful sites."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sinosure.accounts.models import User
from sinosure.core.states import TonedChoices
from sinosure.reference.models import Country, TwoNames, in_chinese


class Section(models.TextChoices):
    """Where an article stands: the day's news, a case, market notes, or a country's risk report."""

    NEWS = "NEWS", _("Highlights of the day")
    CASE = "CASE", _("Cases")
    OVERSEAS = "OVERSEAS", _("Markets abroad")
    LIBRARY = "LIBRARY", _("Country reports")


class Category(models.TextChoices):
    """The five categories of 今日看点."""

    WORLD = "WORLD", _("World news")
    TRADE = "TRADE", _("From the trade")
    WARNING = "WARNING", _("Warnings")
    CASE_TALK = "CASE_TALK", _("Trade cases")
    PROJECT = "PROJECT", _("Project stories")


class Board(models.TextChoices):
    """The four boards of 小微学堂."""

    BEGINNERS = "BEGINNERS", _("New to exporting")
    TOPICS = "TOPICS", _("Topics of the day")
    MARKETS = "MARKETS", _("Finding markets")
    FINANCE = "FINANCE", _("Finance")


class ArticleState(TonedChoices):
    DRAFT = "DRAFT", "grey", _("Draft")
    PUBLISHED = "PUBLISHED", "green", _("Published")
    WITHDRAWN = "WITHDRAWN", "red", _("Withdrawn")


class TwoTexts(models.Model):
    """A title, a line about it and a text in Markdown, in both languages."""

    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=160)
    about_zh = models.CharField(max_length=300, blank=True)
    about_en = models.CharField(max_length=400, blank=True)
    text_zh = models.TextField(blank=True)
    text_en = models.TextField(blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.title_zh if in_chinese() else self.title_en

    @property
    def about(self) -> str:
        return self.about_zh if in_chinese() else self.about_en

    @property
    def text(self) -> str:
        return self.text_zh if in_chinese() else self.text_en


class Article(TwoTexts):
    """Written by staff or shipped. `is_sample` says on the page that it was invented for the demo."""

    slug = models.SlugField(max_length=80, unique=True)
    section = models.CharField(max_length=8, choices=Section.choices)
    category = models.CharField(max_length=9, choices=Category.choices, blank=True)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    industry = models.PositiveSmallIntegerField(null=True, blank=True)  # HS section 1–21, see reference.industries
    source = models.CharField(max_length=200)
    is_sample = models.BooleanField(default=False)
    state = models.CharField(max_length=9, choices=ArticleState.choices, default=ArticleState.DRAFT)
    published_on = models.DateField(null=True)
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(section="NEWS") ^ Q(category=""), name="article_news_has_category"),
            models.CheckConstraint(
                condition=~Q(section="LIBRARY") | Q(country__isnull=False), name="article_report_has_country"
            ),
            models.CheckConstraint(
                condition=~Q(state="PUBLISHED") | Q(published_on__isnull=False), name="article_published_has_day"
            ),
            models.CheckConstraint(
                condition=Q(industry=None) | Q(industry__range=(1, 21)), name="article_industry_1_to_21"
            ),
        ]
        indexes = [
            models.Index(
                fields=["section", "-published_on", "-id"], condition=Q(state="PUBLISHED"), name="article_published"
            ),
        ]


class Course(TwoTexts):
    slug = models.SlugField(max_length=80, unique=True)
    board = models.CharField(max_length=9, choices=Board.choices)
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["board", "position", "id"]


class Lesson(TwoTexts):
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="lessons")
    position = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField(default=5)

    class Meta:
        ordering = ["course", "position"]
        constraints = [models.UniqueConstraint(fields=["course", "position"], name="lesson_position_once")]


class LessonDone(models.Model):
    """A reader has finished a lesson."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="done")
    done_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "lesson"], name="lesson_done_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.lesson_id}"


class Term(models.Model):
    """An entry of the zh/en dictionary."""

    zh = models.CharField(max_length=80)
    en = models.CharField(max_length=120)
    short = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["en", "id"]
        constraints = [models.UniqueConstraint(fields=["zh", "en"], name="term_once")]

    def __str__(self) -> str:
        return f"{self.zh} {self.en}"


class Tool(TwoNames):
    """A site that exporters need."""

    url = models.URLField(unique=True)
    about_zh = models.CharField(max_length=120)
    about_en = models.CharField(max_length=160)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position", "id"]

    @property
    def about(self) -> str:
        return self.about_zh if in_chinese() else self.about_en
