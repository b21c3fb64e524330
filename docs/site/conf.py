"""Configure the documentation site: `sphinx-build --fail-on-warning -c docs/site . build/site`."""

from __future__ import annotations

import tomllib
from pathlib import Path

from docutils.nodes import document
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

project = "rag"
author = "the maintainers of rag"
version = release = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

extensions = ["myst_parser"]
root_doc = "docs/index"
include_patterns = ["*.md", "docs/**.md", "index/README.md"]
exclude_patterns = [".*", "build", "dist", "docs/site", "index/[!R]*"]

NAVIGATION = {root_doc: "navigation.md", "docs/decisions/README": "decisions.md"}

myst_heading_anchors = 4  # links such as `page.md#a-heading` lead to the anchors that repositories give to headings

smartquotes = False  # options such as --json keep their hyphens

html_theme = "furo"
html_title = "rag"
html_extra_path = ["front"]  # the site begins at docs/index.html; this page at its top leads there
html_static_path = ["static"]
html_css_files = ["wrap.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False


def add_navigation(_app: Sphinx, docname: str, source: list[str]) -> None:
    """Append the tables of contents to two pages, so that no page of the repository contains Sphinx directives."""
    if name := NAVIGATION.get(docname):
        source[0] += (HERE / name).read_text(encoding="utf-8")


def remove_links_without_pages(app: Sphinx, doctree: document) -> None:
    """Show a link as plain text if it leads to a folder, or to a Markdown file that is not a page of the site.

    Such links work in a repository browser. A link to something that does not exist stays, and fails the build.
    """
    for link in list(doctree.findall(pending_xref)):
        if link.get("reftype") == "myst" and _exists_without_page(app, link):
            link.replace_self(link.children)


def _exists_without_page(app: Sphinx, link: pending_xref) -> bool:
    if link.get("refdomain") == "doc":  # MyST found the Markdown file, and gives its name from the root
        return bool(link["reftarget"] not in app.env.found_docs)
    return Path(ROOT, link["refdoc"]).parent.joinpath(link["reftarget"]).is_dir()


def setup(app: Sphinx) -> None:
    """Connect the functions of this file to the events of Sphinx."""
    app.connect("source-read", add_navigation)
    app.connect("doctree-read", remove_links_without_pages)
