"""The flow: one page in, one article out; broken markup and wrong declarations change nothing."""

# ruff: noqa: ISC004  # the texts of articles and pages read better unbroken

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.errors import NoArticle
from ingest.extract import extract
from ingest.extract.decode import markup
from ingest.model import REJECTIONS, Article, Item
from tests.extract.pages import LINKED_DATA, NOW, PARAGRAPHS, TITLE, URL, page, paragraphs, read


def test_article(whole: str) -> None:
    """A plain page gives all that it says."""
    article = read(page())
    assert article == Article(
        url=URL,
        canonical_claim=None,
        title=TITLE,
        text=whole,
        furniture=(TITLE,),
        authors=("Jorinde Falk",),
        published=datetime(2024, 5, 13, 19, 40, tzinfo=UTC),
        published_from="json-ld",
        language="de",
        publisher="Talbote",
        words=article.words,
    )
    assert 110 < article.words < 140


def test_english(whole: str) -> None:
    """An English page is told by its text, whatever its template claims."""
    texts = [
        "The parish council of Lower Haddock voted on Tuesday night to keep the village library open for another year.",
        "More than two hundred residents had signed a petition against the closure, which the treasurer called a "
        "regrettable necessity. The money will now come out of the roads budget.",
        "Librarian Maud Penrose said she was relieved but not surprised. The building needs a new roof before winter.",
    ]
    article = read(page(paragraphs(texts), linked=None, title="Lower Haddock keeps its library", lang="de"))
    assert (article.language, article.title) == ("en", "Lower Haddock keeps its library")
    assert article.text == "\n".join(texts)


@pytest.mark.parametrize(
    "broken",
    [
        lambda raw: raw.replace(b"</p>", b"").replace(b"</article>", b"").replace(b"</body></html>", b""),
        lambda raw: raw.replace(b"<body>", b"").replace(b"</head>", b""),
        lambda raw: raw.replace(b" ", b"\0 ", 50),
        lambda raw: b'<?xml version="1.0" encoding="utf-8"?>\n' + raw,
        lambda raw: raw + b"\xff\xfe",
        lambda raw: b"\xef\xbb\xbf" + raw,
        lambda raw: raw.decode().encode("utf-16"),
        lambda raw: raw.replace(b"utf-8", b"iso-8859-1"),
        lambda raw: raw.replace(b"utf-8", b"utf-16"),
        lambda raw: raw.replace(b"utf-8", b"x-unheard-of"),
        lambda raw: raw.replace(b"<h1>", b"<h1>\x1b[31m"),
        lambda raw: raw.replace(b"<body>", b"<body><script>" + b"x" * 2_000_000 + b"</script>"),
    ],
    ids=[
        "unclosed",
        "headless",
        "nuls",
        "xhtml",
        "stray",
        "bom",
        "utf16",
        "declared-latin1",
        "declared-utf16",
        "unknown",
        "escape",
        "big",
    ],
)
def test_broken_markup(broken: object, whole: str) -> None:
    """Markup gone wrong in the usual ways gives the same text."""
    assert callable(broken)
    assert read(broken(page())).text == whole


def test_windows_1252(whole: str) -> None:
    """A page in cp1252 is read as such, declared or not."""
    legacy = page().decode().encode("cp1252")
    assert read(legacy.replace(b"utf-8", b"windows-1252")).text == whole
    assert read(legacy.replace(b'<meta charset="utf-8">', b"")).text == whole


@pytest.mark.parametrize("header", ["utf-8", None, "iso-8859-1"])
def test_what_says_utf8_and_is_windows_1252(whole: str, header: str | None) -> None:
    """Where no letter of the page is UTF-8, as it says it is, its bytes are believed."""
    assert read(page().decode().encode("cp1252"), charset=header).text == whole


def test_a_stray_byte_leaves_a_page_utf8() -> None:
    """Wherever it stands, the rest is read as it is; what it was nobody can tell."""
    text = read(page().replace(b"<p>", b"<p>\x92 ", 1)).text
    assert "Mühlbach" in text


