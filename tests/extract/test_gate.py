"""The gate: what is no article is refused with its reason, and no real article ever is."""

# ruff: noqa: E501, ISC004  # the texts of articles and pages read better unbroken

from __future__ import annotations

from typing import Any

import pytest

from ingest.errors import NoArticle
from tests.extract.pages import LINKED_DATA, PARAGRAPHS, URL, page, paragraphs, read


def notice(title: str, *texts: str, rest: str = "", lang: str = "de") -> bytes:
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title></head><body><main>'
        f"<h1>{title}</h1>{paragraphs(texts)}{rest}</main></body></html>"
    ).encode()


LOGIN = "<form><input name=u><input type=password name=p><button>Los</button></form>"
TEASERS = "".join(
    f"<article><h2><a href='/n{n}'>Nachricht {n} aus dem Oberen Tal</a></h2><p>Worum es in Nachricht {n} geht.</p></article>"
    for n in range(30)
)
REFUSED = {
    "soft-404 de": ("soft-404", notice("Seite nicht gefunden", "Der Artikel, den Sie suchen, existiert nicht mehr.")),
    "soft-404 en": ("soft-404", notice("Page not found", "We could not find the page you were looking for.", lang="en")),
    "soft-404 chatty": (
        "soft-404",
        notice("Ups, da fehlt etwas", "Diese Seite wurde leider gelöscht oder verschoben. " * 2 + "Schauen Sie doch auf "
               "unserer Startseite vorbei, dort finden Sie alles, was heute im Tal passiert ist, und noch viel mehr."),
    ),
    "soft-404 fr": ("soft-404", notice("Page introuvable", "La page que vous recherchez n'existe pas ou a été déplacée.", lang="fr")),
    "soft-404 es": ("soft-404", notice("Lo sentimos", "La página que buscas no existe o ha sido eliminada.", lang="es")),
    "soft-404 ru": ("soft-404", notice("Ошибка 404", "Запрашиваемая страница не найдена. Вернитесь на главную.", lang="ru")),
    "soft-404 ja": ("soft-404", notice("お探しのページは見つかりませんでした", "申し訳ございません。お探しのページは削除されたか、移動した可能性があります。トップページにお戻りください。", lang="ja")),
    "soft-404 zh": ("soft-404", notice("抱歉，您访问的页面不存在", "该页面可能已被删除、更名或暂时不可用。请返回首页，或者使用站内搜索查找您需要的内容。", lang="zh")),
    "soft-404 ar": ("soft-404", notice("عذرا", "الصفحة التي تبحث عنها غير موجودة أو تم حذفها.", lang="ar")),
    "consent fr": (
        "consent",
        notice("Avec votre accord", "Nous et nos 320 partenaires traitons vos données personnelles pour des contenus "
               "adaptés. Vous pouvez retirer votre consentement à tout moment.", lang="fr"),
    ),
    "consent it": (
        "consent",
        notice("Il rispetto della tua privacy", "Noi e i nostri 180 partner trattiamo dati personali. Puoi revocare il consenso.", lang="it"),
    ),
    "captcha ru": ("captcha", notice("Подтвердите, что вы не робот", "Мы зарегистрировали подозрительный трафик.", lang="ru")),
    "login es": ("login", notice("Iniciar sesión", "¿Has olvidado tu contraseña?", rest=LOGIN, lang="es")),
    "paywall es": ("paywall", notice("El puente nuevo", PARAGRAPHS[0], "Contenido exclusivo para suscriptores. Suscríbete para seguir leyendo.", lang="es")),
    "paywall ja": ("paywall", notice("新しい橋", "川沿いの町で十三日、新しい橋の建設が承認された。", "この記事は有料会員記事です。残り620文字。", lang="ja")),
    "listing of nine": (
        "listing",
        notice("Aus dem Tal", rest="".join(
            f"<div><h2><a href='/n{n}'>Nachricht {n} aus dem Tal</a></h2><p>{PARAGRAPHS[n % 5][:90]} …</p></div>" for n in range(9)
        )),
    ),
    "server error": ("soft-404", notice("503 Service Unavailable", "Temporarily unable to service your request.", lang="en")),
    "consent de": (
        "consent",
        notice("Wir brauchen Ihre Zustimmung", "Wir und unsere 120 Partner verarbeiten personenbezogene Daten auf Ihrem "
               "Gerät. Ihre Einwilligung können Sie jederzeit widerrufen.", rest="<button>Alle akzeptieren</button>"),
    ),
    "consent en": (
        "consent",
        notice("We value your privacy", "We and our 300 partners store and access information on a device and process "
               "personal data.", rest="<button>Accept all</button>", lang="en"),
    ),
    "captcha": ("captcha", notice("Just a moment...", "Verify you are human by completing the action below.", lang="en")),
    "region": ("blocked", notice("Nicht verfügbar", "Unser Angebot ist in Ihrer Region leider nicht verfügbar.")),
    "old browser": ("blocked", notice("Ihr Browser ist veraltet", "Bitte aktualisieren Sie Ihren Browser.")),
    "login": ("login", notice("Anmelden", "Bitte melden Sie sich an. Passwort vergessen?", rest=LOGIN)),
    "script-only": (
        "script-only",
        b"<html lang=de><head><title>Talbote</title></head><body><div id=root></div><noscript>Bitte aktivieren Sie "
        b"JavaScript.</noscript><script src=/app.js></script></body></html>",
    ),
    "redirect": ("stub", notice("Weiterleitung", "Sie werden weitergeleitet.")),
    "parked": ("stub", notice("talbote.example", "This domain is for sale. Buy this domain today.", lang="en")),
    "search": ("listing", notice("Suche", "Ihre Suche ergab 0 Treffer.")),
    "section": ("listing", notice("Lokales", rest=TEASERS)),
    "short": ("too-short", notice("Bild des Tages", "Ein Bild sagt mehr.")),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    """A page that stands where an article should be is refused with its reason and evidence."""
    reason, body = REFUSED[name]
    with pytest.raises(NoArticle) as caught:
        read(body)
    assert caught.value.reason == reason, caught.value.detail
    assert caught.value.detail


OFFER = "<div><h2>Weiterlesen mit Talbote+</h2><p>Nur für Abonnenten. Jetzt vier Wochen für 1 Euro testen.</p></div>"


@pytest.mark.parametrize("free", [False, None, "False", "http://schema.org/False"])
def test_paywall_stub(free: object) -> None:
    """A teaser with an offer after it is a paywall, marked or not."""
    linked: dict[str, Any] = {**LINKED_DATA, **({} if free is None else {"isAccessibleForFree": free})}
    with pytest.raises(NoArticle) as caught:
        read(page(paragraphs(PARAGRAPHS[:1]) + OFFER, linked=linked))
    assert caught.value.reason == "paywall"


def test_paid_but_served(whole: str) -> None:
    """A page marked as paid whose text was served is kept and marked."""
    article = read(page(linked={**LINKED_DATA, "isAccessibleForFree": False}))
    assert (article.text, article.free) == (whole, False)


def test_paid_app_page_is_not_opened() -> None:
    """Text that a paid page keeps in its metadata alone is not taken from there."""
    hidden = {**LINKED_DATA, "isAccessibleForFree": False, "articleBody": "\n".join(PARAGRAPHS)}
    with pytest.raises(NoArticle) as caught:
        read(page(paragraphs(PARAGRAPHS[:1]), linked=hidden))
    assert caught.value.reason == "paywall"


GENUINE = {
    "police": ["In Oberwiesel ist am Sonntag ein Gartenhaus abgebrannt. Verletzt wurde niemand.", "Die Polizei sucht Zeugen."],
    "weather": ["Im Oberen Tal wird es am 3. Mai heiter bei Höchstwerten um 19 Grad. Nachts sinken die Werte auf 6 Grad.",
                "Der Wind weht schwach aus Südwest. Die Regenwahrscheinlichkeit liegt bei 15 Prozent."],
    "lottery": ["Bei der Ziehung am Mittwoch fielen die Zahlen 3, 11, 19, 27, 40 und 44. Die Superzahl ist die 5.",
                "Spiel 77: 4021938. Super 6: 118204. Alle Angaben sind ohne Gewähr."],
    "about 404": ["Zwei Tage lang zeigte das Bürgerportal nur den Hinweis „Seite nicht gefunden“. Betroffen waren Anträge "
                  "und Termine aller Ämter im Oberen Tal.", "Schuld war ein missglückter Umzug auf neue Rechner."],
    "about consent": ["Das Gericht in Oberwiesel hält den Einwilligungsbanner eines Händlers für unzulässig. Die "
                      "Zustimmung müsse man jederzeit ebenso leicht widerrufen können.", "Das Urteil ist rechtskräftig."],
    "about logins": ["Betrüger verschicken derzeit Mails mit der Bitte, sich anzumelden. Wer sein Passwort vergessen habe, "
                     "solle es auf einer gefälschten Seite eingeben.", "Die Sparkasse rät zur Vorsicht."],
}  # fmt: skip


@pytest.mark.parametrize("name", GENUINE)
@pytest.mark.parametrize("linked", [True, False])
def test_genuine(name: str, linked: bool) -> None:
    """Short items, and items about error pages, consent and logins, pass: with JSON-LD or with a meta date alone."""
    head = "" if linked else '<meta property="article:published_time" content="2024-05-03T06:00:00+02:00">'
    data = {**LINKED_DATA, "headline": f"Meldung {name}"} if linked else None
    article = read(page(paragraphs(GENUINE[name]), linked=data, head=head, title=f"Meldung {name}"))
    assert article.text == "\n".join(GENUINE[name])


def test_long_text_is_never_a_notice() -> None:
    """No wording refuses a page with a long text."""
    texts = [
        *PARAGRAPHS,
        "Die Seite nicht gefunden zu haben, sei kein Grund: Bitte aktivieren Sie JavaScript.",
        *PARAGRAPHS,
    ]
    assert read(page(paragraphs(texts), linked=None, title="Seite nicht gefunden")).words > 200


def test_home_page() -> None:
    """A front page without an article of its own is a listing."""
    with pytest.raises(NoArticle) as caught:
        read(notice("Talbote", *PARAGRAPHS[:2], rest=TEASERS), url=URL.partition("/lokales")[0] + "/")
    assert caught.value.reason == "listing"
