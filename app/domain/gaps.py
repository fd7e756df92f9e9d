"""How many people asked, or wait, where no law gives them a right."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.disclosure import K, hides
from app.domain.figures import SEVERAL


@dataclass(slots=True)
class Crowd:
    """Some people, told apart for as long as they are few."""

    count: int = 0
    few: set[bytes] | None = field(default_factory=set)

    def add(self, who: bytes, k: int = K) -> None:
        """Count somebody; from ``k`` people on, whoever calls this knows them apart."""
        if self.few is None:
            self.count += 1
            return
        self.few.add(who)
        self.count = len(self.few)
        if self.count >= k:
            self.few = None


def gaps_of(
    crowds: Mapping[tuple[str, str], Crowd], k: int = K
) -> dict[tuple[str, str], int]:
    """Return how many people there are, by place and company, as far as may be told.

    Companies of which too few people asked stand together as ``SEVERAL``: there who
    asked two of them is counted once.
    """
    found: dict[tuple[str, str], int] = {}
    small: dict[str, list[set[bytes]]] = {}
    for (place, vendor), crowd in crowds.items():
        if crowd.few is None:
            found[place, vendor] = crowd.count
        elif crowd.few:
            small.setdefault(place, []).append(crowd.few)
    for place, those in small.items():
        together = len(set[bytes]().union(*those))
        if hides(together, len(those), k):
            found[place, SEVERAL] = together
    return dict(sorted(found.items()))
