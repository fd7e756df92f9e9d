"""What was decided lately for filings: the same question has the same answer."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from app.domain.basis import Invoked
from app.domain.eligibility import Answer

Decision = tuple[Answer, Invoked]

MOST = 2048
"""Decisions in one process, of a few kilobytes each."""


class Decided:
    """Decisions by all that they depend on; the longest unasked go first.

    Most who file say nothing of themselves that bears on the law, so that it is the
    same for everybody of a place who names the vendor on a day.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Decision] = OrderedDict()
        self._one_at_a_time = Lock()

    def once(self, key: Hashable, decide: Callable[[], Decision]) -> Decision:
        """Return the decision that is kept under ``key``, or decide and keep it."""
        with self._one_at_a_time:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        found = decide()
        with self._one_at_a_time:
            self._kept[key] = found
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return found
