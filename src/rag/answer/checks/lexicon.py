"""English words of policy texts: words of one meaning, opposites, negations, modal verbs and quantifiers.

Each line of `_SYNONYMS` lists words that may replace each other. Each line of `_OPPOSITES` has two groups of words that
contradict each other. Words are compared by their stems.
"""

from __future__ import annotations

from functools import lru_cache

from rag.answer.checks.listing import group, words
from rag.text import terms

_SYNONYMS = """
fall drop decline decrease reduce shrink lower cut diminish lessen dip
rise increase grow climb raise expand enlarge
begin start commence launch
end stop cease finish conclude expire terminate
allow permit let authorise authorize
forbid prohibit ban bar outlaw disallow
oblige require compel bind obligate
need require
inform notify tell report announce communicate alert
give grant confer provide offer supply award
receive get obtain gain collect
buy purchase acquire
pay charge cost
charge fee levy tax duty
keep retain hold maintain preserve
remove abolish scrap eliminate delete erase
deletion erasure
end scrap abolish repeal revoke withdraw
reject refuse decline deny dismiss
approve uphold endorse accept adopt
oppose resist
support favour back endorse
show demonstrate reveal indicate
find discover conclude establish
say state declare
present introduce unveil
enact pass adopt
sign promulgate
use employ apply
change alter modify amend
affect touch concern influence change
effect impact influence
employment job work
worker employee staff
employer company firm
company firm business enterprise corporation
manufacturer producer maker
manufacture produce make
importer
customer consumer shopper buyer
person individual people human
individual person
applicant candidate
citizen national
resident inhabitant
child minor
family household
pupil student
car vehicle
truck lorry
small minor slight modest limited little
large big major substantial considerable
main principal chief key
important significant
yearly annual
average mean typical
total overall whole entire
quick fast rapid swift
new fresh novel
newcomer entrant
member
valid last
lawful legal
illegal unlawful
mandatory compulsory obligatory
voluntary optional
exempt exclude
exempt free
extra additional further supplementary
beginning start outset
yearly annual
revenue income receipt proceeds yield
money fund
law act statute legislation
rule regulation provision
requirement condition obligation duty
fine penalty sanction punish
breach violate infringe contravene
breach violation infringement
court tribunal
government state administration
parliament legislature
authority body agency regulator
president head
election vote poll ballot
voter elector
vote ballot
referendum plebiscite
majority half
request ask apply application
reason explain explanation justify
information datum data
document record paper
copy
answer reply respond response
decide determine rule
decision ruling judgment
appeal challenge
transfer move send
leave depart move exit
close shut
open
site location place
area zone region district
country nation state
border frontier
build construct
house home dwelling
rent lease
school education
age old
retire retirement
pension
sick ill
illness disease
doctor physician
drug medicine medication
treat treatment
rate level
rating rate score
satisfaction
stress strain
loneliness lonely
depression depressed
happy satisfied
join enter
register enrol enroll found
found establish create set
set fix
join
meet satisfy fulfil comply
comply conform adhere obey
ensure guarantee
protect safeguard
risk danger hazard
harm damage
safe secure
test trial experiment
survey poll questionnaire
study research investigation
researcher scientist
expert specialist
measure step action
plan scheme programme program
plan intend
goal aim target objective
purpose aim
period term time
deadline limit
delay postpone defer
extend prolong extension extendable
suspend pause halt
cancel annul
return refund repay
spend expenditure
save
share portion proportion
part portion
amount sum quantity
number figure
roughly about approximately around
only just solely
also too
again
entire full complete whole
often frequently
rare seldom rarely
currently now today
earlier previously before
later after afterwards following
since
until till
during throughout
against versus
because due
although though
however but
monthly
weekly
weekday
weekend
daily
lift raise
single one
once
one-off one-time
handwritten manual
warn warning caution
publish release issue
issue release
contain include comprise
consist comprise
belong member
head lead
lead result
cause
permit licence license
tell inform
travel journey trip
traveller passenger
learn aware
know aware
recognise recognize deem consider regard
view consider
continue still
remain stay
stay remain stand
appear attend
visit attend
attend participate
part participate
take
help assist aid
help benefit
benefit allowance
benefit advantage
supplement bonus
salary wage pay earning
wealth asset
poor poverty
rich wealthy
invest investment
export
import bring
warhead weapon
weapon arms
nuclear atomic
pollution emission
emit emission
climate
energy power
fuel petrol gasoline
electricity power
water
waste rubbish garbage
forest woodland
farm agricultural
farmer grower
food
sugar
drink beverage
alcohol liquor
tobacco cigarette
shop store
sell sale
sale
price cost
expensive costly
cheap inexpensive
double twice
lawyer attorney solicitor
police officer
prison jail
crime offence offense
criminal
victim
violence
capital death
punishment penalty
gender sex
woman female
man male
boy male
baby infant
youth young
elderly old
disability disabled
privacy
personal
secret confidential
confidential private
public
digital electronic online
internet online web
website site
computer
phone telephone
mail post
letter
expect anticipate forecast
estimate calculate
calculate compute
predict forecast
agree consent
count treat regard consider
entire whole full
postpone put delay defer
seek look search
money payment
choose draw select pick
schedule plan
advance ahead early
agreement treaty accord pact
contract agreement
party side
partner
union
league
council committee board
chair chairman
minister secretary
mayor
commission
cap ceiling limit maximum
floor minimum
threshold limit
highest maximum top
lowest minimum bottom
turnover revenue
profit earning
loss
debt
loan credit
bank
interest
currency
budget
grow growth
fall fallen fell
rise risen rose
hold held
undergo
examine check review inspect
monitor track supervise watch oversee
supervise oversee
control govern
manage run
run operate
operate
replace substitute
swap replace
instead place
separate distinguish tell
distinguish separate
differ different
same identical equal
equal equivalent
similar alike comparable like
various several
several multiple
many numerous
scale range
cover include apply
apply force
complex complicated
simple easy
difficult hard
hard difficult
clear evident obvious
certain sure
possible
likely probable
"""

