"""What stands on the board, with every default filled in: the part of a board that does not depend on the day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame

from okrdash.domain.arrays import Bools, Ints, Texts, column, mapped, positions, put, table, texts
from okrdash.domain.check_ins import CheckIns, ordered
from okrdash.domain.columns import join_refs, refs
from okrdash.domain.facts import Facts
from okrdash.domain.settings import Settings
from okrdash.domain.teams import Tree, accountable, tree
from okrdash.domain.time import day_numbers


@dataclass(frozen=True, slots=True)
class Standing:
    """The rows of the board. Frames with the board's columns as far as they are stated; days as day numbers."""

    settings: Settings
    tree: Tree
    absences: DataFrame
    cycles: DataFrame
    """Index cycle: start, end, state."""
    objectives: DataFrame
    """Also from_day and to_day (the cycle's) and counts (bool: it counts in figures beyond its own)."""
    key_results: DataFrame
    """Also from_day and to_day (its window) and cycle_end; runs (bool: its home is agreed on, so updates are owed)."""
    parts: DataFrame
    """Also at (position of the objective) and of (position of the key result)."""
    edges: DataFrame
    steps: DataFrame
    """Of milestones; also of (position of the key result)."""
    phases: DataFrame
    """Of `increase` and `decrease`; also of."""
    check_ins: CheckIns


def stand(facts: Facts, shown: Collection[str] = ()) -> Standing:
    """The board's rows: active and closed objectives that the company sees, those in `shown`, and what is under them.

    A key result stands under its home and under those in `also`; one whose home is confidential stands under its home
    alone, so that it reaches no figure. Left out: dropped key results, objectives whose cycle is unknown.
    """
    company = tree(facts)
    cycles = _cycles(facts.cycles)
    every = _objectives(facts.objectives, cycles, company, facts.settings)
    objectives = every[every["counts"] | every.index.isin(list(shown))]
    key_results, home = _key_results(facts.key_results, every)
    parts = _parts(key_results, objectives.index, (every["visibility"] == "confidential").to_numpy()[home])
    on_board = key_results.index.isin(parts["key_result"])
    key_results = _resolved(key_results[on_board], every.iloc[home[on_board]], company, facts.settings)
    key_results = put(key_results, also=_also(key_results, parts))
    parts["at"] = positions(objectives.index, parts["objective"])
    parts["of"] = positions(key_results.index, parts["key_result"])
    parts["weight"] = column(key_results, "weight")[parts["of"]]
    parts = parts.sort_values(["at", "of"], kind="stable", ignore_index=True)
    return Standing(
        settings=facts.settings,
        tree=company,
        absences=facts.absences,
        cycles=cycles,
        objectives=objectives,
        key_results=key_results,
        parts=parts[["objective", "key_result", "weight", "home", "at", "of"]],
        edges=_edges(facts.alignment, objectives.index, key_results),
        steps=_steps(facts.milestones, key_results),
        phases=_of(facts.phases, key_results, key_results["kind"].isin(["increase", "decrease"]).to_numpy()),
        check_ins=ordered(facts.check_ins, key_results.index),
    )


def _cycles(cycles: DataFrame) -> DataFrame:
    dated = cycles["start"].notna() & cycles["end"].notna()
    return cycles[dated].set_index("cycle")


def _objectives(objectives: DataFrame, cycles: DataFrame, company: Tree, settings: Settings) -> DataFrame:
    at = positions(cycles.index, objectives["cycle"])
    out = objectives[at >= 0].set_index("id")
    at = at[at >= 0]
    return put(
        out,
        accountable=accountable(company, out["team"], out["owner"]),
        function=mapped(out["team"], company.function),
        bar=np.where(out["ambition"] == "aspirational", settings.aspirational_bar, 1.0),
        from_day=day_numbers(cycles["start"])[at],
        to_day=day_numbers(cycles["end"])[at],
        counts=out["state"].isin(["active", "closed"]) & (out["visibility"] == "company"),
    )


def _key_results(key_results: DataFrame, objectives: DataFrame) -> tuple[DataFrame, Ints]:
    """The key results that are not dropped, index id, and the position of each one's home."""
    home = positions(objectives.index, key_results["objective"])
    kept = (home >= 0) & (key_results["state"] != "dropped").to_numpy()
    return key_results[kept].set_index("id"), home[kept]


