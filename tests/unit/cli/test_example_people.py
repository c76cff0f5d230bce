from __future__ import annotations

import re
from collections import Counter

from ionas_phone.cli.example_people import CUSTOMERS, USERS
from ionas_phone.support import customers, users
from ionas_phone.support.users import Role


def test_everybody_can_be_written_down() -> None:
    assert [customers.checked(customer) for customer in CUSTOMERS] == list(CUSTOMERS)
    assert [users.checked(user) for user in USERS] == list(USERS)
    assert len(CUSTOMERS) == 25


def test_nobody_real_is_called_or_written_to() -> None:
    phones = [phone for customer in CUSTOMERS for phone in customer.phones]
    assert [phone for phone in phones if not re.fullmatch(r"\+496131555\d{4}|\+49171392\d{4}", phone)] == []
    assert [customer.email for customer in CUSTOMERS if not customer.email.endswith("@example.org")] == []
    assert all(customer.email.isascii() for customer in CUSTOMERS)


def test_one_number_is_shared_so_that_somebody_has_to_choose() -> None:
    phones = Counter(phone for customer in CUSTOMERS for phone in customer.phones)
    assert [count for count in phones.values() if count > 1] == [2]


def test_three_assistants_have_the_phones_of_the_dial_plan() -> None:
    seats = [(user.login, user.interface) for user in USERS if user.role is Role.ASSISTANT]
    assert seats == [("anna", "PJSIP/201"), ("ben", "PJSIP/202"), ("cem", "PJSIP/203")]
    assert {user.role for user in USERS} == set(Role)
