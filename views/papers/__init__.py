"""Papers for people who have to trust Ritme before they use it. They are files to read, never messages in a chat."""

from views.papers.ai import ai
from views.papers.council import council
from views.papers.document import Blank, Block, Document, Part, Points, Source, Table
from views.papers.dpia import dpia
from views.papers.facts import Company, Entry, Facts, Frame, Grant, Machine, Term
from views.papers.seeing import seeing
from views.papers.sheet import sheet

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
    "ai",
    "council",
    "dpia",
    "seeing",
    "sheet",
]
