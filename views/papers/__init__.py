"""Papers for people who have to trust Ritme before they use it. They are files to read, never messages in a chat."""

from views.papers.document import Blank, Block, Document, Part, Points, Source, Table
from views.papers.facts import Company, Entry, Facts, Frame, Grant, Machine, Term
from views.papers.seeing import seeing

__all__ = [
    "Blank",
    "Block",
    "Company",
    "Document",
    "Entry",
    "Facts",
    "Frame",
    "Grant",
    "Machine",
    "Part",
    "Points",
    "Source",
    "Table",
    "Term",
    "seeing",
]