_OPPOSITES = """
halve | double triple
pay give | receive
new | old
written | oral verbal spoken
online | offline
annual | monthly
eligible | ineligible
appropriate | inappropriate
ceiling | floor
living live | dead deceased
fall drop decline decrease reduce shrink lower cut diminish lessen | rise increase grow climb raise expand enlarge lift
lower | higher
low | high
lowest | highest
less fewer | more
least fewest | most
minimum | maximum
minority | majority
small minor slight modest tiny | large big major great considerable substantial huge
short | long
shorter | longer
early | late
earlier before previously prior ahead beforehand precede | later after afterwards subsequently following succeed follow
begin start commence launch open | end stop cease finish conclude expire terminate close
open | close shut closed
allow permit let authorise authorize entitle | forbid prohibit ban bar prevent disallow outlaw
include inclusive | exclude exclusive
accept approve uphold adopt allow grant permit | reject refuse deny dismiss overturn quash
confirm prove | refute disprove contradict
keep | lose end
postpone delay defer | advance expedite
support favour back endorse | oppose resist
for | against
legal lawful | illegal unlawful
public | private
first | last
best | worst
better | worse
good | bad
strong stronger | weak weaker
fast quick | slow
win | lose
gain | loss lose
profit | loss
profit | deficit
surplus | deficit
import importer | export exporter
buy purchase buyer purchaser | sell seller
lend lender | borrow borrower
employer | employee
landlord | tenant lessee
creditor | debtor
plaintiff claimant | defendant
teacher | pupil student
parent | child
husband | wife
mother | father
woman female girl | man male boy
young younger youngest | old older oldest elderly
adult | child minor
urban | rural
domestic | foreign
national | international
local | national
internal | external
inside within | outside
inner | outer
indoors | outdoors
above over | below under beneath
upper | lower
north northern | south southern
east eastern | west western
left | right
top | bottom
front | back
day daytime | night nighttime
weekday weekdays | weekend weekends
summer | winter
spring | autumn
morning | evening afternoon
monday | tuesday wednesday thursday friday saturday sunday
tuesday | wednesday thursday friday saturday sunday
wednesday | thursday friday saturday sunday
thursday | friday saturday sunday
friday | saturday sunday
saturday | sunday
daily | weekly monthly yearly annual quarterly
weekly | monthly yearly annual quarterly
monthly | yearly annual quarterly
always | never
often frequently | rarely seldom
everyone everybody | nobody
all every | none
both | neither
with | without
present | absent
presence | absence
present | past future
past | future
temporary provisional | permanent lasting definitive
mandatory compulsory obligatory | voluntary optional
strict stricter tighten | lenient relaxed loosen relax
tighten strengthen | loosen weaken
strengthen | weaken
improve better | worsen deteriorate
success succeed | failure fail
pass passed | fail failed
active | inactive passive
alive | dead
rich wealthy | poor
employed | unemployed jobless
married | single unmarried
pregnant | unborn
guilty | innocent
convict | acquit
arrest | release
safe | dangerous unsafe
healthy | sick ill
simple easy | complex difficult complicated hard
easier | harder
cheap cheaper | expensive costly dearer
free | paid
visible | hidden
known | unknown
natural | artificial
primary | secondary
direct directly | indirect indirectly
partial partly partially | full fully entire entirely whole wholly complete completely total totally
minimum | average
positive | negative
advantage | disadvantage
add | remove subtract delete
extend lengthen prolong | shorten
create establish introduce | abolish scrap remove dissolve repeal
enact introduce | repeal revoke
join enter | leave exit
enter entry | exit leave
arrive | depart
appoint hire recruit | dismiss fire
remember | forget
continue remain | stop cease
keep retain maintain | drop abandon discard scrap
protect | harm endanger
attack | defend
attract | deter
encourage | discourage
centralise | decentralise
majority | third quarter
simple | qualified
upheld uphold | struck strike
ally | enemy
friend | enemy
war | peace
democracy | dictatorship
peak | trough
upward upwards | downward downwards
wide wider broad broader | narrow narrower
deep | shallow
heavy heavier | light lighter
hot | cold
wet | dry
clean | dirty
petrol | diesel electric
oil | coal
coal | gas
solar | wind nuclear
widen | narrow
unite | divide
agree | disagree
confident | doubtful
clear clearer | unclear vague
certain | uncertain
equal | unequal
same | different
voluntarily | compulsorily
senior | junior
central | regional local
federal | state
supply | demand
cause | result
debit | credit
gross | net
inclusive | exclusive
exempt | liable subject
win | loss
pro | contra
clockwise | anticlockwise
rise | stay
freeze frozen | thaw
"""

