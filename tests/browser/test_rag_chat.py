"""`<rag-chat>` in a page of another site, as a reader of that site meets it, over the real service."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Literal
from urllib.parse import urlencode

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, Response, expect

from rag.answer.pipeline import Answerer
from rag.errors import BackendUnavailable
from rag.http.app import create_app
from rag.service import Service
from rag.wiring import assemble
from tests import asking
from tests.http.chats.conftest import written
from tests.http.serving import Leisurely

from . import other_site
from .server import served

pytestmark = pytest.mark.browser

QUESTION = asking.LEVY_QUESTION
QUOTES = [
    "The levy 🥤 took effect on 6 April 2018.",
    "The congestion charge is 15 pounds a day.",
    "Fruit juices are exempt from the levy.",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    """The origin of the site."""
    with served(other_site.app) as host:
        yield host


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Service:
    folder = tmp_path_factory.mktemp("embedding")
    service = asking.service(folder / "index")
    asking.ingest(service, asking.write(folder / "articles"))
    return service


@pytest.fixture(scope="module")
def serve(host: str, articles: Service) -> Iterator[Callable[..., str]]:
    """Serve the articles to pages of the site, in answers of some writer; return the address."""
    with ExitStack() as held:

        def served_with(answerer: Answerer | None = None, **settings: Any) -> str:
            changed = {"cors_origins": (host,), **settings}
            encoder = articles.parts.encoder
            service = assemble(articles.settings.model_copy(update=changed), encoder=encoder, answerer=answerer)
            return held.enter_context(served(create_app(service)))

        yield served_with


@pytest.fixture(scope="module")
def service(serve: Callable[..., str], articles: Service) -> str:
    """The address of a service whose every answer has the same three citations."""
    return serve(written(articles).parts.answerer)


@pytest.fixture
def reader(browser: Browser) -> Iterator[Page]:
    """A page with nothing loaded, which must end without an error of a script."""
    page, errors = browser.new_page(reduced_motion="reduce"), list[str]()
    page.on("pageerror", lambda error: errors.append(error.message))
    yield page
    page.close()
    assert errors == []


def visit(page: Page, host: str, service: str, attributes: str = "", style: str = "") -> None:
    page.goto(f"{host}/?{urlencode({'service': service, 'attributes': attributes, 'style': style})}")


def write(page: Page, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")


def ask(page: Page, question: str = QUESTION) -> Response:
    """Ask and wait for the end of the answer."""
    with page.expect_response("**/v1/answers") as sent:
        write(page, question)
    sent.value.finished()
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    return sent.value


def newest(page: Page) -> Locator:
    return page.get_by_role("article").last


def test_an_answer_has_its_quotes_in_sight_and_links_to_them(reader: Page, host: str, service: str) -> None:
    visit(reader, host, service)
    ask(reader)
    answer = httpx2.post(f"{service}/v1/answers", json={"question": QUESTION}).json()
    assert newest(reader).locator("blockquote").all_inner_texts() == QUOTES
    assert newest(reader).locator(".prose").inner_text().split() == re.sub(r"[\[\]]", "", answer["text"]).split()
    links = [citation["link"] for citation in answer["citations"]]
    assert links[1].startswith(f"{service}/documents/charge?start=0&end=41")
    for citation, link in zip(answer["citations"], links, strict=True):
        marker = newest(reader).get_by_role("link", name=f"Source {citation['marker']}: {citation['title']}").first
        assert marker.get_attribute("href") == link
        title = newest(reader).locator("li", has_text=citation["quote"]).get_by_role("link")
        assert (title.get_attribute("href"), title.get_attribute("target")) == (link, "_blank")


def test_a_citation_opens_its_words_beside_the_site(reader: Page, host: str, service: str) -> None:
    visit(reader, host, service)
    ask(reader)
    with reader.context.expect_page() as opened:
        newest(reader).get_by_role("link", name="Source 2: ").first.press("Enter")
    expect(opened.value.locator("mark")).to_have_text(QUOTES[1])
    expect(newest(reader)).to_be_visible()


def test_a_follow_up_brings_its_conversation_until_a_new_one_begins(reader: Page, host: str, service: str) -> None:
    visit(reader, host, service)

    def history(question: str) -> list[dict[str, str]]:
        sent: list[dict[str, str]] = json.loads(ask(reader, question).request.post_data or "")["history"]
        return sent

    assert history(QUESTION) == []
    user, assistant = history("Who is exempt?")
    assert user == {"role": "user", "content": QUESTION}
    assert assistant["role"] == "assistant"
    assert assistant["content"].startswith(QUOTES[0])
    assert len(history("And who pays?")) == 4
    reader.get_by_role("button", name="New conversation").click()
    expect(reader.get_by_role("article")).to_have_count(0)
    expect(reader.get_by_label("Your question")).to_be_focused()
    assert history(QUESTION) == []


def test_statements_come_as_they_are_verified_and_can_be_stopped(
    reader: Page, host: str, serve: Callable[..., str]
) -> None:
    model = Leisurely(["Fruit juices are exempt from the levy. [1] [2] [3] [4] And "] * 20)
    visit(reader, host, serve(asking.answerer(model)))
    write(reader, QUESTION)
    expect(newest(reader).locator(".prose")).to_contain_text("Fruit juices are exempt")
    expect(newest(reader).locator("blockquote")).to_have_count(0)
    reader.get_by_role("button", name="Stop").press("Enter")
    expect(newest(reader)).to_contain_text("You stopped this answer.")
    expect(reader.get_by_role("status")).to_have_text("Stopped.")
    expect(reader.get_by_label("Your question")).to_be_focused()


def test_the_whole_answer_has_the_last_word(reader: Page, host: str, serve: Callable[..., str]) -> None:
    broken = asking.Scripted(["Fruit juices are exempt from the levy. [1] [2] [3] [4] And ", BackendUnavailable("off")])
    visit(reader, host, serve(asking.answerer(broken)))
    answer = re.findall(r"^event: answer\r?\ndata: (.+?)\r?$", ask(reader).text(), re.MULTILINE)
    statements = [statement["text"] for statement in json.loads(answer[0])["statements"]]
    shown = newest(reader).locator(".statement")
    assert [text.split()[:5] for text in shown.all_inner_texts()] == [text.split()[:5] for text in statements]
    expect(newest(reader)).to_contain_text("because the language model failed")


def test_what_the_documents_do_not_say_is_said_so(reader: Page, host: str, serve: Callable[..., str]) -> None:
    visit(reader, host, serve(least_confidence=1.0))
    ask(reader)
    expect(newest(reader)).to_contain_text("The documents do not say.")
    expect(newest(reader).get_by_role("heading", name="Nearest passages")).to_be_visible()
    expect(newest(reader).locator(".citation")).to_have_count(0)
    expect(reader.get_by_role("status")).to_have_text("The documents do not say.")


@pytest.mark.parametrize(
    ("meets", "said"),
    [
        (
            {"status": 503, "body": '{"title": "Service Unavailable", "detail": "no index: run this"}'},
            "No index: run this.",
        ),
        ({"status": 502, "body": "<h1>Bad gateway</h1>"}, "The service answered with an error (502)."),
        (
            {"body": 'event: error\ndata: {"title": "Bad Gateway", "detail": "the model is down"}\n\n'},
            "The model is down.",
        ),
        ({"body": "event: evidence\ndata: {}\n\n"}, "The answer broke off before its end."),
        ({"body": "event: evidence\ndata: {\n\n"}, "The service sent something that cannot be read."),
        (None, "The service cannot be reached just now."),
    ],
)
def test_what_fails_is_told_in_a_sentence_and_can_be_asked_again(
    reader: Page, host: str, service: str, meets: dict[str, Any] | None, said: str
) -> None:
    visit(reader, host, service)
    allowed = {"Access-Control-Allow-Origin": host}
    reader.route(
        "**/v1/answers", lambda route: route.abort() if meets is None else route.fulfill(headers=allowed, **meets)
    )
    write(reader, QUESTION)
    expect(newest(reader).get_by_role("alert")).to_have_text(said)
    reader.unroute("**/v1/answers")
    newest(reader).get_by_role("button", name="Ask again").click()
    expect(newest(reader).locator("blockquote")).to_have_text(QUOTES)


def test_the_keyboard_is_enough(reader: Page, host: str, service: str) -> None:
    visit(reader, host, service)
    reader.keyboard.press("Tab")
    expect(reader.get_by_label("Your question")).to_be_focused()
    first, rest = QUESTION.split(" per litre ")
    reader.keyboard.type(f"{first} per litre")
    reader.keyboard.press("Shift+Enter")
    reader.keyboard.type(rest)
    reader.keyboard.press("Enter")
    expect(newest(reader).locator("blockquote")).to_have_text(QUOTES)
    expect(newest(reader).get_by_role("heading", level=3)).to_have_text(f"{first} per litre\n{rest}")
    for _ in range(3 + 4):  # three titles, four markers, backwards
        reader.keyboard.press("Shift+Tab")
    expect(newest(reader).locator(".citation").first).to_be_focused()


def test_the_styles_of_the_site_and_of_the_element_leave_each_other_alone(
    reader: Page, host: str, service: str
) -> None:
    style = "rag-chat { --rag-paper: rgb(1, 2, 3); --rag-ink: rgb(250, 251, 252); }"
    visit(reader, host, service, attributes='heading="Ask the city"', style=style)
    heading = reader.get_by_role("heading", name="Ask the city")
    assert heading.evaluate("node => getComputedStyle(node).color") == "rgb(250, 251, 252)"
    element = reader.locator("rag-chat")
    assert element.evaluate("node => getComputedStyle(node).backgroundColor") == "rgb(1, 2, 3)"
    assert reader.locator("h1").evaluate("node => getComputedStyle(node).fontSize") == "32px"


def test_the_element_needs_no_other_module_than_its_own(reader: Page, host: str, service: str) -> None:
    loaded: list[str] = []
    reader.on("request", lambda request: loaded.append(request.url.removeprefix(service)))
    visit(reader, host, service)
    ask(reader)
    own = {f"/ui/embed/{name}.js" for name in ("asking", "composer", "sources", "style", "turn")}
    assert {path for path in loaded if path.startswith("/ui/")} == own | {
        "/ui/rag-chat.js",
        "/ui/dom.js",
        "/ui/stream.js",
    }


def test_a_site_that_is_not_named_gets_nothing(reader: Page, host: str, serve: Callable[..., str]) -> None:
    visit(reader, host, serve(cors_origins=("https://other.example",)))
    assert reader.evaluate("customElements.get('rag-chat')") is None


# Every state, small and light, large and dark


def empty(page: Page, host: str, service: str) -> None:
    visit(page, host, service)
    expect(page.get_by_label("Your question")).to_be_visible()


def loading(page: Page, host: str, service: str) -> None:
    visit(page, host, service)
    page.route("**/v1/answers", lambda route: None)
    write(page, QUESTION)
    expect(page.get_by_role("status")).to_have_text("Searching the documents…")


def answered(page: Page, host: str, service: str) -> None:
    visit(page, host, service, style="rag-chat { height: 30rem; }")
    ask(page)
    ask(page)


def failed(page: Page, host: str, service: str) -> None:
    visit(page, host, service)
    page.route("**/v1/answers", lambda route: route.abort())
    write(page, QUESTION)
    expect(newest(page).get_by_role("alert")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
@pytest.mark.parametrize("state", [empty, loading, answered, failed])
def test_every_state_is_accessible(
    reader: Page,
    host: str,
    service: str,
    state: Callable[[Page, str, str], None],
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    reader.set_viewport_size({"width": width, "height": 800})
    reader.emulate_media(color_scheme=scheme)
    state(reader, host, service)
    found = Axe().run(reader, options={"runOnly": {"type": "tag", "values": WCAG}})
    assert found.violations_count == 0, found.generate_report()
    assert reader.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
