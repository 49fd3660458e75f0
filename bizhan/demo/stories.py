"""What is done to one ticket, by whom and in which words; `habits` and `exhibits` say when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bizhan.demo.district import Site
from bizhan.demo.lives import Life
from bizhan.demo.people import REPORTER, Hand, People
from bizhan.demo.texts import Report, words
from complaints.models import CatalogueVersion
from complaints.rules.limits import Policy
from complaints.rules.routing import why_lead
from complaints.rules.words import emergency_numbers
from complaints.terms import (
    Category,
    Lane,
    Resolution,
    Satisfaction,
    Solved,
    Support,
    Verb,
    Visibility,
)
from compounds.models import Building, Entrance, Organization, Person
from compounds.rules import Calendar
from compounds.terms import Role

# What residents answer, and how many of a hundred do.
ANSWERS = {
    (Solved.YES, Satisfaction.SATISFIED): 60,
    (Solved.YES, Satisfaction.BASICALLY): 15,
    (Solved.PARTLY, Satisfaction.BASICALLY): 14,
    (Solved.PARTLY, Satisfaction.DISSATISFIED): 3,
    (Solved.NO, Satisfaction.DISSATISFIED): 6,
    (Solved.NO, Satisfaction.BASICALLY): 2,
}
RESOLUTIONS = {
    Resolution.SOLVED: 80,
    Resolution.PARTLY: 10,
    Resolution.EXPLAINED: 7,
    Resolution.LONG_TERM: 3,
}
VISIBILITIES = {Visibility.NAMELESS: 76, Visibility.NAMED: 15, Visibility.SECRET: 9}
STAFF = (
    Role.LIAISON,
    Role.COMPANY_STAFF,
    Role.CHAIR,
    Role.COMMUNITY_STAFF,
    Role.BRANCH_SECRETARY,
)


@dataclass
class Scene:
    """What all stories share."""

    policy: Policy
    calendar: Calendar
    people: People
    departments: dict[str, Organization]
    catalogues: list[CatalogueVersion]  # the oldest first


class Story:
    """One report, and the deeds done to its ticket."""

    def __init__(
        self,
        scene: Scene,
        rng: Random,
        site: Site,
        report: Report,
        filed_at: datetime,
        reporter: Person | None = None,
    ) -> None:
        self.scene, self.rng, self.site, self.report = scene, rng, site, report
        self.reporter = reporter
        self.lead: Organization | None = None
        self.catalogue: CatalogueVersion | None = None
        self.why_lead = ""
        self.building, self.entrance = self._stairs()
        self.text = self._text()
        self.place = self._place()
        self.visibility = rng.choices(list(VISIBILITIES), list(VISIBILITIES.values()))[0]
        lane = Lane.URGENT if emergency_numbers(self.text) else Lane.GENERAL
        self.life = Life(scene.policy, scene.calendar, lane=lane.value, filed_at=filed_at)
        self.life.do(Verb.FILED, filed_at, REPORTER)

    def _stairs(self) -> tuple[Building, Entrance]:
        number = self.rng.randrange(len(self.site.buildings))
        return self.site.buildings[number], self.rng.choice(self.site.entrances[number])

    def _text(self) -> str:
        _, _, floors, _ = self.site.shape
        return self.report.text.format(
            building=self.building.name,
            entrance=self.entrance.name,
            floor=self.rng.randint(2, floors),
            days=self.rng.randint(3, 40),
            hours=self.rng.randint(2, 9),
        )

    def _place(self) -> str:
        places = words()["places"].get(self.report.category)
        return self.rng.choice(places) if places and self.rng.random() < 0.5 else ""

    def say(self, kind: str) -> str:
        return self.rng.choice(words()[kind])

    # --- Who ----------------------------------------------------------------------------------

    def hand(self, organization: Organization, *roles: Role) -> Hand:
        return self.scene.people.hand(organization.path, *roles)

    @property
    def secretary(self) -> Hand:
        return self.hand(self.site.branch, Role.BRANCH_SECRETARY)

    @property
    def dispatcher(self) -> Hand:
        return self.hand(self.site.street, Role.DISPATCHER)

    @property
    def unit(self) -> Hand:
        assert self.lead is not None
        return self.hand(self.lead, *STAFF)

    @property
    def resident(self) -> Hand:
        return Hand(self.reporter.pk, "") if self.reporter else REPORTER

    @property
    def checker(self) -> Hand:
        """Who looks at a reply: the branch, but never at its own."""
        return self.dispatcher if self.lead is self.site.branch else self.secretary

    # --- Deeds --------------------------------------------------------------------------------

    def accept(self, at: datetime) -> None:
        self.life.do(
            Verb.ACCEPTED,
            at,
            self.secretary,
            text=self.say("accept_notes"),
            category=self.report.category,
            kind=self.report.kind,
            lane=self._accepted_lane(),
        )

    def _accepted_lane(self) -> str:
        """Only a dispatcher makes a matter complex, and says why."""
        return Lane.GENERAL.value if self.report.lane == Lane.COMPLEX else self.report.lane

    def decline(self, at: datetime) -> None:
        staff = self.hand(self.site.community, Role.COMMUNITY_STAFF)
        reason = self.report.decline
        channel = words()["channels"][reason]
        self.life.do(Verb.DECLINED, at, staff, text=channel, decline_reason=reason)

    def withdraw(self, at: datetime) -> None:
        text = self.say("withdrawals")
        hand = Hand(self.resident.person, REPORTER.role)
        self.life.do(Verb.WITHDRAWN, at, hand, text=text, level=None)

    def take(self, at: datetime) -> None:
        self.lead = self.site.handler
        self.life.do(
            Verb.TAKEN_BY_COMPOUND,
            at,
            self.secretary,
            text=self.say("taken_notes"),
            organization=self.lead.pk,
            lead=self.lead.pk,
        )

    def whistle(self, at: datetime) -> None:
        self.lead = None
        self.life.do(Verb.WHISTLED, at, self.secretary, text=self.say("whistles"), lead=None)
        if self.site.paired:
            self.life.supports.setdefault(self.site.paired.pk, Support.COORDINATOR)

    def refuse(self, at: datetime) -> None:
        self.life.do(Verb.WHISTLE_REFUSED, at, self.dispatcher, text=self.say("refusals"))

    def dispatch(self, at: datetime) -> None:
        names = words()["routes"][self.report.category]
        units = [self.scene.departments[name] for name in names] or [self.site.community]
        returned = [one.organization for one in self.life.events if one.verb == Verb.RETURNED]
        self.lead = units[len(returned) % len(units)]
        self._give_reason(at, units[0])
        is_complex = self.report.lane == Lane.COMPLEX
        self.life.do(
            Verb.DISPATCHED,
            at,
            self.dispatcher,
            text=words()["complex"] if is_complex else self.say("dispatches"),
            organization=self.lead.pk,
            lead=self.lead.pk,
            lane=self.report.lane if is_complex else self.life.lane,
        )
        if len(names) > 1 and not returned and self.rng.random() < 0.3:
            self.life.supports.setdefault(self.scene.departments[names[1]].pk, Support.CO_UNIT)

    def _give_reason(self, at: datetime, named: Organization) -> None:
        """By which catalogue; this street's parking is its one exception."""
        in_force = [version for version in self.scene.catalogues if version.in_force_at <= at]
        self.catalogue = in_force[-1] if in_force else None
        if len(in_force) > 1 and self.report.category == Category.PARKING and self.site.is_at_home:
            named = self.scene.departments["城市管理局"]
        self.why_lead = why_lead(
            category=Category(self.report.category).label,
            version=str(self.catalogue or ""),
            suggested=str(named),
            chosen=str(self.lead),
        )

    def sign(self, at: datetime) -> None:
        text, unit = self.say("signings"), self.life.lead
        self.life.do(Verb.SIGNED, at, self.unit, text=text, organization=unit)

    def contact(self, at: datetime) -> None:
        text, unit = self.say("contacts"), self.life.lead
        self.life.do(Verb.CONTACTED, at, self.unit, text=text, organization=unit)

    def reply(self, at: datetime) -> None:
        resolution = self.rng.choices(list(RESOLUTIONS), list(RESOLUTIONS.values()))[0]
        is_plan = resolution == Resolution.LONG_TERM
        self.life.do(
            Verb.REPLIED,
            at,
            self.unit,
            text=self._reply(resolution),
            organization=self.life.lead,
            resolution=resolution.value,
            promised_on=(at + timedelta(days=120)).date() if is_plan else None,
        )

    def _reply(self, resolution: Resolution) -> str:
        if resolution == Resolution.LONG_TERM:
            return str(words()["plans"])
        if resolution == Resolution.EXPLAINED:
            return self.say("explanations")
        return str(self.rng.choice(words()["replies"][self.report.category]))

    def send_back(self, at: datetime) -> None:
        text, unit = self.say("send_backs"), self.life.lead
        self.life.do(Verb.SENT_BACK, at, self.checker, text=text, organization=unit)

    def ask(self, at: datetime) -> None:
        self.life.ask(at, self.checker)

    def answer(self, at: datetime) -> None:
        self.answer_as(at, *self.rng.choices(list(ANSWERS), list(ANSWERS.values()))[0])

    def please(self, at: datetime) -> None:
        self.answer_as(at, Solved.YES, Satisfaction.SATISFIED)

    def displease(self, at: datetime) -> None:
        self.answer_as(at, Solved.NO, Satisfaction.DISSATISFIED)

    def answer_as(self, at: datetime, solved: Solved, satisfaction: Satisfaction) -> None:
        is_bad = solved == Solved.NO or satisfaction == Satisfaction.DISSATISFIED
        comment = self.say("reopenings" if is_bad else "comments")
        sentence = f"{solved.label}，{satisfaction.label}"
        self.life.answer(at, self.resident, solved.value, satisfaction.value, sentence, comment)

    def reopen(self, at: datetime) -> None:
        self.life.reopen(at, Hand(self.resident.person, REPORTER.role), self.say("reopenings"))

    def has(self, verb: Verb) -> bool:
        """Whether it was done before, in this round."""
        for event in reversed(self.life.events):
            if event.verb == verb:
                return True
            if event.verb == Verb.REOPENED:
                return False
        return False
