"""Pages in other scripts are articles like any other, and their language is the text's."""

# ruff: noqa: E501  # the texts of articles read better unbroken

from __future__ import annotations

import pytest

from tests.extract.pages import page, paragraphs, read

TEXTS = {
    "ja": (
        "谷川橋の架け替え決まる",
        (
            "上沢町の議会は月曜日の夜、谷川に新しい橋を架ける計画を賛成多数で可決した。古い木の橋は昨年秋の大雨で壊れ、通行できなくなっている。",
            "町によると、費用はおよそ三億円で、三分の二を県が負担する。残りは町が三年に分けて支払うことになっている。",
            "「長い間待っていました」と地区の代表は話した。工事は水位が下がり次第始まり、完成までに十一か月かかる見通しだ。",
        ),
    ),
    "zh": (
        "上沢镇决定重建河桥",
        (
            "上沢镇议会星期一晚上以多数票通过决定，在小河上修建一座新桥。旧木桥在去年秋天的洪水中受损，至今仍然封闭，居民必须绕行四公里。",
            "镇政府表示，工程费用约为两千三百万元，其中三分之二由县里承担，其余部分由镇里分三年支付。",
            "“我们已经等得太久了”，村里的负责人在表决后说。施工将在水位下降之后开始，预计需要十一个月才能完成。",
        ),
    ),
    "ar": (
        "المجلس يقر بناء جسر جديد",
        (
            "أقر مجلس البلدة مساء يوم الاثنين بناء جسر جديد فوق النهر الصغير بعد نقاش استمر ثلاث ساعات. والجسر الخشبي القديم مغلق منذ الفيضان الذي وقع في الخريف الماضي.",
            "وقالت إدارة البلدة إن تكلفة الجسر تبلغ مليونين وثلاثمئة ألف، وإن المحافظة ستدفع ثلثي المبلغ، وتدفع البلدة الباقي على ثلاث سنوات.",
            "وقالت رئيسة الحي بعد التصويت: لقد انتظرنا طويلا. ومن المقرر أن تبدأ الأعمال حين ينخفض منسوب المياه، وأن تستمر أحد عشر شهرا.",
        ),
    ),
    "ru": (
        "Совет одобрил новый мост",
        (
            "Совет посёлка Верхние Луга в понедельник вечером одобрил строительство нового моста через ручей. Старый деревянный мост закрыт после осеннего паводка, и жителям приходится делать крюк в четыре километра.",
            "По данным администрации, мост обойдётся в двадцать три миллиона рублей. Две трети суммы выделит район, остальное посёлок выплатит за три года.",
            "«Мы слишком долго ждали», — сказала староста после голосования. Работы начнутся, как только позволит уровень воды, и продлятся одиннадцать месяцев.",
        ),
    ),
}


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("lang", ["as it is", "en", ""])
def test_text_and_language(language: str, lang: str) -> None:
    """Text, title and language are read whatever the page says about its language."""
    title, texts = TEXTS[language]
    article = read(page(paragraphs(texts), title=title, linked=None, lang=language if lang == "as it is" else lang))
    assert article.title == title
    assert article.text.splitlines() == list(texts)
    assert article.language == language


@pytest.mark.parametrize("lang", ["no", "da"])
def test_the_page_decides_between_languages_written_alike(lang: str) -> None:
    """Danish and Norwegian share their letters and most words: the page's own word is the better evidence."""
    text = "Rådet vedtog mandag aften at bygge en ny bro over elven. Den gamle bro er lukket siden oversvømmelsen."
    assert read(page(paragraphs([text]), title="Ny bro over elven", lang=lang)).language == lang