def _parts(key_results: DataFrame, objectives: pd.Index, confidential: Bools) -> DataFrame:
    ids, homes, also = (key_results.index.tolist(), key_results["objective"].tolist(), key_results["also"].tolist())
    rows = [(home, key_result, True) for home, key_result in zip(homes, ids, strict=True)]
    for n in np.flatnonzero((key_results["also"] != "").to_numpy() & ~confidential):
        rows += [(other, ids[n], False) for other in dict.fromkeys(refs(also[n])) if other != homes[n]]
    parts = table(
        objective=texts(row[0] for row in rows),
        key_result=texts(row[1] for row in rows),
        home=np.array([row[2] for row in rows], dtype=np.bool_),
    )
    return parts[parts["objective"].isin(objectives)].reset_index(drop=True)


def _resolved(key_results: DataFrame, home: DataFrame, company: Tree, settings: Settings) -> DataFrame:
    """Team, window, weight, owner and cadence of key results from their own words, else from their home's."""
    team = key_results["team"].where(key_results["team"].isin(company.rows.index), home["team"].to_numpy())
    window: dict[str, Any] = {}
    for name, day in (("start", "from_day"), ("due", "to_day")):
        own = day_numbers(key_results[name])
        window[day] = np.where(np.isnan(own), column(home, day), own)
        window[name] = window[day].astype(np.int64).astype("datetime64[D]").astype("datetime64[s]")
    weight, own_weeks = column(key_results, "weight"), column(key_results, "cadence_weeks")
    weeks = mapped(team, company.cadence, float(settings.cadence_weeks)).astype(np.float64)
    cadence = np.where(own_weeks >= 1, own_weeks, weeks)
    return put(
        key_results,
        **window,
        team=team,
        weight=np.where(np.isfinite(weight) & (weight > 0), weight, 1.0),
        cadence_weeks=cadence,
        cadence=cadence,
        own_owner=key_results["owner"].to_numpy(),
        accountable=accountable(company, team, key_results["owner"], home["owner"]),
        function=mapped(team, company.function),
        objective_title=home["title"].to_numpy(),
        cycle=home["cycle"].to_numpy(),
        cycle_end=home["to_day"].to_numpy(),
        bar=home["bar"].to_numpy(),
        runs=home["state"].isin(["active", "closed"]).to_numpy(),
    )


def _also(key_results: DataFrame, parts: DataFrame) -> Texts:
    others: dict[str, list[str]] = {}
    beyond = parts[~parts["home"]]
    for key_result, objective in zip(beyond["key_result"], beyond["objective"], strict=True):
        others.setdefault(key_result, []).append(objective)
    return texts(join_refs(others.get(key_result, ())) for key_result in key_results.index)


def _edges(alignment: DataFrame, objectives: pd.Index, key_results: DataFrame) -> DataFrame:
    """The edges between rows of the board; none from an objective to itself."""
    parent = alignment["parent"]
    home = mapped(parent, dict(zip(key_results.index, key_results["objective"], strict=True)))
    out = put(
        alignment[["child", "parent"]],
        parent_objective=np.where(parent.isin(objectives), parent, home),
        kind=alignment["kind"].to_numpy(),
    )
    known = out["child"].isin(objectives) & out["parent_objective"].isin(objectives)
    return out[known & (out["child"] != out["parent_objective"])].reset_index(drop=True)


def _of(rows: DataFrame, key_results: DataFrame, wanted: Bools) -> DataFrame:
    """The rows of the wanted key results, with the position of each as `of`."""
    of = positions(key_results.index, rows["key_result"])
    kept = np.append(wanted, False)[of]
    return rows[kept].assign(of=of[kept]).reset_index(drop=True)


def _steps(milestones: DataFrame, key_results: DataFrame) -> DataFrame:
    """The steps of milestones; a milestone without any has one, with its title."""
    is_milestone = (key_results["kind"] == "milestone").to_numpy()
    stated = _of(milestones, key_results, is_milestone)
    weight = stated["weight"].to_numpy(dtype=np.float64)
    stated["weight"] = np.where(np.isfinite(weight) & (weight > 0), weight, 1.0)
    bare = is_milestone.copy()
    bare[stated["of"]] = False
    if not bare.any():
        return stated
    never = np.full(int(bare.sum()), np.datetime64("NaT"), dtype="datetime64[s]")
    implied = table(
        key_result=key_results.index.to_numpy()[bare],
        step=key_results["title"].to_numpy()[bare],
        weight=np.ones(len(never)),
        due=never,
        done_on=never,
        of=np.flatnonzero(bare),
    )
    return pd.concat([stated, implied], ignore_index=True) if len(stated) else implied[list(stated.columns)]
