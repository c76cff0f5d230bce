"""Invented customers and colleagues to try the desk with. Rule: numbers and addresses that belong to nobody."""

from __future__ import annotations

from ionas_phone.support.customers import NewCustomer, fold
from ionas_phone.support.users import NewUser, Role

USERS = (
    NewUser("anna", "Anna Berger", Role.ASSISTANT, "201", "PJSIP/201"),
    NewUser("ben", "Ben Hartwig", Role.ASSISTANT, "202", "PJSIP/202"),
    NewUser("cem", "Cem Aksoy", Role.ASSISTANT, "203", "PJSIP/203"),
    NewUser("sophie", "Sophie Lindner", Role.SUPERVISOR),
    NewUser("admin", "Verwaltung", Role.ADMIN),
)

_SHARED = "+4961315550107"  # a couple, two customers: the caller may be either


def _person(  # noqa: PLR0913, PLR0917 - a row of the table below
    name: str, phones: str, street: str, place: str, notes: str = "", company: str = ""
) -> NewCustomer:
    """Return a customer; ``phones`` with blanks between, ``place``: postcode and city."""
    postcode, _, city = place.partition(" ")
    mail = fold(name).replace(" ", ".").replace("ı", "i")
    return NewCustomer(
        name=name,
        company=company,
        phones=tuple(phones.split()),
        email=f"{mail}@example.org",
        street=street,
        postcode=postcode,
        city=city,
        notes=notes,
    )


CUSTOMERS = (
    _person("Renate Müller", "+4961315550101 +491713920001", "Musterweg 1", "55116 Mainz", "Hört schlecht: langsam."),
    _person("Karl-Heinz Schäfer", "+4961315550102", "Musterweg 14", "55116 Mainz", "Windows 11, Drucker im Keller."),
    _person("Gisela Braun", "+4961315550103", "Beispielgasse 3", "55118 Mainz"),
    _person(
        "Thomas Weiß", "+4961315550104 +491713920004", "Beispielgasse 9", "55118 Mainz", "Zwei Rechner, ein Laptop."
    ),
    _person("Ursula König", "+4961315550105", "Probeallee 27", "55122 Mainz", "Fragt gern nach Frau Berger."),
    _person("Dieter Vogel", "+4961315550106", "Probeallee 30", "55122 Mainz"),
    _person("Ingrid Sommer", _SHARED, "Am Muster 5", "55124 Mainz"),
    _person("Walter Sommer", _SHARED, "Am Muster 5", "55124 Mainz", "Eigener Rechner, eigene Rechnung."),
    _person("Petra Lang", "+491713920009", "Testring 8", "55127 Mainz"),
    _person("Jürgen Krause", "+4961315550110", "Testring 11", "55127 Mainz", "USB-Festplatte mit Urlaubsfotos."),
    _person("Monika Ritter", "+4961315550111 +491713920011", "Musterweg 40", "55116 Mainz"),
    _person("Stefan Böhm", "+491713920012", "Beispielgasse 21", "55118 Mainz", "Nur abends erreichbar."),
    _person("Helga Winter", "+4961315550113", "Probeallee 2", "55122 Mainz"),
    _person("Aylin Demir", "+491713920014", "Am Muster 17", "55124 Mainz", "Arbeitet im Homeoffice, VPN der Firma."),
    _person("Frank Neumann", "+4961315550115", "Testring 3", "55127 Mainz"),
    _person("Brigitte Haas", "+4961315550116", "Musterweg 52", "55116 Mainz", "Quartalsinspektion bitte vormittags."),
    _person("Paweł Nowak", "+491713920017", "Beispielgasse 33", "55118 Mainz"),
    _person("Elke Schreiber", "+4961315550118", "Probeallee 44", "55122 Mainz"),
    _person("Manfred Otto", "+4961315550119", "Am Muster 29", "55124 Mainz", "Fritzbox, Telefon über das Internet."),
    _person("Sabine Kurz", "+491713920020", "Testring 19", "55127 Mainz"),
    _person(
        "Martina Engel", "+4961315550200", "Musterplatz 1", "55116 Mainz", "Drei Plätze, ein Server.", "Blumen Engel"
    ),
    _person(
        "Oliver Stein",
        "+4961315550210",
        "Musterplatz 4",
        "55116 Mainz",
        "Praxissoftware nie ungefragt.",
        "Praxis Stein",
    ),
    _person("Claudia Berg", "+4961315550220", "Probeallee 60", "55122 Mainz", "", "Steuerbüro Berg & Tal"),
    _person("Murat Yıldız", "+4961315550230 +491713920030", "Testring 25", "55127 Mainz", "", "Autohaus Yıldız"),
    _person(
        "Lena Fuchs", "+4961315550240", "Beispielgasse 48", "55118 Mainz", "Buchladen, Kasse am Netz.", "Lesefuchs"
    ),
)
