"""What an action needs beside its session to file, answer and seal."""

from dataclasses import dataclass, field

from app.actions.decided import Decided
from app.actions.portal import Portal
from app.domain.vendors import Directory
from app.letters import Letters
from app.rulebook.load import Rulebook
from app.store.keys import Keys


@dataclass(frozen=True, slots=True)
class Desk:
    """The rules, the vendors, the keys and the words of one installation."""

    rulebook: Rulebook
    directory: Directory
    portal: Portal
    keys: Keys
    letters: Letters
    decided: Decided = field(default_factory=Decided)
