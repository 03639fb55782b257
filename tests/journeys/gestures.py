"""What a journey's hands do, so that nothing is read before it is there."""


def follow(locator, *, timeout=None):
    """Click what leads to another page, and wait for that page.

    A bare click may come back before the next page has begun, and whatever is read then is the
    old page's. timeout: milliseconds, where the page takes longer than most.
    """
    with locator.page.expect_navigation(timeout=timeout):
        locator.click(timeout=timeout)


def press(page, name, *, role="button", exact=True):
    """Follow the first button (or `role`) that is called `name`."""
    follow(page.get_by_role(role, name=name, exact=exact).first)
