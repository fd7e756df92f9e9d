"""What was decided lately: the same question has the same answer until day's end."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from app.domain.eligibility import Answer

MOST = 2048
"""Answers in one process, of a few kilobytes each."""


class Decided:
    """Answers by all that they depend on; the longest unasked go first.

    Most who file say nothing of themselves that bears on the answer, so that it is
    the same for everybody of a place who names the vendor on a day.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._one_at_a_time = Lock()

    def answer(self, key: Hashable, decide: Callable[[], Answer]) -> Answer:
        """Return the answer that is kept under ``key``, or decide and keep it."""
        with self._one_at_a_time:
            found = self._answers.get(key)
            if found is not None:
                self._answers.move_to_end(key)
                return found
        found = decide()
        with self._one_at_a_time:
            self._answers[key] = found
            if len(self._answers) > self._most:
                self._answers.popitem(last=False)
        return found
