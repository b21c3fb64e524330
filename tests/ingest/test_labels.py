"""Labels come from a document or its folder, follow every change, and hide a document if they cannot be read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from rag.service import Service
from rag.settings import Settings
from rag.types import SEALED, KeepOriginals
from rag.wiring import assemble
from tests import samples
from tests.articles import Articles, quietly, states

TEXT = "The levy is 24 pence per litre. Small producers pay nothing.\n"


def labels(service: Service) -> dict[str, tuple[str, ...]]:
    """Return the labels of each document by its id."""
    return {one.reference.id: one.access for one in service.view(None).documents()[0]}


def seen(service: Service, *groups: str) -> set[str]:
    return {one.reference.id for one in service.view(frozenset(groups)).documents()[0]}


def front(access: str) -> str:
    return f"---\ntitle: A\naccess: {access}\n---\n\n{TEXT}"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("hr", ("hr",)),
        ("[legal, hr, hr]", ("hr", "legal")),
        ("\n  - ' hr '\n  - Ünion", ("hr", "Ünion")),
        ("CN=HR,OU=Groups", ("CN=HR,OU=Groups",)),
        ("'7'", ("7",)),
    ],
)
def test_front_matter_names_one_group_or_several(
    service: Service, articles: Articles, given: str, expected: tuple[str, ...]
) -> None:
    articles.write("a.md", front(given))
    articles.ingest(service)
    assert labels(service) == {"a": expected}
    assert seen(service) == seen(service, "other") == set()
    for group in expected:
        assert seen(service, group) == {"a"}
    [stored] = service.view(None).documents()[0]
    assert "access" not in stored.metadata
    assert "access" not in {facet.name for facet in service.view(None).facets()[0]}


MALFORMED = [
    "",
    "''",
    "[]",
    "[hr, '']",
    "7",
    "[hr, 7]",
    "yes",
    "{hr: 1}",
    "[[hr]]",
    "2024-01-01",
    '"hr\\nlegal"',
    "' '",
]


@pytest.mark.parametrize("given", MALFORMED)
def test_labels_that_cannot_be_read_hide_the_document_and_are_reported(
    service: Service, articles: Articles, given: str
) -> None:
    articles.write("a.md", f"---\ntitle: A\n---\n\n{TEXT}")
    articles.ingest(service)
    assert seen(service) == {"a"}
    articles.write("a.md", front(given))
    for state in ("updated", "unchanged"):
        [item] = articles.ingest(service).items
        assert item.state == state
        assert item.reason is not None
        assert item.reason.startswith("its field 'access' is ")
        assert item.reason.endswith(
            ", so no group sees this document: write one group name or a list of them, in quotes if it is a number"
        )
    assert labels(service) == {"a": SEALED}
    assert seen(service) == seen(service, "hr", "legal", "", "7") == set()
    articles.write("a.md", front("hr"))
    [item] = articles.ingest(service).items
    assert (item.state, item.reason, seen(service, "hr")) == ("updated", None, {"a"})


@pytest.mark.parametrize(
    "broken",
    [
        f"---\ntitle: A\naccess: [hr\n---\n\n{TEXT}",
        f"---\naccess: hr: legal\n---\n\n{TEXT}",
        f"---\ntitle: A\nAccess: hr\n\n{TEXT}",
        f"---\n- access: hr\n---\n\n{TEXT}",
    ],
)
@pytest.mark.parametrize("name", ["a.md", "a.txt"])
def test_broken_front_matter_with_labels_hides_the_document(
    service: Service, articles: Articles, name: str, broken: str
) -> None:
    articles.write(name, broken)
    [item] = articles.ingest(service).items
    assert item.reason is not None
    assert item.reason.startswith("its front matter ")
    assert seen(service, "hr", "legal") == set()


def test_text_between_lines_of_dashes_is_no_front_matter(service: Service, articles: Articles) -> None:
    articles.write("a.md", f"---\nThe access road is closed.\n---\n\n{TEXT}")
    articles.ingest(service)
    assert seen(service) == {"a"}


@pytest.mark.parametrize(("suffix", "sidecar"), [(".meta.yaml", "access: hr"), (".meta.json", '{"access": ["hr"]}')])
def test_a_sidecar_gives_labels_and_wins_over_front_matter(
    service: Service, articles: Articles, suffix: str, sidecar: str
) -> None:
    articles.write("a.md", front("legal"))
    articles.write("b.md", f"B. {TEXT}")
    for name in ("a.md", "b.md"):
        articles.write(f"{name}{suffix}", sidecar)
    articles.ingest(service)
    assert labels(service) == {"a": ("hr",), "b": ("hr",)}


def test_a_broken_sidecar_with_labels_hides_the_document(service: Service, articles: Articles) -> None:
    articles.write("a.md", TEXT)
    articles.write("a.md.meta.json", '{"title": "A", "access": ["hr"')
    [item] = articles.ingest(service).items
    assert item.reason is not None
    assert item.reason.startswith(f"the sidecar {articles.folder}/a.md.meta.json does not hold a mapping")
    assert labels(service) == {"a": SEALED}


def test_the_nearest_place_with_labels_counts(service: Service, articles: Articles) -> None:
    articles.write(".access", "staff\n")
    articles.write("inner/.access", "\ufeff# the board\n\n board \nlegal\n")
    articles.write("a.txt", f"A. {TEXT}")
    articles.write("deep/folder/b.txt", f"B. {TEXT}")
    articles.write("inner/c.txt", f"C. {TEXT}")
    articles.write("inner/d.md", front("hr"))
    articles.write("inner/e.jsonl", '{"id": "e1", "text": "One."}\n{"id": "e2", "text": "Two.", "access": "hr"}\n')
    articles.write("inner/f.jsonl", '{"id": "f1", "text": "Three."}\n{"id": "f2", "text": "Four.", "access": "hr"}\n')
    articles.write("inner/f.jsonl.meta.yaml", "access: legal")
    report = articles.ingest(service)
    assert ".access" not in {Path(item.source).name for item in report.items}
    assert labels(service) == {
        "a": ("staff",),
        "b": ("staff",),
        "c": ("board", "legal"),
        "d": ("hr",),
        "e1": ("board", "legal"),
        "e2": ("hr",),
        "f1": ("legal",),
        "f2": ("hr",),
    }


def test_a_folder_inside_an_archive_has_labels_too(service: Service, articles: Articles) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        files = {"a.txt": "A.", "in/b.txt": "B.", "in/c.md": front("hr"), "in/.access": "legal", "bad/d.txt": "D."}
        for name, text in {**files, "bad/.access": "", "e.txt": "E.", "e.txt.meta.yaml": "access: staff"}.items():
            archive.writestr(name, text)
    articles.write("files.zip", content.getvalue())
    articles.write(".access", "all-staff")
    articles.ingest(service)
    found = {name.removeprefix("files-"): access for name, access in labels(service).items()}
    assert found == {"a": ("all-staff",), "in-b": ("legal",), "in-c": ("hr",), "bad-d": SEALED, "e": ("staff",)}


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"\x00\x01\x02\x03" * 100, ("x" * 300).encode()])
def test_a_folder_file_that_cannot_be_read_hides_the_folder(
    service: Service, articles: Articles, content: bytes
) -> None:
    articles.write("in/a.txt", TEXT)
    articles.write("in/b.md", front("hr"))
    articles.ingest(service)
    assert seen(service) == {"a"}
    articles.write("in/.access", content)
    report = articles.ingest(service)
    reasons = {Path(item.source).name: item.reason or "" for item in report.items}
    assert reasons["a.txt"].startswith(f"{articles.folder}/in/.access ")
    assert "so no group sees this document" in reasons["a.txt"]
    assert labels(service) == {"a": SEALED, "b": ("hr",)}
    assert labels(reparsed(service)) == {"a": SEALED, "b": ("hr",)}


def reparsed(service: Service) -> Service:
    report = service.reparse([], quietly, quietly)
    assert set(report.counts) == {"unchanged"}, report.items
    return service


def test_a_change_of_labels_alone_takes_effect_and_encodes_nothing(service: Service, articles: Articles) -> None:
    articles.write("a.md", front("hr"))
    articles.write("in/b.txt", f"B. {TEXT}")
    articles.ingest(service)
    assert (seen(service), seen(service, "hr"), seen(service, "legal")) == ({"b"}, {"a", "b"}, {"b"})
    articles.write("a.md", front("legal"))
    articles.write("in/.access", "hr")
    report = articles.ingest(service)
    assert (states(report), report.encoded) == ({"a.md": "updated", "b.txt": "updated"}, 0)
    assert (seen(service), seen(service, "hr"), seen(service, "legal")) == (set(), {"b"}, {"a"})
    (articles.folder / "in/.access").unlink()
    articles.write("a.md", TEXT)
    assert articles.ingest(service).encoded <= 1  # the title of the first has changed
    assert seen(service) == {"a", "b"}


def test_equal_texts_with_other_labels_are_documents_of_their_own(service: Service, articles: Articles) -> None:
    articles.write("a.txt", TEXT)
    articles.write("b.txt", TEXT)
    articles.write("hr/c.txt", TEXT)
    articles.write("hr/d.txt", TEXT)
    articles.write("hr/.access", "hr")
    assert states(articles.ingest(service)) == {
        "a.txt": "added",
        "b.txt": "duplicate",
        "c.txt": "added",
        "d.txt": "duplicate",
    }
    assert (seen(service), seen(service, "hr")) == ({"a"}, {"a", "c"})
    articles.write("a.txt.meta.yaml", "access: legal")
    articles.ingest(service)
    assert labels(service) == {"a": ("legal",), "b": (), "c": ("hr",)}
    articles.write("a.txt.meta.yaml", "access: hr")
    articles.ingest(service)
    sources = {one.reference.id: len(one.origin.sources) for one in service.view(None).documents()[0]}
    assert sum(sources.values()) == 4
    assert sorted(labels(service).values()) == [(), ("hr",)]
    assert seen(service) == {"b"}


def test_a_file_that_moves_to_another_folder_keeps_its_id_and_takes_its_labels(
    service: Service, articles: Articles
) -> None:
    articles.write("hr/.access", "hr")
    articles.write("legal/.access", "legal")
    articles.write("open/kept.txt", "Something else.")
    path = articles.write("hr/a.txt", TEXT)
    articles.ingest(service)
    path.rename(articles.folder / "legal/moved.txt")
    articles.ingest(service, prune=True)
    assert labels(service) == {"kept": (), "a": ("legal",)}
    (articles.folder / "legal/moved.txt").rename(articles.folder / "open/moved.txt")
    articles.ingest(service, prune=True)
    assert labels(service) == {"kept": (), "a": ()}


def test_a_link_has_the_labels_of_the_folder_of_its_file(service: Service, articles: Articles) -> None:
    articles.write("hr/.access", "hr")
    articles.write("hr/a.txt", TEXT)
    (articles.folder / "open").mkdir()
    (articles.folder / "open/link.txt").symlink_to(articles.folder / "hr/a.txt")
    articles.ingest(service)
    assert labels(service) == {"a": ("hr",)}


def test_a_folder_above_the_path_counts_too(service: Service, articles: Articles) -> None:
    articles.write(".access", "hr")
    path = articles.write("in/a.txt", TEXT)
    service.ingest([path], quietly)
    assert labels(service) == {"a": ("hr",)}


def test_reading_documents_again_keeps_their_labels(settings: Settings, articles: Articles) -> None:
    kept = assemble(settings.model_copy(update={"keep_originals": KeepOriginals.ALL}))
    articles.write(".access", "staff")
    articles.write("a.txt", TEXT)
    articles.write("b.md", front("hr"))
    articles.ingest(kept)
    expected = {"a": ("staff",), "b": ("hr",)}
    assert labels(reparsed(kept)) == expected
    for path in articles.folder.rglob("*"):
        path.unlink()
    assert labels(reparsed(kept)) == expected


def test_a_file_that_cannot_be_read_any_more_keeps_its_labels(service: Service, articles: Articles) -> None:
    articles.write("a.md", front("hr"))
    articles.ingest(service)
    articles.write("a.md", "")
    assert articles.ingest(service).counts == {"failed": 1}
    assert labels(service) == {"a": ("hr",)}


def test_a_file_that_cannot_be_read_any_more_takes_the_labels_of_its_folder(
    service: Service, articles: Articles
) -> None:
    articles.write("in/a.txt", TEXT)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("c.txt", f"C. {TEXT}")
    articles.write("in/b.zip", content.getvalue())
    articles.ingest(service)
    assert seen(service) == {"a", "b-c"}
    for name in ("in/a.txt", "in/b.zip"):
        articles.write(name, "")
    articles.write("in/.access", "hr")
    assert articles.ingest(service).counts == {"failed": 2}
    assert labels(service) == {"a": ("hr",), "b-c": ("hr",)}
    assert articles.ingest(service).counts == {"failed": 2}
    assert seen(service) == set()


def test_labels_are_in_backups_and_survive_a_rebuild(service: Service, articles: Articles, tmp_path: Path) -> None:
    articles.write("a.md", front("[hr, legal]"))
    articles.write("b.txt", f"B. {TEXT}")
    articles.ingest(service)
    service.backup(tmp_path / "backup.tar")
    other = samples.service(tmp_path / "other")
    other.restore(tmp_path / "backup.tar")
    assert labels(other) == labels(service) == {"a": ("hr", "legal"), "b": ()}
    assert other.snapshot().manifest.labelled == 1
    database = other.settings.index_dir / "snapshots" / other.snapshot().id / "documents.sqlite"
    damaged = bytearray(database.read_bytes())
    damaged[-1] ^= 1
    database.write_bytes(damaged)
    again = samples.service(tmp_path / "other")
    snapshot, _ = again.rebuild(quietly)
    assert snapshot == again.snapshot().id
    assert labels(again) == labels(service)
