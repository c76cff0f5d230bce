"""The first texts to read aloud, as migration 0002 fills them in. Rule: never changed; the office adds newer versions.

They are no legal advice: the office puts its own in their place. What stands in braces is filled in per estimate
(support.scripts).
"""

from __future__ import annotations

COMPANY = "ionas – Ihr Online Assistent, Mainz, Telefon +49 6131 327070"
# (kind, whom it is for, language) -> version 1.
SCRIPTS = {
    ("acceptance", "consumer", "de"): (
        "Ich schlage vor: {procedure}\n"
        "Das dauert voraussichtlich {minutes_from} bis {minutes_to} Minuten. Abgerechnet werden nur die wirklich "
        "benötigten Minuten zu je {per_minute} einschließlich {vat_percent} % Umsatzsteuer, bis zu {minutes_to} "
        "Minuten also höchstens {price}. Reicht das nicht, halte ich die Uhr an und frage Sie vorher.\n"
        "Sind Sie damit einverstanden, dass ich zu diesem Preis anfange?"
    ),
    ("acceptance", "business", "de"): (
        "Ich schlage vor: {procedure}\n"
        "Das dauert voraussichtlich {minutes_from} bis {minutes_to} Minuten. Abgerechnet werden nur die wirklich "
        "benötigten Minuten zu je {per_minute} zuzüglich {vat_percent} % Umsatzsteuer, bis zu {minutes_to} Minuten "
        "also höchstens {price}, mit Umsatzsteuer {gross}. Reicht das nicht, halte ich die Uhr an und frage Sie "
        "vorher.\n"
        "Beauftragen Sie uns zu diesem Preis?"
    ),
    ("cap", "consumer", "de"): "Mehr als {cap} kostet es auf keinen Fall.",
    ("cap", "business", "de"): "Mehr als {cap} zuzüglich Umsatzsteuer kostet es auf keinen Fall.",
    ("early_start", "consumer", "de"): (
        "Verlangen Sie ausdrücklich, dass wir sofort anfangen, also vor dem Ende der Widerrufsfrist von 14 Tagen?"
    ),
    ("withdrawal", "consumer", "de"): (
        "Ist Ihnen bekannt, dass Ihr Widerrufsrecht erlischt, sobald wir die Leistung vollständig erbracht haben, und "
        "dass Sie bei einem Widerruf davor das bis dahin Geleistete bezahlen?"
    ),
    ("confirmation", "consumer", "de"): (
        "Bestätigung Ihres Auftrags vom {date}, {time} Uhr\n\n"
        "An: {customer}\nVon: " + COMPANY + "\n\n"
        "Vorgehen: {procedure}\n"
        "Aufwand: {minutes_from} bis {minutes_to} Minuten zu je {per_minute} einschließlich {vat_percent} % "
        "Umsatzsteuer; bis zu {minutes_to} Minuten höchstens {price}.\n"
        "Zugestimmt hat: {who}\n\n"
        "Am Telefon haben wir vorgelesen:\n{wording}\n\n"
        "Widerrufsrecht: Sie können diesen Vertrag innerhalb von 14 Tagen ohne Angabe von Gründen widerrufen; eine "
        "eindeutige Erklärung an uns genügt. Sie haben verlangt, dass wir sofort anfangen; für das bis zum Widerruf "
        "Geleistete zahlen Sie anteilig. Das Widerrufsrecht erlischt, sobald die Leistung vollständig erbracht ist."
    ),
    ("confirmation", "business", "de"): (
        "Bestätigung Ihres Auftrags vom {date}, {time} Uhr\n\n"
        "An: {customer}\nVon: " + COMPANY + "\n\n"
        "Vorgehen: {procedure}\n"
        "Aufwand: {minutes_from} bis {minutes_to} Minuten zu je {per_minute} zuzüglich {vat_percent} % Umsatzsteuer; "
        "bis zu {minutes_to} Minuten höchstens {price}, mit Umsatzsteuer {gross}.\n"
        "Beauftragt hat: {who}\n\n"
        "Am Telefon haben wir vorgelesen:\n{wording}"
    ),
    ("acceptance", "consumer", "en"): (
        "This is what I propose: {procedure}\n"
        "It will probably take {minutes_from} to {minutes_to} minutes. We charge only the minutes really needed, at "
        "{per_minute} each including {vat_percent} % VAT, so for up to {minutes_to} minutes no more than {price}. If "
        "that is not enough, I stop the clock and ask you first.\n"
        "Do you agree that I begin at this price?"
    ),
    ("acceptance", "business", "en"): (
        "This is what I propose: {procedure}\n"
        "It will probably take {minutes_from} to {minutes_to} minutes. We charge only the minutes really needed, at "
        "{per_minute} each plus {vat_percent} % VAT, so for up to {minutes_to} minutes no more than {price}, "
        "{gross} with VAT. If that is not enough, I stop the clock and ask you first.\n"
        "Do you place this order at this price?"
    ),
    ("cap", "consumer", "en"): "In no case will it cost more than {cap}.",
    ("cap", "business", "en"): "In no case will it cost more than {cap} plus VAT.",
    ("early_start", "consumer", "en"): (
        "Do you expressly ask us to begin at once, that is before the 14 days for withdrawal are over?"
    ),
    ("withdrawal", "consumer", "en"): (
        "Do you know that your right of withdrawal ends as soon as we have done all of the work, and that you pay for "
        "what was done if you withdraw before?"
    ),
    ("confirmation", "consumer", "en"): (
        "Confirmation of your order of {date}, {time}\n\n"
        "To: {customer}\nFrom: " + COMPANY + "\n\n"
        "Procedure: {procedure}\n"
        "Effort: {minutes_from} to {minutes_to} minutes at {per_minute} each including {vat_percent} % VAT; for up to "
        "{minutes_to} minutes no more than {price}.\n"
        "Accepted by: {who}\n\n"
        "This is what we read out on the phone:\n{wording}\n\n"
        "Right of withdrawal: you can withdraw from this contract within 14 days without giving reasons; a clear "
        "statement to us is enough. You have asked us to begin at once; for what was done until you withdraw you pay "
        "in proportion. The right ends as soon as all of the work is done."
    ),
    ("confirmation", "business", "en"): (
        "Confirmation of your order of {date}, {time}\n\n"
        "To: {customer}\nFrom: " + COMPANY + "\n\n"
        "Procedure: {procedure}\n"
        "Effort: {minutes_from} to {minutes_to} minutes at {per_minute} each plus {vat_percent} % VAT; for up to "
        "{minutes_to} minutes no more than {price}, {gross} with VAT.\n"
        "Ordered by: {who}\n\n"
        "This is what we read out on the phone:\n{wording}"
    ),
}
