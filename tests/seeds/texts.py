"""Invented reports to make sketches of, and others on the same topic."""

# ruff: noqa: E501 -- a paragraph is one line, as extraction gives it

from __future__ import annotations

LIGHTHOUSE = """\
Der Leuchtturm auf der Klippe von Holmsgard soll nach dem Willen des Kreistags im kommenden Frühjahr abgeschaltet werden.
Das Wasserbauamt begründet den Schritt mit den Kosten: Allein die Wartung der alten Linse verschlinge jedes Jahr 84.000 Kronen.
Die Lotsenkammer widerspricht und legt eine Liste von 31 Schiffen vor, die sich im letzten Winter an dem Feuer orientiert haben.
Ihr Obmann Thies Rasmussen sagte vor dem Ausschuss, bei Schneetreiben sehe man von der Brücke aus nichts anderes mehr.
Am Donnerstag zogen rund zweihundert Bewohner des Fischerdorfs mit Laternen vom Anleger hinauf zum Turm.
Die Lehrerin Svea Lindqvist hatte den Zug angemeldet, weil ihre Schüler den Wärter noch persönlich kennen.
Der frühere Wärter, heute neunundachtzig Jahre alt, erzählte oben von der Sturmnacht, in der drei Kutter heimfanden.
Eine Gutachterin aus der Hafenstadt Brekke schlägt vor, das Licht mit einer sparsamen Lampe weiter zu betreiben.
Der Umbau würde nach ihrer Rechnung binnen vier Jahren weniger kosten als der Abriss der Nebengebäude.
Landrat Ole Finnmark will darüber nicht vor der Sommerpause entscheiden und bat um Geduld.
Im Dorf sammelt man derweil Unterschriften; bis zum Wochenende lagen in der Bäckerei schon elf volle Bögen.
"""

RAILWAY = """\
The county of Northmarsh has bought back the branch line to Eddlesham, which lost its last passenger train in 1964.
Councillors voted by nineteen to twelve on Tuesday night after a debate that ran until the caretaker asked them to leave.
Under the plan, two battery trains will run every hour between the market town and the coast from the autumn of next year.
Engineers found the viaduct over the Tarn in better shape than feared, with only seven of its forty arches in need of repair.
Opponents say that the bus already serves the valley and that the price of sixty-two million crowns will double.
Martha Pennington, who keeps the shop beside the old platform, has painted the station clock and set it going again.
She remembers how her grandfather sold tickets through the window that now holds jars of honey.
The railway inspector, Colin Aldous, warned that three level crossings must become bridges before any train can pass.
Farmers at Lower Hatch want a tunnel for their cattle, and the county has promised to pay for half of it.
A survey among households along the line counted four hundred people who would give up their second car.
The first rails are due to arrive by barge in March, if the ice on the estuary allows.
"""

# On the same matters, in other words: nobody copied these from those.
LIGHTHOUSE_AGAIN = """\
Holmsgard streitet über sein Leuchtfeuer. Während die Verwaltung sparen möchte, fürchten die Seeleute um ihre Sicherheit.
Zweihundert Menschen haben am Donnerstag mit einem Laternenumzug gegen die Pläne des Kreises protestiert.
Rasmussen, der für die Lotsen spricht, nannte den Beschluss leichtsinnig. Das Amt verweist auf satellitengestützte Navigation.
Ob eine moderne Leuchte den Turm retten kann, prüft nun eine Fachfrau aus Brekke im Auftrag der Gemeinde.
"""
