"""The check-ins that turned key results, looked for once per revision and shared by those who read of them."""

from __future__ import annotations

from pandas import DataFrame

from okrdash.domain import turned
from okrdash.domain.facts import Facts
from okrdash.services.kept import Kept
from okrdash.services.overview import by_key_result
from okrdash.store.reader import Reader

_turned: Kept[tuple[Facts, DataFrame]] = Kept()


def turned_by_now(reader: Reader) -> DataFrame:
    """`okrdash.domain.turned.turned` of today, confidential ones too: for services, never for a page."""
    return turned.latest_first(by_key_result(reader, _turned, turned.turned))
