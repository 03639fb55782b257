"""The reference page's templates; apart, so that settings can name them before Django is set up.

`reference.html` is a plain page of this house, a hundred lines written with the tags that pages
use, in the frame that every page has (header, navigation, footer). `plain.html` is the same
hundred lines' worth of bare variables without frame or tags: the floor under the floor.
"""

PLAIN = "\n".join(
    [
        '<!doctype html><html lang="en"><head><title>{{ offering }}</title></head><body>',
        "<h1>{{ offering.slug }}</h1><ul>",
        *("<li>{{ city.name }} · {{ city.country }} · {{ user.name }}</li>" for _ in range(96)),
        "</ul></body></html>",
    ]
)
SECTION = """<section>
<h2>{% translate "Applications" %}</h2>
<ul class="plain">
{% for place in places %}
<li>
<a href="{% url "cohorts:application" uid=place.uid %}">{{ place.city }}</a>
{% if place.state == "confirmed" %}
<span class="badge">{% translate "Confirmed" %}</span>
{% endif %}
{{ place.reference }} · {{ place.created_at|date:"j F Y" }}
</li>
{% endfor %}
</ul>
</section>"""
FRAMED = "\n".join(
    [
        '{% extends "base.html" %}',
        "{% block title %}{{ offering }}{% endblock title %}",
        "{% block heading %}{{ offering }}{% endblock heading %}",
        "{% block content %}",
        *[SECTION] * 7,
        "{% endblock content %}",
    ]
)
TEXTS = {"bench/reference.html": FRAMED, "bench/plain.html": PLAIN}
