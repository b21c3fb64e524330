"""Documents that hypothesis generates: many scripts, repeated text, pages, and headings anywhere."""

from __future__ import annotations

from hypothesis import strategies as st

from rag.sources.blocks import Block, assemble, heading
from rag.types import Document, PageNote, Reference

_WORDS = """
    tax law levy Article 5.1 §12 U.S. No. 2,000 7% the of and Kazakhstan naïve é e\u0301 👩‍⚖️ 🇰🇿 שָׁלוֹם العربية می‌خواهم
    税法第三条。 ข้อบังคับ नियम 한국어 ½ ﬁne x̌̌̌ (a) - https://example.org/a/b?c=d
"""
WORDS = st.sampled_from(_WORDS.split()) | st.sampled_from(["w" * 150, "税" * 90, "a-" * 60])
STOPS = st.sampled_from([". ", ". ", "; ", "! ", "? ", "。", ".\r\n", "\r\n", "\t", "\n\n", " "])
SENTENCES = st.builds(lambda words, stop: " ".join(words) + stop, st.lists(WORDS, min_size=1, max_size=12), STOPS)
PARAGRAPHS = st.builds(
    lambda sentences, times: "".join(sentences) * times, st.lists(SENTENCES, min_size=1, max_size=5), st.integers(1, 4)
)
TITLES = st.builds(" ".join, st.lists(WORDS, min_size=1, max_size=6)) | st.just("税" * 200) | st.just("Levy")
BLOCKS = st.builds(Block, PARAGRAPHS) | st.builds(heading, TITLES, st.integers(1, 4))

NOTES = st.builds(
    lambda label, confidence: lambda page: PageNote(page, label, confidence),
    st.sampled_from([None, "xii", "A-3"]),
    st.sampled_from([None, 0.61, 0.9, 1.0]),
)


@st.composite
def documents(draw: st.DrawFn, name: str = "made-up") -> Document:
    """Draw a document as the parsers would build it."""
    blocks = draw(st.lists(BLOCKS, min_size=1, max_size=12))
    layout = assemble(blocks)
    starts = [0, *sorted(draw(st.sets(st.integers(1, max(1, len(layout.text))), max_size=3)))]
    pages = tuple(starts) if draw(st.booleans()) else ()
    return Document(
        reference=Reference(name, draw(TITLES), None, None, None),
        text=layout.text,
        headings=layout.headings,
        pages=pages,
        page_notes=tuple(draw(NOTES)(page) for page in range(1, len(pages) + 1) if draw(st.booleans())),
    )
