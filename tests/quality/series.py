"""Series: one template, other facts each time. Every part is a story of its own."""

from __future__ import annotations

from random import Random

_SKIES = ("heiter", "wolkig", "bedeckt", "regnerisch", "neblig", "stürmisch", "klar", "wechselhaft")
_WINDS = ("Nordwest", "Südost", "West", "Nord", "Süd", "Ost", "Südwest")
_DAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")


def weather(chance: Random) -> str:
    """A forecast for the coast, as it comes every day."""
    low, high, wind, rain = chance.randint(-4, 9), chance.randint(10, 33), chance.randint(8, 95), chance.randint(1, 38)
    day = chance.choice(_DAYS)
    return (
        f"Das Wetter an der Küste von Ostersiel am {day}: Der Himmel zeigt sich {chance.choice(_SKIES)}, am Nachmittag "
        f"{chance.choice(_SKIES)}. Die Höchstwerte liegen bei {high} Grad, auf den Inseln bei {high - 3} Grad.\n"
        f"In der Nacht sinken die Temperaturen auf {low} Grad. Es weht ein Wind aus {chance.choice(_WINDS)} mit "
        f"{wind} Kilometern pro Stunde, in Böen bis {wind + 21} Kilometer pro Stunde. Bis zum Abend fallen {rain} "
        f"Liter Regen auf den Quadratmeter.\n"
        f"Die Sonne geht um {chance.randint(5, 8)}.{chance.randint(10, 59)} Uhr auf und um {chance.randint(16, 21)}."
        f"{chance.randint(10, 59)} Uhr unter. Hochwasser ist um {chance.randint(1, 12)}.{chance.randint(10, 59)} Uhr, "
        f"der Pegel steht bei {chance.randint(310, 690)} Zentimetern."
    )


def lottery(chance: Random) -> str:
    """A drawing, as it comes every week."""
    balls = sorted(chance.sample(range(1, 50), 6))
    day, turn = chance.choice(_DAYS), chance.randint(100, 999)
    return (
        f"Die Ziehung der Kolpiner Klassenlotterie vom {day} hat folgende Zahlen ergeben: "
        f"{', '.join(str(ball) for ball in balls[:5])} und {balls[5]}. Die Zusatzzahl lautet {chance.randint(1, 49)}, "
        f"die Superzahl {chance.randint(0, 9)}.\n"
        f"In der ersten Klasse gewinnen {chance.randint(1, 9)} Spieler je {chance.randint(10, 990)}.{turn} Kronen, in "
        f"der zweiten {chance.randint(10, 60)} Spieler je {chance.randint(100, 999)} Kronen. Der Spieleinsatz betrug "
        f"{chance.randint(11, 99)} Millionen Kronen, im Topf liegen nun {chance.randint(11, 99)} Millionen.\n"
        "Alle Angaben sind ohne Gewähr. Gewinne werden gegen Vorlage des Scheins in jeder Annahmestelle ausgezahlt, "
        "die nächste Ziehung ist am gewohnten Tag zur gewohnten Stunde."
    )


def market(chance: Random) -> str:
    """A report from the exchange, as it comes every evening."""
    index, moved = chance.randint(3000, 9000), chance.randint(1, 40) / 10
    return (
        f"Shares at the Port Halden exchange closed {chance.choice(('higher', 'lower', 'firmer', 'weaker'))} on "
        f"{chance.choice(('Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'))}. The index of the thirty largest "
        f"companies stood at {index} points in the evening, a change of {moved} per cent on the day.\n"
        f"Halden Lines finished at {chance.randint(10, 99)} crowns, Carrow Mining at {chance.randint(100, 400)} crowns "
        f"and Orrin Dairies at {chance.randint(20, 90)} crowns. Turnover reached {chance.randint(100, 999)} million "
        f"crowns in {chance.randint(1000, 9999)} trades.\n"
        f"The crown was traded at {chance.randint(100, 199)} pence. A barrel of oil cost {chance.randint(40, 120)} "
        f"crowns, an ounce of gold {chance.randint(1100, 1990)} crowns."
    )
