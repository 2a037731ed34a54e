"""RSS, RDF, Atom, JSON Feed and sitemaps: each field from where the format puts it."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ingest.errors import FeedError
from ingest.feeds import parse_feed
from ingest.model import Item, ParsedFeed

URL = "https://kranbote.example/feeds/alle.xml"
NOON = datetime(2024, 3, 11, 12, tzinfo=UTC)


def parse(text: str, url: str = URL) -> ParsedFeed:
    return parse_feed(text.encode(), url=url)


def only(text: str, url: str = URL) -> Item:
    [item] = parse(text, url).items
    return item


def rss(item: str, channel: str = "", attributes: str = "") -> str:
    return (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dcterms="http://purl.org/dc/terms/"'
        f' xmlns:media="http://search.yahoo.com/mrss/" {attributes}>'
        f"<channel>{channel}<item>{item}</item></channel></rss>"
    )


def atom(entry: str, feed: str = "", attributes: str = "") -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}>{feed}<entry>{entry}</entry></feed>'


def test_rss_fields() -> None:
    """All fields of an RSS item, with Dublin Core and content beside its own."""
    feed = parse(
        rss(
            "<title>Kai &amp;amp; Kran</title><link> https://kranbote.example/kai?a=1&amp;b=2 </link>"
            "<guid isPermaLink='false'> k-1 </guid><pubDate>Mon, 11 Mar 2024 12:00:00 GMT</pubDate>"
            "<atom:updated>2024-03-11T12:00:00Z</atom:updated><dc:creator>Mara Lund</dc:creator>"
            "<dc:creator>Ole Brandt</dc:creator><description>&lt;p&gt;Am &lt;b&gt;Morgen&lt;/b&gt;"
            "&lt;/p&gt;</description>"
            "<content:encoded><![CDATA[<p>Am Morgen war der Kai leer.</p>]]></content:encoded>",
            channel="<title>Kranbote</title><link>https://kranbote.example/</link><language>de-DE</language>",
        )
    )
    assert (feed.format, feed.title, feed.language, feed.home) == (
        "rss",
        "Kranbote",
        "de-de",
        "https://kranbote.example/",
    )
    assert feed.items == (
        Item(
            url="https://kranbote.example/kai?a=1&b=2",
            guid="k-1",
            title="Kai & Kran",
            summary="Am Morgen",
            content="<p>Am Morgen war der Kai leer.</p>",
            author="Mara Lund, Ole Brandt",
            published=NOON,
            updated=NOON,
            language="de-de",
        ),
    )


def test_rss_dublin_core_stands_in() -> None:
    """dc:date, dc:title and dcterms serve where RSS's own elements are missing."""
    item = only(
        rss(
            "<dc:title>Kai</dc:title><dc:date>2024-03-11T12:00:00Z</dc:date>"
            "<dc:language>EN_us</dc:language>"
            "<dcterms:modified>2024-03-11T12:00:00Z</dcterms:modified>"
            "<author>m@kranbote.example (Mara)</author>"
        )
    )
    assert (item.title, item.published, item.updated, item.language) == ("Kai", NOON, NOON, "en-us")
    assert item.author == "m@kranbote.example (Mara)"


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ("<link>/kai</link>", "https://kranbote.example/kai"),
        ("<link>kai</link>", "https://kranbote.example/feeds/kai"),
        ("<link/><atom:link rel='alternate' href='https://kranbote.example/a'/>", "https://kranbote.example/a"),
        ("<atom:link rel='self' href='https://kranbote.example/a'/>", None),
        ("<link>\n https://kranbote.example/ein-\n  kai\n</link>", "https://kranbote.example/ein-kai"),
        ("<guid>https://kranbote.example/g</guid>", "https://kranbote.example/g"),
        ("<guid isPermaLink='true'>https://kranbote.example/g</guid>", "https://kranbote.example/g"),
        ("<guid isPermaLink='false'>https://kranbote.example/g</guid>", None),
        ("<guid>k-1</guid>", None),
        ("<link>javascript:alert(1)</link><guid>https://kranbote.example/g</guid>", "https://kranbote.example/g"),
        ("<link>mailto:kai@kranbote.example</link>", None),
        ("<link>file:///etc/passwd</link>", None),
        ("<link>ftp://kranbote.example/</link>", None),
        ("<link>http://[</link>", None),
    ],
)
def test_rss_links(item: str, url: str | None) -> None:
    """Links are absolute http(s) or None; a GUID is one only if it may be."""
    assert only(rss(item + "<title>x</title>")).url == url