NEGATIONS = group(
    "not no never neither nor none nobody nothing nowhere without cannot hardly scarcely barely n't lack lacks lacking "
    "absent non"
)
"""Words that negate the words after them."""

NEGATIVE_VERBS = group(
    "forbid forbids forbidden forbidding forbade prohibit prohibits prohibited prohibiting ban bans banned "
    "banning refuse "
    "refuses refused refusing deny denies denied reject rejects rejected fail fails failed failing prevent prevents "
    "prevented preventing exempt exempts exempted exclude excludes excluded excluding lose loses lost abolish "
    "abolishes "
    "abolished cease ceases ceased avoid avoids avoided unable ineligible unlawful illegal invalid impossible "
    "unaware unlikely"
)
"""Words whose meaning holds a negation: `forbids an authority to ask` says that it may not ask."""

MODALS = {
    "must": "must",
    "shall": "must",
    "should": "should",
    "ought": "should",
    "may": "may",
    "might": "might",
    "can": "may",
    "could": "might",
    "will": "will",
    "would": "would",
}
"""The force of each modal verb."""

FORCES = {
    "must": words(
        "obliged obliges oblige obligation required requires require mandatory compulsory obligatory compelled duty "
        "bound has-to"
    ),
    "should": words("recommended recommends recommend advised advisable encouraged expected"),
    "may": words(
        "allowed allows allow permitted permits permit entitled entitles lets let able eligible free right option "
        "optional discretion possible opportunity authorised"
    ),
    "might": words("possibly perhaps probably potentially likely theoretically theory presumably apparently allegedly"),
}
"""Words that express the force of a modal verb."""

UNIVERSAL = group(
    "all every each everyone everybody everything any anyone anybody anything always entirely completely wholly fully "
    "whole entire both automatically regardless unconditionally invariably universally throughout whenever whatever "
    "everywhere exclusively unlimited anytime"
)
"""Words that say that a statement has no exception."""

PARTIAL = group(
    "some few several many most majority mostly mainly largely broadly chiefly primarily predominantly partly "
    "partially often sometimes usually generally "
    "ordinarily normally typically rarely seldom occasionally certain half almost nearly"
)
"""Words that say that a statement has exceptions."""

DEGREES = {
    "most": words("most majority mostly mainly largely broadly chiefly primarily predominantly"),
    "some": words("some several certain various"),
    "few": words("few rarely seldom hardly"),
    "many": words("many numerous often frequently"),
}
"""Groups of quantifiers that mean about the same."""

FUNCTION = group(
    "a an the this that these those it its they them their he she his her him we us our you your i my me who "
    "whom whose "
    "which what there here and or but if as of in on at by for from to with into onto upon about over under up "
    "down out "
    "off than then so such is are was were be been being am has have had having do does did doing done s also too very "
    "own other another will would shall should may might can could must ought not no nor neither either whether "
    "because "
    "while whereas although though when where how why per via within between among along across until till "
    "since during "
    "before after against versus unless except however therefore thus hence yet still just even only rather quite more "
    "most less least fewer much many any some all each every both few several one ones again further etc namely "
    "respectively according already said says stated reported required requires require obliged obliges oblige "
    "need needs let lets"
)
"""Words that carry no content of their own, or that a check of their own compares."""


