"""A text tells its language, whether the page says it, says nothing, or says another."""

from __future__ import annotations

import pytest

from ingest.extract.language import language_of

TEXTS = {
    "de": "Der Rat von Oberwiesel hat am Montag den Bau einer neuen Brücke über den Mühlbach beschlossen. Die"
    " Kosten sind noch nicht bekannt, und mit dem Beginn der Arbeiten wird erst im nächsten Jahr zu"
    " rechnen sein, sagte die Leiterin.",
    "en": "The council of Upper Meadow decided on Monday to build a new bridge across the mill stream. The"
    " cost of the work is not known, and it was said that the first stones are to be laid in the spring"
    " of next year, with care.",
    "fr": "Le conseil de Hautpré a décidé lundi la construction d'un pont sur le ruisseau du moulin. Les"
    " coûts ne sont pas connus, et les travaux, qui dureront une année, ne commenceront que dans"
    " quelques mois pour des raisons de sécurité.",
    "es": "El consejo de Pradoalto decidió el lunes la construcción de un puente nuevo sobre el arroyo del"
    " molino. Los costes no se conocen, y las obras, que van a durar un año, no empezarán hasta la"
    " primavera por la falta de piedra.",
    "it": "Il consiglio di Pratoalto ha deciso lunedì la costruzione di un ponte nuovo sul torrente del"
    " mulino. I costi non sono ancora noti, e i lavori, che dureranno un anno, non cominceranno prima"
    " della primavera per la mancanza di pietre.",
    "nl": "De raad van Bovenwei heeft op maandag besloten om een nieuwe brug over de molenbeek te bouwen. De"
    " kosten zijn nog niet bekend, en met het werk wordt pas in het voorjaar begonnen, zei een van de"
    " leden van de raad na afloop.",
    "pl": "Rada Górnej Łąki postanowiła w poniedziałek, że nad strumieniem przy młynie stanie nowy most."
    " Koszty nie są jeszcze znane, a prace, które potrwają rok, nie zaczną się przed wiosną, bo od"
    " jesieni brakuje kamienia do budowy.",
    "tr": "Yukarı Çayır meclisi pazartesi günü değirmen deresi üzerine yeni bir köprü yapılmasına karar"
    " verdi. Maliyet daha belli değil ve bir yıl sürecek olan çalışmalar için ilkbahar bekleniyor,"
    " çünkü bu bölgede taş bulmak çok zor.",
    "ru": "Совет Верхнего Луга решил в понедельник построить новый мост через ручей у мельницы. Расходы пока"
    " не известны, и работы, которые продлятся год, начнутся не раньше весны, потому что на складе не"
    " хватает камня для опор.",
    "sv": "Rådet i Övreäng beslutade på måndagen att det ska byggas en ny bro över kvarnbäcken. Kostnaden är"
    " inte känd, och arbetet som väntas ta ett år börjar inte förrän till våren, sade en av ledamöterna"
    " efter mötet med byborna.",
    "ja": "上野原の議会は月曜日、水車小屋のそばを流れる小川に新しい橋をかけることを決めた。費用はまだ分かって"
    "いない。工事は来年の春に始まる見込みだという。",
    "ko": "윗들 의회는 월요일 물레방아 옆 시내에 새 다리를 놓기로 결정했다. 비용은 아직 알려지지 않았으며"
    " 공사는 내년 봄에 시작될 예정이라고 관계자가 밝혔다.",
}


@pytest.mark.parametrize("said", ["itself", None, "en", "de"])
@pytest.mark.parametrize("language", TEXTS)
def test_the_text_tells_its_language(language: str, said: str | None) -> None:
    """Whatever the page says of a text of one language, that language is found."""
    claim = language if said == "itself" else said
    assert language_of(TEXTS[language], claim) == language


@pytest.mark.parametrize(("of", "said"), [("sv", "no"), ("nl", "de"), ("es", "nl"), ("it", "es")])
def test_a_near_language_is_told_from_it(of: str, said: str) -> None:
    """Small words that two languages share make neither of them."""
    assert language_of(TEXTS[of], said) == of


def test_a_few_words_in_another_script_do_not_make_a_text_japanese() -> None:
    """The page's own word does not hide what the text is written in."""
    assert language_of(TEXTS["en"] + " 橋をかける", "ja") == "en"