def test_relative_links_start_from_the_site_where_it_is_named() -> None:
    """The channel's own address comes before the feed's."""
    item = only(rss("<link>/kai</link>", channel="<link>https://www.kranbote.example/start</link>"))
    assert item.url == "https://www.kranbote.example/kai"


def test_a_file_without_an_address_keeps_relative_links() -> None:
    """With nothing to start from, a relative link stays as printed; a script is still refused."""
    for nowhere in ("", "file:///home/mara/feed.xml"):
        assert only(rss("<link>/kai</link>"), url=nowhere).url == "/kai"
    assert only(rss("<link>javascript:1</link><title>x</title>"), url="").url is None


def test_images_and_sources_are_not_the_item() -> None:
    """Elements of the same name in other places or namespaces are not taken for the item's."""
    item = only(
        rss(
            "<media:title>Bild</media:title><media:group><title>Gruppe</title></media:group>"
            "<source url='https://fremd.example/'>Fremd</source><title>Kai</title>"
            "<image><url>https://x.example/</url><title>Logo</title>"
            "<link>https://x.example/</link></image>"
        )
    )
    assert (item.title, item.url) == ("Kai", None)


def test_old_and_odd_rss() -> None:
    """Items beside the channel (RSS 0.90, RDF), a default namespace, and a root that is a channel are all read."""
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        ' xml:lang="de">'
        '<channel rdf:about="x"><title>Kranbote</title><link>https://kranbote.example/</link></channel>'
        '<item rdf:about="https://kranbote.example/kai"><title>Kai</title>'
        "<link>https://kranbote.example/kai</link></item></rdf:RDF>"
    )
    feed = parse(rdf)
    assert (feed.format, feed.title, feed.items[0].guid) == ("rdf", "Kranbote", "https://kranbote.example/kai")
    assert feed.items[0].language == "de"
    assert only("<rss><channel/><item><title>Kai</title></item></rss>").title == "Kai"
    assert (
        only(
            '<rss xmlns="http://backend.userland.com/rss2"><channel><item><title>Kai</title></item></channel></rss>'
        ).title
        == "Kai"
    )
    assert only("<channel><title>K</title><item><title>Kai</title></item></channel>").title == "Kai"


def test_atom_fields() -> None:
    """All fields of an Atom entry; the site's name is not the author of its entries."""
    feed = parse(
        atom(
            "<title type='html'>Kai &amp;lt;&amp;amp; &lt;i&gt;Kran&lt;/i&gt;</title><id>urn:k:1</id>"
            "<link rel='self' href='https://kranbote.example/self'/>"
            "<link rel='alternate' type='application/json' href='/kai.json'/>"
            "<link rel='alternate' type='text/html' href='/kai'/><published>2024-03-11T13:00:00+01:00</published>"
            "<updated>2024-03-11T12:00:00Z</updated><author><name>Mara Lund</name><email>m@x.example</email></author>"
            "<author><name>Ole Brandt</name></author><summary>Am Morgen</summary>"
            "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>Am <b>Morgen</b>.</p></div></content>",
            feed="<title>Kranbote</title><link href='https://kranbote.example/'/><author><name>Redaktion</name></author>",
            attributes="xml:lang='de'",
        )
    )
    [item] = feed.items
    assert (feed.format, feed.title, feed.language, feed.home) == (
        "atom",
        "Kranbote",
        "de",
        "https://kranbote.example/",
    )
    assert (item.title, item.guid, item.url) == ("Kai <& Kran", "urn:k:1", "https://kranbote.example/kai")
    assert (item.published, item.updated, item.author) == (NOON, NOON, "Mara Lund, Ole Brandt")
    assert (item.summary, item.language) == ("Am Morgen", "de")
    assert item.content is not None
    assert "<b>Morgen</b>" in item.content
    assert only(atom("<title>x</title>", feed="<author><name>Redaktion</name></author>")).author is None


