"""Sentences for the examples. No two share many words, so that words in another order cannot match by chance."""

from __future__ import annotations

_SENTENCES = """
The ferry leaves the northern pier at seven every morning, and it carries up to ninety people with their bicycles.
Nobody may load lorries above eight tonnes, because the oldest ramp was built for horses and light carts.
A season ticket costs forty crowns, and pupils below sixteen years pay half of that price.
The harbour office publishes delays on a board beside the clock tower and on its own telephone line.
When fog hides the opposite shore, the captain decides alone whether a crossing takes place.
Dogs travel free of charge if they wear a muzzle from the first gangway to the last.
Every household sorts glass, paper and garden cuttings into three containers of different colours.
Collectors empty the brown container on Mondays, unless a public holiday shifts the round by one day.
Residents who compost at home receive a rebate of twelve crowns in each calendar year.
Batteries, paint and old medicine belong to the depot behind the fire station, never to a bin.
The council fines illegal dumping with at least two hundred crowns and the full cost of removal.
Landlords hang the sorting chart in the stairwell, in the three languages of the quarter.
Teachers report an absence to the school secretary before the first lesson begins.
Parents hand in a written excuse within five working days after the return of their child.
The headmaster may grant leave of up to two weeks for family matters that cannot wait.
Examinations that a pupil misses for good reason are repeated before the end of term.
Excursions abroad need the consent of both guardians and an insurance against accidents.
Libraries lend twenty volumes at a time to anyone with a valid reading card.
Readers renew a loan twice by telephone, provided that no other person waits for the title.
Rare maps stay inside the vault, where archivists supervise each visit with cotton gloves.
Late volumes cost ten cents daily, up to the purchase price printed on the flyleaf.
Study rooms open until midnight during the weeks before the winter examinations.
Beekeepers register their hives with the veterinary service by the end of March.
Inspectors visit one apiary in ten and look for mites, foul brood and damaged combs.
Infected colonies are destroyed at public expense, and owners obtain compensation afterwards.
Honey sold at markets carries the name of its producer and the month of extraction.
Importers of queens keep certificates of origin for no less than six years.
Street musicians play between ten and noon, and again from three until sunset.
Amplifiers, drums and fireworks remain forbidden everywhere within the medieval walls.
A performer changes the place after thirty minutes and leaves it clean of litter.
Shopkeepers who feel disturbed may telephone the ordinance officer on weekdays.
Permits for large concerts are decided by the cultural committee in secret ballot.
Cyclists use the marked lane on both embankments and yield to prams at crossings.
Scooters for hire park only on painted rectangles, which sensors observe day and night.
Operators remove fallen vehicles within two hours or lose part of their deposit.
Riders below fourteen wear a helmet, whatever the distance of the journey.
Speed on the promenade is limited to twelve kilometres an hour from May to October.
Gardeners water public beds with rain that cisterns gather beneath the market hall.
Trees thicker than thirty centimetres are felled only with the approval of a botanist.
Whoever plants an avenue of lindens receives saplings and stakes without payment.
Hedges along footpaths stay lower than a standing adult, so that drivers see children.
Chemical weedkillers have been banned from cemeteries and playgrounds since the flood.
Tenants announce structural changes in writing and attach a drawing of the floor.
The owner answers within a month; silence counts as consent for minor works.
Heating must reach twenty degrees in living rooms from October through April.
Deposits rest on a separate account and bear the interest of ordinary savings.
A lease ends three months after either party has given notice by registered letter.
Swimmers shower before they enter the basin and leave street shoes at the cloakroom.
Instructors watch no more than eleven beginners in the shallow pool at once.
Thunder closes the outdoor slides until twenty minutes have passed without lightning.
Lost keys are replaced against a fee that covers the lock of the whole cabinet.
Farmers spread manure neither on frozen ground nor within ten metres of a stream.
Laboratories test wells each spring and send the figures to the regional registry.
Grants for drip irrigation cover one third of the invoice, excluding labour.
Shepherds insure flocks against wolves and may keep two licensed guard dogs.
Vintners declare the harvest in hectolitres before the feast of Saint Martin.
Printers archive every ballot paper until the election court has closed its files.
Observers sit behind the counting tables and may photograph the final protocol.
Candidates disclose donations above five hundred crowns, with the donor and the date.
Posters come down within one week after the poll, at the expense of each list.
""".strip().splitlines()


def sentences(start: int, count: int) -> list[str]:
    """Return `count` sentences, from the one with number `start` on; the first follows the last."""
    return [_SENTENCES[number % len(_SENTENCES)] for number in range(start, start + count)]


def prose(start: int, count: int) -> str:
    """Return a paragraph of `count` sentences."""
    return " ".join(sentences(start, count))
