"""Havenlicht, a made-up company of a dozen people that makes software for harbours."""

from __future__ import annotations

from dataclasses import dataclass

from bot.calls import Profile
from bot.demo.chat import Room

NAME = "Havenlicht"
DOMAIN = "havenlicht.example"
VALUES = ("Samen varen", "Zeg het gewoon", "Elke dag iets beter")
ROOMS = (
    Room("kudos", "Dank je wel · thank you, close to the work"),
    Room("algemeen", "Voor iedereen · for everyone"),
    Room("klantdag", "Alles voor de klantdag · customer day"),
)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the company. `manager` is a handle; `workdays` are ISO weekdays, Monday is 1."""

    handle: str
    name: str
    title: str
    language: str
    zone: str
    manager: str = ""
    team: str = ""
    workdays: str = "12345"
    roles: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        return f"{self.handle}@{DOMAIN}"


_AMSTERDAM, _LONDON, _NEW_YORK = "Europe/Amsterdam", "Europe/London", "America/New_York"

CAST = (
    Member("noor", "Noor Jansen", "Ontwikkelaar", "nl", _AMSTERDAM, "anna", "Platform"),
    Member("sem", "Sem Bakker", "Ontwikkelaar", "nl", _AMSTERDAM, "anna", "Platform"),
    Member("lotte", "Lotte de Boer", "Ontwerper", "nl", _AMSTERDAM, "anna", "Platform", "124"),
    Member("joost", "Joost Kramer", "Tester", "nl", _AMSTERDAM, "anna", "Platform"),
    Member("ravi", "Ravi Patel", "Software engineer", "en", _LONDON, "anna", "Platform"),
    Member("maya", "Maya Chen", "Software engineer", "en", _NEW_YORK, "anna", "Platform"),
    Member("emma", "Emma Clarke", "Account manager", "en", _LONDON, "dan", "Customers"),
    Member("tom", "Tom Bennett", "Customer success", "en", _NEW_YORK, "dan", "Customers"),
    Member("anna", "Anna Visser", "Teamleider Platform", "nl", _AMSTERDAM, "marijke", "Leiding"),
    Member("dan", "Dan Miller", "Team lead Customers", "en", _LONDON, "marijke", "Leiding"),
    Member("hanna", "Hanna Smit", "HR", "nl", _AMSTERDAM, "marijke", "Leiding", roles=("hr", "admin")),
    Member("marijke", "Marijke Hofman", "Directeur", "nl", _AMSTERDAM, "", "Leiding"),
)
"""In the order in which the page shows them."""

BY_HANDLE = {member.handle: member for member in CAST}


def profiles() -> tuple[Profile, ...]:
    """Everybody as the chat knows them."""
    return tuple(Profile(member.handle, member.name, member.email, member.zone, member.language) for member in CAST)