@pytest.mark.parametrize("codec", ["cp1251", "gb18030", "cp1253"])
def test_what_says_utf8_and_is_of_another_script(codec: str) -> None:
    """It is no Windows-1252: read where the page says elsewhere what it is, and else refused."""
    word = {"cp1251": "Президент подписал указ ", "gb18030": "北京时间今天上午", "cp1253": "Η κυβέρνηση "}[codec]
    text = word * 400
    body = f"<html><head><meta charset={codec}><title>{word}</title></head><body><p>{text}</p></body></html>".encode(
        codec
    )
    assert text.strip() in markup(body, charset="utf-8")
    with pytest.raises(NoArticle, match="binary"):
        markup(body.replace(codec.encode(), b"utf-8"), charset="utf-8")


def test_header_charset() -> None:
    """The header's character set is believed where the bytes do not speak against it."""
    body = (
        page()
        .decode()
        .replace('<meta charset="utf-8">', "")
        .replace("Mühlbach", "Mühlbąch")
        .encode("iso8859_2", "replace")
    )
    assert "Mühlbąch" in read(body, charset="iso-8859-2").text


@pytest.mark.parametrize(("name", "codec", "word"), [("gb2312", "gbk", "朱镕基"), ("euc-kr", "cp949", "똠방각하")])
def test_names_mean_what_browsers_take_them_for(name: str, codec: str, word: str) -> None:
    """Writers use the larger set under the name of the smaller one."""
    legacy = page().decode().replace("Mühlbach", word).encode(codec, "replace").replace(b"utf-8", name.encode())
    assert word in read(legacy).text


@pytest.mark.parametrize(
    "body",
    [
        b"", b" \r\n" * 99, b"\0" * 999, b"%PDF-1.7\n" + bytes(range(256)) * 40, b"\x89PNG\r\n\x1a\n" + bytes(999),
        b"\xff\xd8\xff\xe0" + bytes(range(256)) * 9, b"\x1f\x8b\x08" + bytes(999), b"PK\x03\x04" + bytes(999),
        b'{"status": "error", "html": "<p>no</p>"}', b'<?xml version="1.0"?><rss version="2.0"><channel/></rss>',
        b"<feed xmlns='http://www.w3.org/2005/Atom'><title>x</title></feed>", b"just words, no markup at all",
        bytes(range(1, 256)) * 100,
    ],
)  # fmt: skip
def test_not_html(body: bytes) -> None:
    """Anything but a page is refused as such."""
    with pytest.raises(NoArticle) as caught:
        read(body)
    assert caught.value.reason == "not-html"
    assert caught.value.where == URL


@pytest.mark.parametrize(
    "body",
    [
        page(paragraphs() * 5000),
        page("<div>" * 1000 + paragraphs() + "</div>" * 1000),
        page(paragraphs() + "<table>" + "<tr><td>eins</td><td>zwei</td></tr>" * 9000 + "</table>"),
        b"<p>" + b"x" * (15 * 2**20),
    ],
    ids=["paragraphs", "nested", "rows", "bytes"],
)
def test_too_large(body: bytes) -> None:
    """Pages over a cap are refused before the costly part."""
    with pytest.raises(NoArticle) as caught:
        read(body)
    assert caught.value.reason == "too-large"


def test_feed_fills_gaps() -> None:
    """What the page does not say is taken from the feed, and the date's source says so."""
    item = Item(
        url=URL, guid=None, title="Brücke", author="Von Jorinde Falk", published=datetime(2024, 5, 14, tzinfo=UTC)
    )
    bare = page(linked=None)
    article = read(bare, item=item)
    assert (article.authors, article.published, article.published_from) == (
        ("Jorinde Falk",), datetime(2024, 5, 14, tzinfo=UTC), "feed",
    )  # fmt: skip
    assert article.title == TITLE