def test_atom_text_constructs() -> None:
    """text, html and xhtml titles give the same plain text; base64 and src contents are what they are."""
    xhtml = "<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>Kai <b>und</b> Kran</div></title>"
    for title in ("<title>Kai und Kran</title>", "<title type='html'>Kai &lt;b>und&lt;/b> Kran</title>", xhtml):
        assert only(atom(title)).title == "Kai und Kran"
    packed = base64.b64encode("<p>Möwe</p>".encode()).decode()
    assert only(atom(f"<id>1</id><content mode='base64' type='text/html'>{packed}</content>")).content == "<p>Möwe</p>"
    assert only(atom("<id>1</id><content type='image/png'>iVBORw0K</content>")).content is None
    assert only(atom("<id>1</id><content src='/ton' type='audio/ogg'/>")).url == "https://kranbote.example/ton"


def test_atom_base_addresses_nest() -> None:
    """xml:base moves what relative links start from, one inside the other."""
    feed = atom("<link href='kai'/>", attributes="xml:base='/a/'").replace("<entry>", "<entry xml:base='b/'>")
    assert only(feed).url == "https://kranbote.example/a/b/kai"


def test_atom_without_namespace_old_and_single() -> None:
    """Atom 0.3, Atom without a namespace, with a prefix, and a lone entry are read."""
    old = (
        '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title mode="escaped">Kai</title>'
        "<issued>2024-03-11T12:00:00Z</issued><modified>2024-03-11T12:00:00Z</modified></entry></feed>"
    )
    assert (only(old).title, only(old).published, only(old).updated) == ("Kai", NOON, NOON)
    assert only("<feed><entry><title>Kai</title></entry></feed>").title == "Kai"
    assert (
        only('<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>Kai</a:title></a:entry></a:feed>').title
        == "Kai"
    )
    assert only('<entry xmlns="http://www.w3.org/2005/Atom"><title>Kai</title></entry>').title == "Kai"
    assert (
        only('<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>Kai & Kran</a:title></a:entry>').title
        == "Kai & Kran"
    )


def test_json_feed() -> None:
    """JSON Feed 1.1 and 1.0; values of wrong types are as good as missing."""
    entry: dict[str, Any] = {
        "id": 7,
        "url": "/kai",
        "title": "Kai &amp; Kran",
        "summary": "<b>Am</b> Morgen",
        "content_html": "<p>Leer.</p>",
        "date_published": "2024-03-11T12:00:00Z",
        "date_modified": "2024-03-11T12:00:00Z",
        "language": "de-AT",
        "authors": [{"name": "Mara Lund"}, {"url": "x"}, "Ole Brandt", 3],
    }
    head = {"version": "https://jsonfeed.org/version/1.1", "title": "Kranbote", "language": "de", "home_page_url": "/"}
    feed = parse(
        json.dumps({**head, "items": [entry, {"id": "8", "author": {"name": "Mara"}, "content_text": "a < b"}, 5, {}]})
    )
    assert (feed.format, feed.title, feed.language, feed.home) == (
        "json",
        "Kranbote",
        "de",
        "https://kranbote.example/",
    )
    first, second = feed.items
    assert first == Item(
        url="https://kranbote.example/kai",
        guid="7",
        title="Kai & Kran",
        summary="Am Morgen",
        content="<p>Leer.</p>",
        author="Mara Lund, Ole Brandt",
        published=NOON,
        updated=NOON,
        language="de-at",
    )
    assert (second.author, second.content, second.language) == ("Mara", "a &lt; b", "de")
    wrong = parse(
        json.dumps({**head, "title": 5, "items": [{"id": ["x"], "url": 5, "title": {"a": 1}, "content_html": "<p>x"}]})
    )
    assert wrong.items == (Item(url=None, guid=None, content="<p>x", language="de"),)


def test_json_feed_cut_off() -> None:
    """Entries before the break are read."""
    text = json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "K",
            "items": [{"id": str(i), "title": "Kai"} for i in range(5)],
        }
    )
    assert [item.guid for item in parse(text[:-30]).items] == ["0", "1", "2", "3"]


SITEMAP = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
)


