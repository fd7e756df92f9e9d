"""A law's name in the reader's language; titles and citations keep the law's own."""

from collections.abc import Mapping
from dataclasses import replace

from app.domain.eligibility import Answer
from app.domain.laws import Law


def name_of(law: Law, language: str) -> str:
    """Return what a law is called for short in a language, as letters call it."""
    return law.short_names.get(language, law.short_name)


def in_language(answer: Answer, laws: Mapping[str, Law], language: str) -> Answer:
    """Return an answer that calls every law as the reader's language does."""
    ids = {g.id for g in answer.grounds} | {law.id for law in answer.pending}
    called = {
        law_id: laws[law_id].short_names[language]
        for law_id in ids
        if law_id in laws and language in laws[law_id].short_names
    }
    if not called:
        return answer
    return replace(
        answer,
        grounds=tuple(
            replace(ground, short_name=called[ground.id])
            if ground.id in called
            else ground
            for ground in answer.grounds
        ),
        pending=tuple(
            replace(law, short_name=called[law.id]) if law.id in called else law
            for law in answer.pending
        ),
    )