def test_page_beats_feed() -> None:
    """The page's own metadata win over the feed's."""
    item = Item(url=URL, guid=None, title="Anders", author="Jemand", published=NOW)
    article = read(page(), item=item)
    assert (article.title, article.authors, article.published_from) == (TITLE, ("Jorinde Falk",), "json-ld")


def test_text_from_linked_data() -> None:
    """A page drawn by a script gives the text of its metadata, and only then."""
    told = {**LINKED_DATA, "articleBody": "\n\n".join(PARAGRAPHS)}
    drawn = page("<div id='root'></div>", linked=told).replace(b"<h1>", b"<h1 hidden>")
    assert read(drawn).text == "\n".join(PARAGRAPHS)
    other = {**LINKED_DATA, "articleBody": "Etwas ganz anderes. " * 60}
    assert read(page(linked=other)).text == "\n".join(PARAGRAPHS)


def test_outside_linked_data() -> None:
    """What the page's own articleBody does not know, where it knows the rest, is furniture."""
    told = {**LINKED_DATA, "articleBody": " ".join(PARAGRAPHS)}
    stray = "Frische Brötchen am Sonntag gibt es jetzt auch im Hofladen an der alten Mühle von sieben bis elf Uhr."
    article = read(page(paragraphs([*PARAGRAPHS, stray]), linked=told))
    assert stray not in article.text
    assert stray in article.furniture


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes(body: bytes) -> None:
    """Whatever the bytes, there is an article or a reason, never anything else."""
    try:
        assert extract(body, url=URL, now=NOW).text
    except NoArticle as caught:
        refused = caught
    else:
        return
    assert refused.reason in REJECTIONS


@given(st.data())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_damage(data: st.DataObject) -> None:
    """A page cut, doubled or overwritten anywhere gives an article or a reason."""
    body = bytearray(page())
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(body)))
        piece = data.draw(
            st.one_of(st.binary(max_size=30), st.sampled_from([b"<", b">", b"</p>", b"<!--", b"&#0;", b"]]>"]))
        )
        body[start : start + data.draw(st.integers(0, 60))] = piece
    try:
        article = extract(bytes(body), url=URL, now=NOW)
    except NoArticle as caught:
        refused = caught
    else:
        assert article.text.strip() == article.text
        assert "\n\n" not in article.text
        return
    assert refused.reason in REJECTIONS


def test_light_face() -> None:
    """Naming the package loads nothing heavy."""
    code = "import sys, ingest.extract; print(sorted({'trafilatura', 'lxml', 'py3langid', 'numpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_teaser_before_the_article() -> None:
    """An article element above the article, with a text of its own, is not taken for it."""
    other = "".join(
        f"<p>Die Mühle am Wehr brannte in der Nacht zum Freitag aus, Satz {n} der Meldung.</p>" for n in range(10)
    )
    long = [f"{text} Das ist Absatz {n} des Berichts." for n in range(4) for text in PARAGRAPHS]
    body = (
        f"<html lang='de'><body><article>{other}</article><div><h1>{TITLE}</h1>{paragraphs(long)}</div></body></html>"
    )
    text = read(body.encode()).text
    assert all(line in text for line in long)


def test_a_tag_of_endless_attributes_is_refused() -> None:
    """The parser would compare each of them with all others; a page with a large picture in its markup is read."""
    many = " ".join(f"a{number}" for number in range(30_000))
    with pytest.raises(NoArticle) as refused:
        read(page(f"<p {many}>Text</p>{paragraphs()}"))
    assert refused.value.reason == "too-large"
    assert read(page(f'<img src="data:image/png;base64,{"A" * 200_000}">{paragraphs()}')).text


def test_cells_over_thousands_of_rows_cost_nothing() -> None:
    """A table may say that each cell spans all rows and columns; its text is read once."""
    cells = '<tr><td rowspan="65000" colspan="1000">Baukosten</td></tr>' * 2000
    started = time.process_time()
    assert read(page(f"{paragraphs()}<table>{cells}</table>")).text
    assert time.process_time() - started < 15