def test_news_sitemap() -> None:
    """Title, time and language come from the news part; lastmod is the updated time."""
    feed = parse(
        f"<urlset {SITEMAP}><url><loc> https://kranbote.example/kai </loc>"
        "<lastmod>2024-03-11T12:00:00Z</lastmod><news:news>"
        "<news:publication><news:name>Kranbote</news:name><news:language>de</news:language></news:publication>"
        "<news:publication_date>2024-03-11T12:00:00Z</news:publication_date><news:title>Kai &amp;amp; Kran</news:title>"
        "</news:news></url><url><loc>mailto:x</loc></url></urlset>"
    )
    assert feed.format == "sitemap"
    assert feed.items == (
        Item(
            url="https://kranbote.example/kai",
            guid=None,
            title="Kai & Kran",
            published=NOON,
            updated=NOON,
            language="de",
        ),
    )


def test_a_long_sitemap_gives_its_newest() -> None:
    """A sitemap has no order: the cap keeps the newest."""
    rows = "".join(
        f"<url><loc>https://kranbote.example/{i}</loc><lastmod>2024-03-{i:02d}</lastmod></url>" for i in range(1, 29)
    )
    feed = parse_feed(f"<urlset {SITEMAP}>{rows}</urlset>".encode(), url=URL, max_items=2)
    assert [item.url for item in feed.items] == ["https://kranbote.example/28", "https://kranbote.example/27"]


def test_sitemap_index_newest_first() -> None:
    """An index lists sitemaps, newest first, undated ones last, scripts not at all."""
    feed = parse(
        f"<sitemapindex {SITEMAP}><sitemap><loc>/alt.xml</loc></sitemap>"
        "<sitemap><loc>/1.xml</loc><lastmod>2024-03-01</lastmod></sitemap><sitemap><loc>javascript:1</loc></sitemap>"
        "<sitemap><loc>/2.xml.gz</loc><lastmod>2024-03-02</lastmod></sitemap></sitemapindex>"
    )
    assert (feed.format, feed.items) == ("sitemapindex", ())
    assert [s.rpartition("/")[2] for s in feed.sitemaps] == ["2.xml.gz", "1.xml", "alt.xml"]


@pytest.mark.shared
def test_real_feeds_are_read_as_labelled(shared: Any) -> None:
    """On the labelled real feeds: every entry, and titles and links as labelled in at least 99.5 %."""
    import gzip

    folder = shared / "feedbench"
    if not folder.is_dir():
        pytest.skip("no labelled feeds")
    entries = found = 0
    for line in (folder / "index.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if not row["entries"]:
            continue
        body = gzip.decompress((folder / f"feeds/{row['file']}.gz").read_bytes())
        try:
            items = parse_feed(body, url="").items
        except FeedError:
            items = ()
        links = [item.url or "" for item in items]
        entries += len(row["entries"])
        found += sum(entry["link"] is None or entry["link"] in links for entry in row["entries"])
        assert len(items) == len(row["entries"]), row["file"]
    assert found / entries >= 0.995


def test_fields_that_are_not_read_tell_an_entry() -> None:
    """An entry of nothing but a category, a picture or a contributor is an entry; one of unknown words is none."""
    channel = "".join(f"<item>{field}</item>" for field in ("<category>Hafen</category>", "<enclosure/>", "<x/>"))
    assert len(parse(f"<rss><channel>{channel}</channel></rss>").items) == 2
    entries = "".join(f"<entry>{field}</entry>" for field in ("<contributor/>", "<x/>", "<rights>frei</rights>"))
    assert len(parse(f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>').items) == 2


def test_entries_keep_their_own_fields() -> None:
    """A column has gaps: what one entry lacks is not taken from another, and further elements stay with theirs."""
    items = (
        "<x/>", "<title>Kai</title>", "<title> </title><title>Kran</title><author>Ada</author><author>Bo</author>",
        "<category/>", "<author> </author><pubDate>gestern</pubDate><pubDate>2024-03-11T12:00:00Z</pubDate>",
    )  # fmt: skip
    read = parse("<rss><channel>" + "".join(f"<item>{item}</item>" for item in items) + "</channel></rss>").items
    assert [(item.title, item.author, item.published) for item in read] == [
        ("Kai", None, None), ("Kran", "Ada, Bo", None), ("", None, None), ("", None, NOON)
    ]  # fmt: skip
