"""Queues and their members against our people. Rule: phones are compared as the live picture compares them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ionas_phone.ami.inspection import Inspection
from ionas_phone.doctor.findings import Finding, advice, fault, well
from ionas_phone.live.member_phones import phone_of
from ionas_phone.live.nouns import MemberStatus
from ionas_phone.support.users import Role, User
from ionas_phone.words import N_


def queues(every: Sequence[Inspection], wanted: tuple[str, ...]) -> Iterator[Finding]:
    """See that our queues are there and somebody sits in them. ``every``: all PBXes that could be asked."""
    known = {queue for seen in every for queue in seen.queues}
    members = [member for seen in every for member in seen.members]
    for queue in wanted:
        if queue not in known:
            yield fault(
                "queues",
                N_(
                    "No PBX has the queue %(queue)s, which IONAS_QUEUES names (there are: %(known)s). Correct"
                    " IONAS_QUEUES, or add the queue to queues.conf and reload app_queue."
                ),
                queue=queue,
                known=", ".join(sorted(known)) or "-",
            )
        elif not any(member.queue == queue for member in members):
            yield fault(
                "queues",
                N_(
                    "Nobody sits in the queue %(queue)s: its callers would wait in vain. Add members in queues.conf, or"
                    " have people log in to it."
                ),
                queue=queue,
            )
        else:
            count = sum(member.queue == queue for member in members)
            yield well("queues", N_("The queue %(queue)s has members: %(count)d."), queue=queue, count=count)


def seats(every: Sequence[Inspection], wanted: tuple[str, ...], users: Sequence[User]) -> Iterator[Finding]:
    """See that every member of our queues is one of us, and that everybody of us sits in a queue."""
    members = [member for seen in every for member in seen.members if member.queue in wanted]
    people = {user.interface.lower(): user for user in users if user.interface and not user.disabled}
    extensions = {user.extension: user.interface for user in people.values() if user.extension}
    seated = {phone_of(member, extensions): member for member in members}
    for phone, seat in seated.items():
        if phone.lower() not in people:
            yield advice(
                "members",
                N_(
                    "%(phone)s (%(name)s) sits in %(queue)s, but is nobody's phone here: no desk shows its calls. Give"
                    " it to somebody (`ionas-phone user add … --interface %(phone)s`), or take it out of the queue."
                ),
                phone=phone,
                name=seat.name,
                queue=seat.queue,
            )
        if seat.status is MemberStatus.INVALID:
            yield advice(
                "members",
                N_("%(phone)s sits in %(queue)s, but the PBX knows no such phone. Correct the member in queues.conf."),
                phone=phone,
                queue=seat.queue,
            )
    yield from _seatless(users, {phone.lower() for phone in seated})


def _seatless(users: Sequence[User], seated: set[str]) -> Iterator[Finding]:
    assistants = [user for user in users if user.role is Role.ASSISTANT and not user.disabled]
    for user in assistants:
        if not user.interface:
            yield advice(
                "users",
                N_("%(login)s has no phone, so that no call can ring there: give it one (`ionas-phone user add`)."),
                login=user.login,
            )
        elif user.interface.lower() not in seated:
            yield advice(
                "users",
                N_(
                    "%(login)s's phone %(phone)s sits in none of our queues. Add it in queues.conf (or have it log in),"
                    " or correct the user's phone."
                ),
                login=user.login,
                phone=user.interface,
            )
    if assistants and all(user.interface.lower() in seated for user in assistants):
        yield well("users", N_("Every assistant sits in a queue: %(count)d."), count=len(assistants))
