"""`<rag-chat>` on a page of another site, with the real service."""

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
from tests import samples
from tests.http.access.clients import make_key
from tests.http.chats.conftest import with_language_model
from tests.http.serving import SlowModel

from . import other_site
from .server import run_server

pytestmark = pytest.mark.browser

QUESTION = samples.LEVY_QUESTION
QUOTES = [
    "The levy 🥤 took effect on 6 April 2018.",
    "The congestion charge is 15 pounds a day.",
    "Fruit juices are exempt from the levy.",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    """The origin of the other site."""
    with run_server(other_site.app) as host:
        yield host


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Service:
    folder = tmp_path_factory.mktemp("embedding")
    service = samples.service(folder / "index")
    samples.ingest(service, samples.write(folder / "articles"))
    return service


@pytest.fixture(scope="module")
def serve(host: str, articles: Service) -> Iterator[Callable[..., str]]:
    """A function that starts a service over the articles and returns its address. The other site may call it."""
    with ExitStack() as stack:

        def start(answerer: Answerer | None = None, **settings: Any) -> str:
            changed = {"cors_origins": (host,), **settings}
            encoder = articles.parts.encoder
            service = assemble(articles.settings.model_copy(update=changed), encoder=encoder, answerer=answerer)
            return stack.enter_context(run_server(create_app(service)))

        yield start


@pytest.fixture(scope="module")
def service(serve: Callable[..., str], articles: Service) -> str:
    """The address of a service that gives the same three citations in every answer."""
    return serve(with_language_model(articles).parts.answerer)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page. The test fails if a script on it raises an error."""
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
    """Ask and wait for the complete answer; return the response."""
    with page.expect_response("**/v1/answers") as sent:
        write(page, question)
    sent.value.finished()
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()
    return sent.value


def newest(page: Page) -> Locator:
    return page.get_by_role("article").last


def test_an_answer_shows_its_quotes_and_links_to_them(page: Page, host: str, service: str) -> None:
    visit(page, host, service)
    ask(page)
    answer = httpx2.post(f"{service}/v1/answers", json={"question": QUESTION}).json()
    assert newest(page).locator("blockquote").all_inner_texts() == QUOTES
    assert newest(page).locator(".prose").inner_text().split() == re.sub(r"[\[\]]", "", answer["text"]).split()
    links = [citation["link"] for citation in answer["citations"]]
    assert links[1].startswith(f"{service}/documents/charge?start=0&end=41")
    for citation, link in zip(answer["citations"], links, strict=True):
        marker = newest(page).get_by_role("link", name=f"Source {citation['marker']}: {citation['title']}").first
        assert marker.get_attribute("href") == link
        title = newest(page).locator("li", has_text=citation["quote"]).get_by_role("link")
        assert (title.get_attribute("href"), title.get_attribute("target")) == (link, "_blank")


def test_a_closed_service_answers_an_element_with_a_key(
    page: Page, host: str, serve: Callable[..., str], articles: Service
) -> None:
    key = make_key(articles.settings.index_dir, "site")
    closed = serve(require_key=True)
    visit(page, host, closed)
    ask(page)
    expect(newest(page).get_by_role("alert")).to_have_text(
        "The request has no key: send it as 'Authorization: Bearer <key>'."
    )
    visit(page, host, closed, f'key="{key}"')
    ask(page)
    expect(newest(page)).to_contain_text("24 pence")


def test_the_site_sets_the_day_on_which_the_documents_must_be_in_force(page: Page, host: str, service: str) -> None:
    visit(page, host, service, 'as-of="2024-06-01"')
    expect(page.get_by_text("in force on June 1, 2024")).to_be_visible()
    assert '"as_of":"2024-06-01"' in (ask(page).request.post_data or "")


def test_a_citation_opens_its_quote_in_a_new_tab(page: Page, host: str, service: str) -> None:
    visit(page, host, service)
    ask(page)
    with page.context.expect_page() as opened:
        newest(page).get_by_role("link", name="Source 2: ").first.press("Enter")
    expect(opened.value.locator("mark")).to_have_text(QUOTES[1])
    expect(newest(page)).to_be_visible()


def test_a_follow_up_sends_the_history_until_a_new_conversation_starts(page: Page, host: str, service: str) -> None:
    visit(page, host, service)

    def history(question: str) -> list[dict[str, str]]:
        sent: list[dict[str, str]] = json.loads(ask(page, question).request.post_data or "")["history"]
        return sent

    assert history(QUESTION) == []
    user, assistant = history("Who is exempt?")
    assert user == {"role": "user", "content": QUESTION}
    assert assistant["role"] == "assistant"
    assert assistant["content"].startswith(QUOTES[0])
    assert len(history("And who pays?")) == 4
    page.get_by_role("button", name="New conversation").click()
    expect(page.get_by_role("article")).to_have_count(0)
    expect(page.get_by_label("Your question")).to_be_focused()
    assert history(QUESTION) == []


def test_verified_statements_are_streamed_and_the_answer_can_be_stopped(
    page: Page, host: str, serve: Callable[..., str]
) -> None:
    model = SlowModel(["Fruit juices are exempt from the levy. [1] [2] [3] [4] And "] * 20)
    visit(page, host, serve(samples.answerer(model)))
    write(page, QUESTION)
    expect(newest(page).locator(".prose")).to_contain_text("Fruit juices are exempt")
    expect(newest(page).locator("blockquote")).to_have_count(0)
    page.get_by_role("button", name="Stop").press("Enter")
    expect(newest(page)).to_contain_text("You stopped this answer.")
    expect(page.get_by_role("status")).to_have_text("Stopped.")
    expect(page.get_by_label("Your question")).to_be_focused()


def test_the_complete_answer_replaces_the_streamed_statements(page: Page, host: str, serve: Callable[..., str]) -> None:
    broken = samples.Scripted(
        ["Fruit juices are exempt from the levy. [1] [2] [3] [4] And ", BackendUnavailable("off")]
    )
    visit(page, host, serve(samples.answerer(broken)))
    answer = re.findall(r"^event: answer\r?\ndata: (.+?)\r?$", ask(page).text(), re.MULTILINE)
    statements = [statement["text"] for statement in json.loads(answer[0])["statements"]]
    shown = newest(page).locator(".statement")
    assert [text.split()[:5] for text in shown.all_inner_texts()] == [text.split()[:5] for text in statements]
    expect(newest(page)).to_contain_text("because the language model failed")


def test_an_unanswered_question_says_so_and_shows_the_nearest_passages(
    page: Page, host: str, serve: Callable[..., str]
) -> None:
    visit(page, host, serve(least_confidence=1.0))
    ask(page)
    expect(newest(page)).to_contain_text("The documents do not say.")
    expect(newest(page).get_by_role("heading", name="Nearest passages")).to_be_visible()
    expect(newest(page).locator(".citation")).to_have_count(0)
    expect(page.get_by_role("status")).to_have_text("The documents do not say.")


@pytest.mark.parametrize(
    ("response", "message"),
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
        ({"body": "event: evidence\ndata: {}\n\n"}, "The answer was cut off before it was complete."),
        ({"body": "event: evidence\ndata: {\n\n"}, "The service sent a response that this page cannot read."),
        (None, "The service cannot be reached right now."),
    ],
)
def test_a_failure_is_shown_as_a_sentence_and_the_user_can_ask_again(
    page: Page, host: str, service: str, response: dict[str, Any] | None, message: str
) -> None:
    visit(page, host, service)
    allowed = {"Access-Control-Allow-Origin": host}
    page.route(
        "**/v1/answers", lambda route: route.abort() if response is None else route.fulfill(headers=allowed, **response)
    )
    write(page, QUESTION)
    expect(newest(page).get_by_role("alert")).to_have_text(message)
    page.unroute("**/v1/answers")
    newest(page).get_by_role("button", name="Ask again").click()
    expect(newest(page).locator("blockquote")).to_have_text(QUOTES)


def test_the_element_works_with_the_keyboard_alone(page: Page, host: str, service: str) -> None:
    visit(page, host, service)
    page.keyboard.press("Tab")
    expect(page.get_by_label("Your question")).to_be_focused()
    first, rest = QUESTION.split(" per litre ")
    page.keyboard.type(f"{first} per litre")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type(rest)
    page.keyboard.press("Enter")
    expect(newest(page).locator("blockquote")).to_have_text(QUOTES)
    expect(newest(page).get_by_role("heading", level=3)).to_have_text(f"{first} per litre\n{rest}")
    for _ in range(3 + 4):  # Shift+Tab passes three titles and four markers
        page.keyboard.press("Shift+Tab")
    expect(newest(page).locator(".citation").first).to_be_focused()


def test_the_styles_of_the_site_and_of_the_element_do_not_affect_each_other(
    page: Page, host: str, service: str
) -> None:
    style = "rag-chat { --rag-paper: rgb(1, 2, 3); --rag-ink: rgb(250, 251, 252); }"
    visit(page, host, service, attributes='heading="Ask the city"', style=style)
    heading = page.get_by_role("heading", name="Ask the city")
    assert heading.evaluate("node => getComputedStyle(node).color") == "rgb(250, 251, 252)"
    element = page.locator("rag-chat")
    assert element.evaluate("node => getComputedStyle(node).backgroundColor") == "rgb(1, 2, 3)"
    assert page.locator("h1").evaluate("node => getComputedStyle(node).fontSize") == "32px"


def test_the_element_loads_only_its_own_modules(page: Page, host: str, service: str) -> None:
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url.removeprefix(service)))
    visit(page, host, service)
    ask(page)
    own = {f"/ui/embed/{name}.js" for name in ("composer", "service", "sources", "style", "turn")}
    shared = (
        "rag-chat",
        "dom",
        "stream",
        "language",
        "verification",
        "statement",
        "blocks",
        "passage",
        "said",
        "format",
    )
    assert {path for path in loaded if path.startswith("/ui/")} == own | {f"/ui/{name}.js" for name in shared}


def test_the_element_does_not_load_on_a_site_that_is_not_allowed(
    page: Page, host: str, serve: Callable[..., str]
) -> None:
    visit(page, host, serve(cors_origins=("https://other.example",)))
    assert page.evaluate("customElements.get('rag-chat')") is None


# Accessibility of every state: narrow and light, wide and dark


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
    page: Page,
    host: str,
    service: str,
    state: Callable[[Page, str, str], None],
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    state(page, host, service)
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
