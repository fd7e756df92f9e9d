"""The catalogs: ``.po`` files, compiled in memory."""

from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

LOCALES = Path(__file__).parent / "locales"


@lru_cache(maxsize=8)
def translations(language: str) -> NullTranslations:
    """Return the messages of a language; English is what the code says."""
    file = LOCALES / f"{language}.po"
    if not file.is_file():
        return NullTranslations()
    return _compiled(file, language)


def _compiled(file: Path, language: str) -> GNUTranslations:
    # Here, because who speaks English needs neither: they take 20 ms to come.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with file.open("rb") as source:
        catalog = read_po(source, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)
