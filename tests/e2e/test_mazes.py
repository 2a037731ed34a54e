"""Sites that lead in circles."""

from __future__ import annotations

import pytest

from tests.e2e import press
from tests.e2e.conftest import Desk
from tests.e2e.web import Web

pytestmark = pytest.mark.thorough


def test_sitemaps_of_sitemaps_come_to_an_end(web: Web, desk: Desk) -> None:
    """An index that lists itself, another index and a thousand more: each address is asked once, and few of them."""
    site = web.site()
    told = press.story(7000)
    news = site.put("/news.xml", press.sitemap([(site.url("/n/bericht-1"), told)]))
    other = site.url("/zwei.xml")
    many = "".join(f"<sitemap><loc>{site.url(f'/s{n}.xml')}</loc></sitemap>" for n in range(1000))
    own = f"<sitemap><loc>{site.url('/eins.xml')}</loc></sitemap>"
    site.put("/eins.xml", f"<sitemapindex>{own}<sitemap><loc>{other}</loc></sitemap>"
             f"<sitemap><loc>{news}</loc></sitemap>{many}</sitemapindex>")  # fmt: skip
    site.put("/zwei.xml", f"<sitemapindex>{own}<sitemap><loc>{other}</loc></sitemap></sitemapindex>")
    site.put("/robots.txt", f"User-agent: *\nSitemap: {site.url('/eins.xml')}\n")
    site.put("/", "<html><body>Willkommen</body></html>")
    done = desk.call("feeds", "discover", site.url("/"))
    assert [row["url"] for row in done.rows] == [news]
    asked = [one.path for one in web.log if one.path != "/robots.txt"]
    assert len(asked) == len(set(asked)) < 40
