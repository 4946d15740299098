"""A small world for tests: a council of three wards, its people and its consultations, in few words.

`world.council()` is Exampleton; everything made afterwards belongs to it unless told otherwise. Objects are committed, so that
the client of the same test sees them.
"""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, insert, inspect, select

from participation import clock
from participation.accounts.models import Account, ResidentProfile, RoleGrant
from participation.budgets.models import ServiceGroup
from participation.consultations.models import CommissioningOption, Consultation, Phase
from participation.councils.models import Council, Postcode, Ward
from participation.extensions import Base, db
from participation.priorities.models import Priority, PrioritySupport
from participation.transactions import transaction


def _id_of(thing: Base) -> int:
    """The id of a kept object, without asking the database for the rest of it again."""
    return int(inspect(thing).identity[0])


class World:
    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._council: Council | None = None
        self._first_wards: dict[int, int] = {}

    def _keep(self, *things: Any) -> None:
        with transaction():
            db.session.add_all(things)
            db.session.flush()

    def council(self, slug: str = "exampleton", **changes: Any) -> Council:
        """A council with the wards Northfield (10,000 people), Southgate (6,000) and Eastbrook (4,000)."""
        number = next(self._numbers)
        values: dict[str, Any] = {
            "slug": slug,
            "name": slug.capitalize(),
            "full_name": f"{slug.capitalize()} Council",
            "gss_code": f"E0900{number:04d}",
            "tier": "unitary",
            "colour": "#1d3c6b",
            "contact_email": f"contact@{slug}.example",
            "population": 20000,
            "population_date": date(2022, 6, 30),
            "population_source": "made up for tests",
            "credits": ["Contains made-up data for tests."],
            "loaded_at": clock.now(),
        }
        council = Council(**{**values, **changes})
        names = (("Northfield", 10000), ("Southgate", 6000), ("Eastbrook", 4000))
        wards = [
            Ward(council=council, code=f"E05{number:03d}{place:03d}", name=name, population=people)
            for place, (name, people) in enumerate(names, start=1)
        ]
        groups = [
            ServiceGroup(
                council_id=0, code=code, position=place, official_name=name, plain_name=name, what_it_covers=f"{name}.",
                duty="A duty.", caution="", budget_section=name, provided="yes",
            )
            for place, (code, name) in enumerate(
                (("edu", "Schools and education"), ("env", "Waste, parks and environment"), ("cul", "Libraries and leisure")),
                start=1,
            )
        ]  # fmt: skip
        with transaction():
            db.session.add_all([council, *wards])
            db.session.flush()
            for group in groups:
                group.council_id = council.id
            codes = [
                Postcode(council_id=council.id, code=f"EX1{place}AA", ward_id=ward.id)
                for place, ward in enumerate(wards, 1)
            ]
            db.session.add_all([*groups, *codes])
        self._council = self._council or council
        return council

    @property
    def here(self) -> Council:
        return self._council or self.council()

    def wards(self, council: Council | None = None) -> list[Ward]:
        return sorted((council or self.here).wards, key=lambda ward: ward.id)

    def groups(self, council: Council | None = None) -> list[ServiceGroup]:
        found = db.session.query(ServiceGroup).filter_by(council_id=(council or self.here).id)
        return list(found.order_by(ServiceGroup.position))

    def resident(
        self, email: str | None = None, *, council: Council | None = None, ward: Ward | None = None, **profile: Any
    ) -> Account:
        """A confirmed resident of the first ward. No password: sign in with `signed_in`."""
        council_id = _id_of(council or self.here)
        email = email or f"resident{next(self._numbers)}@example.org"
        now = clock.now()
        account = Account(
            council_id=council_id, kind="resident", email=email, email_canonical=email.lower(), created_at=now, confirmed_at=now
        )  # fmt: skip
        home = _id_of(ward) if ward else self._first_ward(council_id)
        account.resident = ResidentProfile(ward_id=home, outward_code="EX1", declared_at=now, **profile)
        self._keep(account)
        return account

    def _first_ward(self, council_id: int) -> int:
        if council_id not in self._first_wards:
            lowest = select(func.min(Ward.id)).where(Ward.council_id == council_id)
            self._first_wards[council_id] = db.session.execute(lowest).scalar_one()
        return self._first_wards[council_id]

    def residents(self, number: int, name: str = "crowd") -> list[int]:
        """So many confirmed residents of the first ward at once; their account ids. NAME-0@example.org is the first."""
        now, home = clock.now(), self.wards()[0]
        emails = [f"{name}-{place}@example.org" for place in range(number)]
        people = [
            {"council_id": self.here.id, "kind": "resident", "email": email, "email_canonical": email, "created_at": now,
             "confirmed_at": now}
            for email in emails
        ]  # fmt: skip
        with transaction():
            made = insert(Account).returning(Account.id, sort_by_parameter_order=True)
            ids = list(db.session.execute(made, people).scalars())
            profile = {"ward_id": home.id, "outward_code": "EX1", "declared_at": now}
            db.session.execute(insert(ResidentProfile), [{"account_id": one, **profile} for one in ids])
        return ids

    def staff(self, *roles: str, email: str | None = None, council: Council | None = None) -> Account:
        """A confirmed member of staff with these roles ("moderator", "commissioner", "administrator", ...)."""
        council = council or self.here
        email = email or f"staff{next(self._numbers)}@council.example"
        now = clock.now()
        account = Account(
            council_id=council.id, kind="staff", email=email, email_canonical=email.lower(), name=f"Sam {next(self._numbers)}",
            created_at=now, confirmed_at=now,
        )  # fmt: skip
        account.grants = [RoleGrant(role=role, granted_at=now) for role in roles]
        self._keep(account)
        return account

    def consultation(
        self, slug: str = "spending", *, gather: tuple[int, int] | None = None, shape: tuple[int, int] | None = None,
        vote: tuple[int, int] | None = None, state: str = "launched", options: int = 0, council: Council | None = None,
        **changes: Any,
    ) -> Consultation:  # fmt: skip
        """A consultation; `gather`, `shape` and `vote` are (opens, closes) in days from now, `options` how many it has."""
        council, now = council or self.here, clock.now()
        phases = [
            Phase(kind=kind, opens_at=now + timedelta(days=days[0]), closes_at=now + timedelta(days=days[1]))
            for kind, days in (("gather", gather), ("shape", shape), ("vote", vote))
            if days
        ]
        values: dict[str, Any] = {
            "council_id": council.id, "slug": slug, "title": f"The {slug} consultation", "summary": "What should we pay for?",
            "background": "Why we ask.", "what_can_change": "What we buy.", "what_cannot_change": "The law.",
            "influence": "consult", "cycle_step": "plan", "decision_maker": "Cabinet",
            "decision_date": clock.today() + timedelta(days=90), "decided_so_far": "nothing", "state": state, "created_at": now,
            "launched_at": now if state == "launched" else None,
        }  # fmt: skip
        consultation = Consultation(**{**values, **changes})
        consultation.phases = phases
        consultation.services = self.groups(council)
        consultation.options = [
            CommissioningOption(
                code=f"option-{place}", position=place, title=f"Option {place}", description=f"What option {place} does.",
                cost_pence=place * 1_000_000,
            )
            for place in range(1, options + 1)
        ]  # fmt: skip
        self._keep(consultation)
        return consultation

    def priority(
        self, consultation: Consultation, title: str | None = None, *, state: str = "published",
        author: Account | None = None, ward: Ward | None = None, group: ServiceGroup | None = None,
        supporters: tuple[Account, ...] = (), **changes: Any,
    ) -> Priority:  # fmt: skip
        """A need, published unless told otherwise, supported by its author and these residents."""
        return self.priorities(
            consultation, [title or f"Need {next(self._numbers)}"], state=state, author=author, ward=ward, group=group,
            supporters=supporters, **changes,
        )[0]  # fmt: skip

    def priorities(
        self, consultation: Consultation, titles: list[str], *, state: str = "published", author: Account | None = None,
        ward: Ward | None = None, group: ServiceGroup | None = None, supporters: tuple[Account, ...] = (), **changes: Any,
    ) -> list[Priority]:  # fmt: skip
        """Several needs of one author (a new resident unless given), a minute apart, the first the oldest."""
        author = author or self.resident()
        home = author.resident.ward_id if author.resident else None
        start = clock.now() - timedelta(days=2)
        made = [
            Priority(**{
                "public_id": f"need{next(self._numbers):012d}", "consultation_id": consultation.id, "author_id": author.id,
                "author_ward_id": home, "group_id": (group or consultation.services[0]).id, "ward_id": ward.id if ward else None,
                "title": title, "need": f"We need this: {title}.", "state": state, "shuffle": place * 7919 % 1009,
                "submitted_at": start + timedelta(minutes=place), **changes,
            })
            for place, title in enumerate(titles)
        ]  # fmt: skip
        self._keep(*made)
        self._keep(*(
            PrioritySupport(
                priority_id=priority.id, account_id=person.id, supported_at=priority.submitted_at,
                ward_id=person.resident.ward_id if person.resident else None,
            )
            for priority in made for person in (author, *supporters)
        ))  # fmt: skip
        return made
