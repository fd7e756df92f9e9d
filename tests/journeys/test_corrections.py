"""A mistake is found on a phone, looked at by an editor, and seen to be looked at."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import Portal, seen_well

pytestmark = pytest.mark.journey

PASSWORD = "correct horse battery staple"
READER = "ada.reader@example.org"
LINK = re.compile(r"http://localhost:\d+(/corrections/mail/[\w-]{20,})(?=\s)")
WRONG = "The last day of the period is counted twice."


def enrol(page: Page, portal: Portal) -> None:
    page.goto(portal.enrolment)
    page.get_by_label("Your e-mail address").fill("chief@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Set my password").click()
    page.get_by_label("Your e-mail address").fill("chief@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Queue")


def test_a_visitor_reports_an_editor_resolves_and_the_visitor_sees_it(
    context: BrowserContext, portal: Portal
) -> None:
    context.set_default_timeout(30_000)  # a portal that has just begun is slow
    visitor = context.new_page()
    visitor.goto("/laws/eu-gdpr?lang=fr")
    visitor.get_by_role("link", name="Quelque chose est faux ici ?").click()
    seen_well(visitor)
    visitor.get_by_role("button", name="Envoyer").click()
    expect(visitor.get_by_role("alert")).to_contain_text("Dites ce qui est faux")
    visitor.get_by_label("Qu’est-ce qui est faux ?").fill(WRONG)
    visitor.get_by_label("Votre nom").fill("Ada Reader")
    visitor.get_by_label("Adresse électronique").fill(READER)
    visitor.get_by_role("button", name="Envoyer").click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Merci")
    seen_well(visitor)
    followed = visitor.url.partition("?")[0]
    link = LINK.search(portal.wait_for(visitor, READER, 1))
    assert link is not None
    visitor.goto(link[1])
    visitor.get_by_role("button", name="Oui, prévenez-moi").click()
    expect(visitor.get_by_role("heading", level=1)).to_contain_text("Nous vous dirons")
    seen_well(visitor)

    editor = context.new_page()
    editor.goto("/?lang=en")
    enrol(editor, portal)
    editor.get_by_role("link", name="Laws", exact=True).click()
    editor.get_by_role("link", name="Corrections (1)").click()
    seen_well(editor)
    editor.get_by_role("link", name=re.compile("^C-")).click()
    editor.get_by_role("button", name="Open it").click()
    expect(editor.get_by_text(WRONG)).to_be_visible(timeout=10_000)
    seen_well(editor)
    editor.get_by_label("Yes, or it may be").check()
    editor.get_by_label("What is wrong, or why").fill("The last day of the period.")
    editor.get_by_role("button", name="Decide").click()
    editor.get_by_role("link", name="The note").click()
    editor.get_by_role("radio", name="It was right").check()
    editor.get_by_label("What was changed").fill("It is counted once, as the law says.")
    editor.get_by_role("button", name="Resolve this note").click()
    expect(editor.get_by_text("It is counted once").first).to_be_visible()
    seen_well(editor)

    assert followed in portal.wait_for(visitor, READER, 2)
    visitor.goto(f"{followed}?lang=es")
    main = visitor.get_by_role("main")
    expect(main).to_contain_text("Sin cambios")
    expect(main).to_contain_text("It is counted once, as the law says.")
    expect(main).to_contain_text("Ada Reader")
    expect(main).not_to_contain_text(WRONG)
    seen_well(visitor)
    visitor.get_by_role("link", name="Lo que se ha corregido hasta ahora").click()
    expect(visitor.get_by_role("main")).to_contain_text("Ada Reader")
    seen_well(visitor)
