"""A report of an agency's and what ten houses made of it; written by hand, as newsrooms do it."""

from __future__ import annotations

# The agency's copy, paragraph by paragraph.
FIRE = (
    (
        "Gelmern (dna) - Bei einem Brand in einem Lager für Pflanzenschutzmittel sind in Weidmoor am Mittwochabend "
        "neun Menschen verletzt worden, zwei von ihnen schwer. Die Feuerwehr rief die Anwohner über Lautsprecher auf,"
        " Fenster und Türen geschlossen zu halten. Eine Rauchsäule war noch in 30 Kilometern Entfernung zu sehen."
    ),
    (
        "Das Feuer war nach Angaben der Leitstelle gegen 18.40 Uhr in einer Halle der Firma Agrosan ausgebrochen, in "
        "der etwa 400 Tonnen Düngemittel lagerten. Zwei Explosionen zerstörten das Dach. Rund 260 Einsatzkräfte aus "
        "drei Landkreisen waren bis in den Morgen damit beschäftigt, ein Übergreifen auf das benachbarte Sägewerk zu "
        "verhindern."
    ),
    (
        "„Wir hatten großes Glück, dass der Wind gedreht hat, sonst hätten wir das Seniorenheim räumen müssen“, sagte"
        " Kreisbrandmeister Henning Wulf. Messungen hätten keine gefährlichen Konzentrationen in der Luft ergeben. "
        "Das Löschwasser wurde in einem Regenrückhaltebecken aufgefangen."
    ),
    (
        "Die Ursache war zunächst unklar. Die Kriminalpolizei will das Gelände frühestens am Freitag betreten, weil "
        "Einsturzgefahr besteht. Nach einer ersten Schätzung des Unternehmens liegt der Schaden bei mindestens zwölf "
        "Millionen Euro; 85 Beschäftigte sollen bis auf Weiteres in der Zentrale in Hinterfelden arbeiten."
    ),
    (
        "Agrosan war 2019 schon einmal in die Kritik geraten, nachdem bei einer Kontrolle abgelaufene Feuerlöscher "
        "gefunden worden waren. Damals zahlte der Betrieb ein Bußgeld von 15.000 Euro. Die Grünen im Kreistag "
        "verlangten Auskunft darüber, wann die Halle zuletzt geprüft wurde."
    ),
)
# Two leads of houses of their own.
LEADS = (
    (
        "Als die Sirenen heulten, saß Familie Brandes gerade beim Abendbrot. „Erst dachten wir an ein Gewitter, dann "
        "kam der zweite Schlag und die Scheiben wackelten“, erzählt Mutter Silke am Tag danach unserer Zeitung. Ihr "
        "Haus steht keine 500 Meter von der Halle entfernt, im Garten liegen schwarze Flocken."
    ),
    (
        "Der Landrat hat sich am Donnerstag vor Ort ein Bild gemacht und den Helfern gedankt. Ulrich Meinders sprach "
        "von einer Nacht, die er nicht so schnell vergessen werde. Für die Betroffenen richtete der Kreis im Rathaus "
        "eine Anlaufstelle ein, die von neun bis 17 Uhr besetzt ist."
    ),
)
# Paragraphs that a local desk has added.
ADDED = (
    (
        "In Weidmoor selbst ist die Halle seit Jahren ein Politikum. Anwohner hatten schon beim Bau 1998 "
        "Unterschriften gesammelt, und Ortsbürgermeisterin Karin Tebbe erinnert sich an hitzige Abende im Dorfkrug."
    ),
    (
        "Am Sonntag lädt die Kirchengemeinde zu einer Dankandacht ein. Beginn ist um zehn Uhr, anschließend gibt es "
        "Kaffee für die Einsatzkräfte im Gemeindehaus."
    ),
)
# The copy as a thorough desk prints it.
REWORKED = (
    (
        "Weidmoor. Neun Menschen sind bei einem Feuer in einem Lager für Pflanzenschutzmittel in Weidmoor verletzt "
        "worden, zwei davon schwer. Am Mittwochabend rief die Feuerwehr die Anwohner per Lautsprecher auf, Fenster "
        "und Türen geschlossen zu halten. Die Rauchsäule war noch in 30 Kilometern Entfernung zu sehen."
    ),
    (
        "Das Feuer war laut Leitstelle gegen 18.40 Uhr in einer Halle der Firma Agrosan ausgebrochen, in der etwa 400"
        " Tonnen Dünger lagerten. Zwei Explosionen zerstörten das Dach. Rund 260 Kräfte aus drei Kreisen verhinderten"
        " bis in den Morgen ein Übergreifen auf das Sägewerk nebenan."
    ),
    (
        "„Wir hatten großes Glück, dass der Wind gedreht hat, sonst hätten wir das Seniorenheim räumen müssen“, so "
        "Kreisbrandmeister Henning Wulf. Messungen hätten keine gefährlichen Werte in der Luft ergeben. Das "
        "Löschwasser kam in ein Regenrückhaltebecken."
    ),
    (
        "Die Ursache war zunächst unklar. Die Kripo will das Gelände wegen Einsturzgefahr frühestens am Freitag "
        "betreten. Das Unternehmen schätzt den Schaden auf mindestens zwölf Millionen Euro."
    ),
)
# Another report on the same fire, with the same quotation.
SECOND = (
    (
        "Inferno im Gewerbegebiet: Ein Großbrand hat das Düngerlager am Ortsrand von Weidmoor in Schutt und Asche "
        "gelegt. Stundenlang kämpften Freiwillige gegen die Flammen, Schaulustige blockierten zeitweise die Zufahrt "
        "über die Mühlenstraße."
    ),
    (
        "Marktleiter Jens Korte, der im Supermarkt gegenüber gerade Kasse machte, schickte seine Kunden durch den "
        "Hinterausgang hinaus. „Es regnete brennende Fetzen“, berichtet er."
    ),
    (
        "„Wir hatten großes Glück, dass der Wind gedreht hat, sonst hätten wir das Seniorenheim räumen müssen“, sagte"
        " Kreisbrandmeister Henning Wulf. Für ihn war es der größte Einsatz seit dem Moorbrand vor elf Jahren."
    ),
    (
        "Wie das Feuer entstand, müssen nun Gutachter klären. Der Betreiber Agrosan spricht von einem "
        "Millionenschaden und will die Produktion verlagern. Die Schule neben dem Sportplatz bleibt heute "
        "geschlossen."
    ),
)
# What the agency reports days later, above paragraphs of the first day.
LATER = (
    (
        "Hinterfelden (dna) - Nach dem Großbrand von Weidmoor ermittelt die Staatsanwaltschaft gegen zwei Mitarbeiter"
        " der Firma Agrosan. Ihnen wird fahrlässige Brandstiftung vorgeworfen, wie ein Sprecher am Montag mitteilte. "
        "Die Männer sollen kurz vor Schichtende Schweißarbeiten an einem Förderband ausgeführt haben, ohne den "
        "Brandschutzbeauftragten zu verständigen."
    ),
    (
        "Die Wohnungen der Beschuldigten wurden durchsucht. Sie schweigen bislang zu den Vorwürfen, ihr Anwalt sprach"
        " von Vorverurteilung."
    ),
)


def versions() -> dict[str, str]:
    """What houses made of the agency's copy, each by a name of its own."""
    return {
        "agency": _text(*FIRE),
        "whole": _text(*FIRE),
        "cut": _text(*FIRE[:2]),
        "cut, other dateline": _text(FIRE[0].replace("Gelmern (dna) - ", "Weidmoor. "), *FIRE[1:3]),
        "cut inside": _text(FIRE[0], FIRE[2], FIRE[4]),
        "own lead": _text(LEADS[0], *FIRE),
        "own lead, cut": _text(LEADS[1], *FIRE[:3]),
        "extended": _text(*FIRE, *ADDED),
        "reworked": _text(*REWORKED),
        "corrected": _text(FIRE[0].replace("neun Menschen", "elf Menschen"), *FIRE[1:]),
    }


def others() -> dict[str, str]:
    """What tempts to a false join: each a story of its own."""
    return {"second report": _text(*SECOND), "follow-up": _text(*LATER, FIRE[1], FIRE[4])}


def _text(*paragraphs: str) -> str:
    return "\n".join(paragraphs)
