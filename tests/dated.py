"""Documents with dates: versions of an order, the next one, a repealed order, a reform, and one without dates."""

from __future__ import annotations

FARES = "How much does a single ticket for the ferry cost?"
MUZZLE = "What is the fine for a dog without a muzzle?"
LEAVE = "How many weeks of parental leave is an employee entitled to"
VISIT = "How long does a visit to the lighthouse take?"

_TICKET = "A single ticket for the ferry costs {} florins. Children under {} years of age travel free of charge.\n"

ARTICLES = {
    "fares-2019.md": "---\ntitle: Ferry Fares Order 2019\npublished: 2018-11-02\nvalid_from: 2019-01-01\n"
    f"version_of: ferry-fares\n---\n{_TICKET.format('two', 'six')}",
    "fares-2021.md": "---\ntitle: Ferry Fares Order 2021\npublished: 2020-12-15\nvalid_from: 2021-03-01\n"
    f"version_of: ferry-fares\nsupersedes: fares-2019\n---\n{_TICKET.format('four', 'ten')}",
    "fares-2090.md": "---\ntitle: Ferry Fares Order 2090\npublished: 2026-06-01\n---\nThis order enters into force on "
    f"1 January 2090. It replaces the Ferry Fares Order 2021.\n\n{_TICKET.format('nine', 'twelve')}",
    "dogs.md": "---\ntitle: Harbour Dogs Order\npublished: 2015-04-01\n---\nThis order was repealed by the Harbour "
    "Animals Act with effect from 1 July 2022.\n\nThe fine for a dog without a muzzle is thirty florins.\n",
    "leave.md": "---\ntitle: Parental Leave Act\nvalid_from: 2008\n---\nAn employee with a child is entitled to twelve "
    "weeks of parental leave.\n",
    "reform.md": "---\ntitle: Parental Leave Reform Act\nvalid_from: 2022-07-01\nsupersedes: Parental Leave Act\n---\n"
    "An employee with a child is entitled to thirty weeks of parental leave.\n",
    "lighthouse.md": "---\ntitle: Lighthouse visits\n---\nA visit to the lighthouse takes forty minutes.\n",
}
