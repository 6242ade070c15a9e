"""The check-ins that turned key results, looked for once per revision and shared by those who read of them."""

from __future__ import annotations

from pandas import DataFrame

from okrdash.domain import turned
from okrdash.services import company
from okrdash.services.kept import Kept
from okrdash.services.overview import facts_of, version
from okrdash.services.people import order_of
from okrdash.store.transaction import Reader

_turned: Kept[DataFrame] = Kept()


def turned_by_now(reader: Reader) -> DataFrame:
    """`okrdash.domain.turned.turned` of today, confidential ones too: for services, never for a page."""
    day = company.today(order_of(reader).settings)
    return _turned.get((*version(reader), day), lambda: turned.turned(facts_of(reader), day))
