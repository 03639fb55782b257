"""The reference page's template; apart, so that settings can name it before Django is set up."""

NAME = "bench/reference.html"
TEXT = "\n".join(
    [
        '<!doctype html><html lang="en"><head><title>{{ offering }}</title></head><body>',
        "<h1>{{ offering.slug }}</h1><ul>",
        *("<li>{{ city.name }} · {{ city.country }} · {{ user.name }}</li>" for _ in range(96)),
        "</ul></body></html>",
    ]
)
