"""The tables of the toolkit: resources, best practices, and what is rendered of them."""

from toolkit.models.best_practice import BestPractice, Edition
from toolkit.models.render import Render
from toolkit.models.resource import Resource

__all__ = ["BestPractice", "Edition", "Render", "Resource"]