@lru_cache(maxsize=1 << 15)
def stem(word: str) -> str:
    """Return the stem of a lower-case word; irregular forms of a verb have the stem of its infinitive."""
    word = _IRREGULAR.get(word, word)
    if word not in _COMPARED and (base := _base(word)):
        word = base
    found = terms(word, "en")
    return found[0] if found else word


_COMPARED = group("lower higher later earlier upper inner outer longer shorter over under former latter")
_ADJECTIVES = group(
    "large small big great rich poor young old new cheap dear strong weak fast slow safe easy hard simple "
    "strict near far "
    "broad wide narrow deep heavy light clean dark warm cold hot quick clear fair wealthy healthy happy early "
    "late high low "
    "long short tough mild harsh loose tight wet dry"
)


def _base(word: str) -> str | None:
    """Return the adjective of a comparative or superlative: `rich` for `richest`."""
    for ending in ("er", "est", "ier", "iest"):
        if word.endswith(ending):
            root = word.removesuffix(ending)
            for base in (root, f"{root}e", f"{root}y", root[:-1]):
                if base in _ADJECTIVES:
                    return base
    return None


_IRREGULAR = {
    form: base
    for base, forms in {
        "fall": "fell fallen",
        "rise": "rose risen",
        "grow": "grew grown",
        "begin": "began begun",
        "give": "gave given",
        "take": "took taken",
        "get": "got gotten",
        "make": "made",
        "pay": "paid",
        "hold": "held",
        "keep": "kept",
        "leave": "left",
        "buy": "bought",
        "sell": "sold",
        "bring": "brought",
        "find": "found",
        "tell": "told",
        "say": "said",
        "know": "knew known",
        "show": "shown",
        "become": "became",
        "forbid": "forbade forbidden",
        "lose": "lost",
        "win": "won",
        "meet": "met",
        "lead": "led",
        "build": "built",
        "send": "sent",
        "spend": "spent",
        "lend": "lent",
        "choose": "chose chosen",
        "strike": "struck stricken",
        "freeze": "froze frozen",
        "break": "broke broken",
        "speak": "spoke spoken",
        "write": "wrote written",
        "withdraw": "withdrew withdrawn",
        "uphold": "upheld",
        "shrink": "shrank shrunk",
        "go": "went gone",
        "see": "saw seen",
        "think": "thought",
        "teach": "taught",
        "seek": "sought",
        "bind": "bound",
        "feel": "felt",
        "mean": "meant",
        "deal": "dealt",
        "run": "ran",
        "come": "came",
        "drive": "drove driven",
        "person": "people persons",
        "child": "children",
        "man": "men",
        "woman": "women",
        "datum": "data",
        "retire": "retirement",
        "require": "requirement",
        "job": "jobs",
        "notify": "notification",
        "apply": "application",
        "emit": "emission emissions",
        "exempt": "exemption exemptions",
        "poor": "poverty",
        "receive": "receipt",
        "vary": "variation",
        "decide": "decision",
        "reduce": "reduction",
        "prohibit": "prohibition",
        "oblige": "obligation",
        "consume": "consumption",
        "delete": "deletion",
        "erase": "erasure",
        "violate": "violation",
    }.items()
    for form in forms.split()
    if form
}


def _groups(lines: str) -> list[frozenset[str]]:
    return [frozenset(stem(word) for word in line.split()) for line in lines.strip().splitlines()]


@lru_cache(maxsize=1)
def _synonyms() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for alike in _groups(_SYNONYMS):
        for word in alike:
            found.setdefault(word, set()).update(alike)
    return {word: frozenset(others) for word, others in found.items()}


@lru_cache(maxsize=1)
def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _OPPOSITES.strip().splitlines():
        sides = [frozenset(stem(word) for word in side.split()) for side in line.split("|")]
        for one, other in ((sides[0], sides[1]), (sides[1], sides[0])):
            for word in one:
                found.setdefault(word, set()).update(other - one)
    return {word: frozenset(others) for word, others in found.items()}


def synonyms(word: str) -> frozenset[str]:
    """Return the stems that may replace the stem `word`."""
    return _synonyms().get(word, frozenset())


def opposites(word: str) -> frozenset[str]:
    """Return the stems that contradict the stem `word`."""
    return _opposites().get(word, frozenset())


_PREFIXES = ("un", "in", "im", "ir", "il", "non", "dis")


def derived_opposite(one: str, other: str) -> bool:
    """Return whether one stem is the other one with a negating prefix: `unlawful` and `lawful`."""
    long, short = (one, other) if len(one) > len(other) else (other, one)
    return len(short) >= 4 and any(long == prefix + short for prefix in _PREFIXES)
