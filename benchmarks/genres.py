"""Two languages as shapes of sentences: eight genres of news, an agency's background, a site's furniture."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language: stems and endings that make nouns, other words, and the shapes of each genre's sentences.

    `{n}` noun, `{a}`djective, `{v}`erb, `{o}` adverb, na`{m}`e of the cast, `{p}`lace of the cast, `{q}` another name,
    number `{c}`.
    """

    stems: str
    ends: str
    adjectives: str
    verbs: str
    adverbs: str
    joined: bool  # are nouns one word?
    shapes: dict[str, list[str]]
    background: list[str]
    furniture: list[str]


GERMAN = Tongue(
    "Hafen Wald Schul Stadt Land Wasser Strom Schienen Markt Kirchen Bau Kranken Haus Brücken Berg Straßen Licht Wein "
    "Garten Theater Bank Milch Eisen Sommer Winter Grenz Jugend Alten Sport Kunst Kohle Wind Holz Fisch Pferde Papier "
    "Steuer Miet Verkehrs Gesundheits Wahl Ernte Küsten Flug Polizei Feuer Versicherungs Forschungs Energie Handels",
    "amt rat vertrag plan bericht verein fonds streit bau turm dienst ausschuss vorstand kreis betrieb tag markt preis "
    "schaden antrag entwurf beschluss wechsel verband leiter gipfel gang platz zug fall prozess versuch rekord termin",
    "alter neuer umstrittener städtischer teurer kleiner vorläufiger zweiter langer geplanter früherer nördlicher "
    "geheimer zäher privater gemeinsamer plötzlicher später milder strenger regionaler jährlicher offener knapper",
    "prüft verlangt verschiebt bestätigt bremst ersetzt begrüßt stoppt rettet kürzt verteidigt widerlegt "
    "bezahlt sperrt "
    "gewinnt verliert übernimmt verlässt entdeckt vertagt beantragt gefährdet erneuert kritisiert verkauft verspricht",
    "gestern bereits offenbar kaum zuletzt vorerst endlich beinahe inzwischen überraschend wieder mehrfach heimlich",
    joined=True,
    shapes={
        "politics": [
            "Der {n} von {p} {v} nach {c} Stunden Debatte den {n}, für den {m} seit dem Frühjahr geworben hatte.",
            "{m} nannte den {n} {o} einen Fehler und kündigte an, gegen den {n} im {n} zu stimmen.",
            "Mit {c} gegen {c} Stimmen {v} die Mehrheit ein {a} {n}, obwohl ein {a} {n} noch fehlt.",
            "Finanziert werden soll der {n} {o} über den {n}, der {c} Millionen Kronen enthält.",
            "Ob der {n} den {n} {v}, wollte {m} in {p} nicht sagen.",
            "Zuvor hatte {m} dem {n} vorgeworfen, den {n} zu verschleppen.",
        ],
        "court": [
            "Wegen eines gefälschten Siegels im {n} muss {m} für {c} Monate in Haft, entschied das Gericht in {p}.",
            "Die Kammer sah es als erwiesen an, dass {m} den {n} {o} an einen {n} weitergab.",
            "Verteidiger {q} {v} das Urteil und will es vor dem {n} anfechten.",
            "Ein {a} {n} hatte den {n} im Keller von {m} entdeckt, {c} Tage nach der Anzeige.",
            "Als Zeuge sagte {q} aus, der {n} sei {o} verschwunden gewesen.",
        ],
        "weather": [
            "Ein Sturm mit {c} Kilometern pro Stunde {v} seit der Nacht den {n} bei {p}.",
            "Nahe {p} fielen {c} Liter Regen, der {n} trat {o} über die Ufer und erreichte den {n}.",
            "{m} vom {n} riet, den {n} zu meiden, solange ein {a} {n} quer liege.",
            "Bis zum Abend rechnete der {n} mit {c} Einsätzen, ein {a} {n} wurde {o} abgedeckt.",
            "In {p} wartete ein {a} {n} auf Hilfe, weil der {n} unterspült war.",
        ],
        "sport": [
            "Mit {c} zu {c} hat {m} den {n} in {p} gewonnen und den {a} {n} verblüfft.",
            "Vor {c} Zuschauern {v} {m} {o} den Gegner aus {p}, dem danach nichts mehr gelang.",
            "Trainer {q} {v} nach der Pause die Abwehr und brachte {m} ins Spiel.",
            "Der {n} war {o} gefroren, ein {a} {n} verzögerte den Anpfiff um {c} Minuten.",
            "Am Sonntag trifft {m} in {p} auf den {n}, der zuletzt {c} Spiele gewann.",
        ],
        "market": [
            "Der {n} aus {p} {v} {c} Prozent seiner Anteile, wie {m} den Aktionären schrieb.",
            "Analyst {q} {v} die Prognose: Der {n} werde {o} {c} Millionen Kronen kosten.",
            "Im Vorjahr hatte ein {a} {n} den Gewinn auf {c} Kronen je Anteil gedrückt.",
            "{m} will den {n} in {p} schließen und den {n} {o} auslagern.",
            "Der {n} {v} den Kurs, bis ein {a} {n} dementiert wurde.",
        ],
        "obituary": [
            "{m}, die den {n} von {p} gegründet hat, ist im Alter von {c} Jahren gestorben.",
            "Berühmt wurde {m} durch einen {n}, den sie {o} mit {q} entwarf.",
            "Geboren als Kind eines Müllers in {p}, lernte sie im {n}, wie ein {a} {n} entsteht.",
            "Noch im vorigen Winter {v} sie den {n} und schrieb {c} Briefe an den {n}.",
            "Ihr Nachlass geht an den {n}, sagte {q}, der sie {o} pflegte.",
        ],
        "talk": [
            "Frage: Warum {v} der {n} {o} den {n} in {p}?",
            "{m}: Weil uns ein {a} {n} im Weg stand, und weil der {n} nicht länger warten konnte.",
            "Frage: Und was sagt {q} dazu, der den {n} seit {c} Jahren führt?",
            "{m}: Der {v} den {n}, das ist sein gutes Recht; ich habe {o} einen {n} angeboten.",
            "{m}: Wissen Sie, der {n} von {p} war nie ein {n}, und ein {a} {n} hilft da kaum.",
        ],
        "list": [
            "{p}: Am {n} stieß ein {n} gegen einen {n}, verletzt wurde niemand, der Schaden liegt bei {c} Kronen.",
            "{p}: Unbekannte nahmen einem {n} {o} den {n} weg; Hinweise an {m}.",
            "{p}: {m} stellt im {n} {c} Bilder aus, die ein {a} {n} zeigen.",
            "{p}: Der {n} bleibt {o} geschlossen, ein {a} {n} wird {c} Tage lang geprüft.",
            "{p}: Beim {n} wählten die Mitglieder {m} an die Spitze, {q} {v} den {n}.",
        ],
    },
    background=[
        "Der {n} war vor {c} Jahren gegründet worden, damals {v} {m} den {n} gegen den Willen von {p}.",
        "Seither gab es um den {n} {o} Streit, zuletzt wegen {c} Kronen, die im {n} fehlten.",
        "Nach Angaben der Behörden hat {p} {c} Einwohner, jeder vierte lebt {o} vom {n}.",
        "Schon einmal, nach dem {a} {n}, hatte {q} den {n} überprüfen lassen.",
    ],
    furniture=[
        "Lesen Sie auch: {n} und {n}, was in {p} wichtig wird.",
        "Der {n} kommt jeden Morgen kostenlos in Ihr Postfach, abbestellen ist jederzeit möglich.",
        "Alle Rechte vorbehalten, {q} Verlag {p}, Leserdienst werktags von {c} bis {c} Uhr.",
    ],
)
ENGLISH = Tongue(
    "harbour forest school city county water power rail market church building hospital housing bridge mountain road "
    "light wine garden theatre bank milk iron summer winter border youth pension sports arts coal wind timber fishing "
    "racing paper tax rent traffic health election harvest coastal air police fire insurance research energy trade",
    "office council contract plan report club fund dispute tower service committee board district works fair price "
    "damage bid draft ruling change union chief summit yard square train case trial test record date scheme panel",
    "old new disputed municipal costly small provisional second long planned former northern secret tough private "
    "joint sudden late mild strict regional annual open narrow broken quiet",
    "examines demands delays confirms slows replaces welcomes stops rescues trims defends rejects funds closes wins "
    "loses inherits leaves discovers postpones requests endangers renews criticises sells promises",
    "yesterday already apparently barely lately finally nearly meanwhile unexpectedly again repeatedly secretly",
    joined=False,
    shapes={
        "politics": [
            "After {c} hours of debate the {n} of {p} {v} the {n} for which {m} had campaigned since spring.",
            "{m} called the {n} a mistake and vowed to vote against the {n} in the {n}.",
            "By {c} votes to {c} the majority {o} {v} a {a} {n}, although another {n} is missing.",
            "Money for the {n} is to come {o} from the {n}, which holds {c} million crowns.",
            "Whether the {n} {v} the {n}, {m} would not say in {p}.",
            "Earlier {m} had accused the {n} of dragging the {n} out.",
        ],
        "court": [
            "For a forged seal in the {n} {m} must go to prison for {c} months, a court in {p} decided.",
            "The bench found that {m} had {o} passed the {n} on to a {n}.",
            "Counsel {q} {v} the sentence and means to appeal to the {n}.",
            "A {a} {n} had found the {n} in the cellar of {m}, {c} days after the complaint.",
            "As a witness {q} said the {n} had {o} been missing.",
        ],
        "weather": [
            "A gale of {c} miles an hour {v} the {n} near {p} since nightfall.",
            "Around {p} {c} millimetres of rain fell; the {n} burst its banks {o} and reached the {n}.",
            "{m} of the {n} advised people to avoid the {n} while a {a} {n} lay across it.",
            "The {n} counted {c} calls by evening, and a {a} {n} lost its roof {o}.",
            "In {p} a {a} {n} waited for help because the {n} had been washed out.",
        ],
        "sport": [
            "By {c} to {c} {m} has won the {n} at {p} and stunned a {a} {n}.",
            "Before {c} spectators {m} {o} {v} the rival from {p}, who never recovered.",
            "Coach {q} {v} the defence after the break and sent {m} on.",
            "The {n} was frozen {o}, and a {a} {n} held up the start by {c} minutes.",
            "On Sunday {m} meets the {n} at {p}, which lately won {c} games.",
        ],
        "market": [
            "The {n} from {p} {v} {c} per cent of its shares, {m} wrote to the owners.",
            "Analyst {q} {v} the forecast: the {n} would {o} cost {c} million crowns.",
            "The year before a {a} {n} had pushed profit down to {c} crowns a share.",
            "{m} means to close the {n} in {p} and to move the {n} {o}.",
            "The {n} {v} the price until a {a} {n} was denied.",
        ],
        "obituary": [
            "{m}, who founded the {n} of {p}, has died at the age of {c}.",
            "She grew famous for a {n} which {m} {o} drew up with {q}.",
            "Born to a miller in {p}, she learned at the {n} how a {a} {n} is made.",
            "Only last winter she {v} the {n} and wrote {c} letters to the {n}.",
            "Her papers go to the {n}, said {q}, who {o} looked after her.",
        ],
        "talk": [
            "Question: Why does the {n} {o} leave the {n} in {p}?",
            "{m}: Because a {a} {n} stood in our way, and because the {n} could not wait any longer.",
            "Question: And what about {q}, who has run the {n} for {c} years?",
            "{m}: He {v} the {n}, as is his right; I have {o} offered him a {n}.",
            "{m}: You know, the {n} of {p} never was a {n}, and a {a} {n} hardly helps.",
        ],
        "list": [
            "{p}: At the {n} a {n} hit a {n}; nobody was hurt, the damage is put at {c} crowns.",
            "{p}: Strangers {o} took the {n} from a {n}; call {m} if you know more.",
            "{p}: {m} shows {c} pictures at the {n}, among them a {a} {n}.",
            "{p}: The {n} stays shut {o}, while a {a} {n} is looked at for {c} days.",
            "{p}: At the {n} members voted {m} to the top, and {q} {v} the {n}.",
        ],
    },
    background=[
        "The {n} was founded {c} years ago, when {m} {v} the {n} against the wishes of {p}.",
        "Ever since there has {o} been a quarrel over the {n}, lately about {c} crowns missing from the {n}.",
        "According to the authorities {p} has {c} people, and one in four {o} lives on the {n}.",
        "Once before, after the {a} {n}, {q} had ordered the {n} to be looked into.",
    ],
    furniture=[
        "Read next: the {n} and the {n}, and what matters in {p}.",
        "The {n} reaches your inbox free every morning, and you can leave whenever you like.",
        "All rights reserved, {q} Press {p}, readers' desk open from {c} to {c} on weekdays.",
    ],
)
TONGUES = {"de": GERMAN, "en": ENGLISH}
