"""A whole public conversation through the needs engine: votes, opinion groups, common ground, near-duplicates and themes.

    python -m benchmarks.conversation FOLDER [--about-me 53,54] [--ignored Town,County]

FOLDER holds comments.csv (comment_id, moderation, text) and votes.csv (participant_id, comment_id, vote: 1, 0 or -1; the last
vote of a person counts). With duplicate_gold.csv (comment_a, comment_b, label) precision and recall of near-duplicates are
printed, tier by tier; with theme_gold.csv (comment_id, theme_code, theme) how often the right theme is suggested after a person
has coded 0, 40, 80, 120 and 200 texts, with no keywords but the words of the themes' names. --about-me are statements that ask
people about themselves: in no need and no group.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from participation.needs.agreement import Tally, describe
from participation.needs.candidate_themes import find_candidates
from participation.needs.near_duplicates import CAREFUL, PROPOSED, RELATED, SAME, find_pairs
from participation.needs.opinion_groups import OpinionGroups, find_groups
from participation.needs.texts import content_words
from participation.needs.theme_suggestions import Codebook, Theme, suggest
from participation.needs.votes import Latest, latest, ranked, tallies

LABELS = (0, 40, 80, 120, 200)
MOST = 5


def rows(file: Path) -> list[dict[str, str]]:
    """The rows of a CSV file; none where it is not there."""
    if not file.exists():
        return []
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def votes_of(folder: Path, texts: dict[str, str], kept: Sequence[str], about_me: frozenset[str]) -> Latest:
    """Prints what the votes say, and gives the last ones."""
    events = [(row["participant_id"], row["comment_id"], int(row["vote"])) for row in rows(folder / "votes.csv")]
    last = latest(events)
    people = {person for person, _ in last}
    print(
        f"{len(events):,} votes of {len(people):,} people, {len(events) - len(last):,} of them replaced by a later one"
    )
    print(f"{len(kept):,} statements of {len(texts):,} are accepted and not about people themselves")
    for one in [one for one in ranked(last, about_me) if one.statement in set(kept)][:MOST]:
        print(
            f"  {one.support:6.1%} ({one.lower:.1%} to {one.upper:.1%} of {one.tally.people:,})  {short(texts[one.statement])}"
        )
    return last


def groups_of(last: Latest, texts: dict[str, str], kept: Sequence[str]) -> None:
    """Prints the opinion groups, if they hold still, and where they agree and differ."""
    people = sorted({person for person, _ in last})
    row_of = {person: place for place, person in enumerate(people)}
    column_of = {statement: place for place, statement in enumerate(kept)}
    table = np.full((len(people), len(kept)), np.nan)
    for (person, statement), vote in last.items():
        if statement in column_of:
            table[row_of[person], column_of[statement]] = vote
    found = find_groups(table, left_out=len(texts) - len(kept))
    print(f"\nExplained by two dimensions: {found.explained:.3f}, of shuffled votes {found.explained_shuffled:.3f}")
    for one in found.candidates:
        verdict = "holds still" if one.passes else "no"
        print(
            f"  {one.groups} groups {one.sizes}: agreement {one.mean_agreement:.2f}, worst {one.worst_agreement:.2f}: {verdict}"
        )
    print(f"  shown: {found.groups or 'none'}")
    if found.groups:
        agreement(found, last, texts, kept, people)


def agreement(
    found: OpinionGroups, last: Latest, texts: dict[str, str], kept: Sequence[str], people: list[str]
) -> None:
    group_of = {people[row]: str(label) for row, label in zip(found.people, found.labels, strict=True)}
    by_group = {
        name: tallies({key: vote for key, vote in last.items() if group_of.get(key[0]) == name})
        for name in sorted(set(group_of.values()))
    }
    none = Tally(0, 0, 0)
    made = describe([{name: by_group[name].get(one, none) for name in by_group} for one in kept])
    print("  kinds of statements:", dict(Counter(one.kind for one in made).most_common()))
    pairs = list(zip(kept, made, strict=True))
    for words, sign in (("common ground", 1), ("furthest apart", -1)):
        best = sorted(pairs, key=lambda pair: (-pair[1].common_ground if sign > 0 else -pair[1].gap, pair[0]))[:3]
        for statement, one in best:
            print(f"  {words}: {one.common_ground:.2f}, gap {one.gap:.2f}, {one.kind}: {short(texts[statement])}")


def duplicates_of(folder: Path, texts: dict[str, str], ignored: Sequence[str]) -> None:
    """Prints how many pairs are proposed, and precision and recall on labelled pairs."""
    began = time.monotonic()
    found = {frozenset((pair.first, pair.second)): pair for pair in find_pairs(texts, ignored=ignored)}
    print(
        f"\nNear-duplicates: {dict(Counter(pair.tier for pair in found.values()))} in {time.monotonic() - began:.1f} s"
    )
    gold = [
        (frozenset((row["comment_a"], row["comment_b"])), row["label"]) for row in rows(folder / "duplicate_gold.csv")
    ]
    true = sum(label == "duplicate" for _, label in gold)
    tiers = (SAME, PROPOSED, CAREFUL, RELATED)
    seen = {found[pair].tier for pair, _ in gold if pair in found}
    for number in range(1, len(tiers) + 1) if true else ():
        upto = [label for pair, label in gold if pair in found and found[pair].tier in tiers[:number]]
        if upto and tiers[number - 1] in seen:
            hits = upto.count("duplicate")
            print(
                f"  as far as “{tiers[number - 1]}”: {len(upto)} of {len(gold)} pairs, precision {hits / len(upto):.2f}, "
                f"recall {hits / true:.2f}, opposed among them {upto.count('opposed')}"
            )


def themes_of(folder: Path, texts: dict[str, str], kept: Sequence[str], ignored: Sequence[str]) -> None:
    """Prints possible themes, and how often the right one is suggested on labelled texts."""
    needs = {statement: texts[statement] for statement in kept}
    print("\nPossible themes:")
    for theme in find_candidates(needs, ignored=ignored)[:MOST]:
        print(f"  {theme.texts:4} texts: {', '.join(theme.phrases)}")
    labelled = {row["comment_id"]: row for row in rows(folder / "theme_gold.csv") if row["comment_id"] in texts}
    if not labelled:
        return
    names = {row["theme_code"]: row["theme"] for row in labelled.values()}
    themes = tuple(Theme(code, name, name, tuple(content_words(name, ignored))) for code, name in sorted(names.items()))
    order = sorted(labelled)
    random.Random(0).shuffle(order)
    for number in LABELS:
        coded, rest = order[:number], order[number:]
        if len(rest) < MOST:
            break
        found = suggest(
            Codebook("1", themes),
            {**needs, **{one: texts[one] for one in order}},
            {one: labelled[one]["theme_code"] for one in coded},
            ignored=ignored,
        )
        told = [[each.theme for each in found[one]] for one in rest]
        first = sum(labelled[one]["theme_code"] == each[0] for one, each in zip(rest, told, strict=True) if each)
        three = sum(labelled[one]["theme_code"] in each for one, each in zip(rest, told, strict=True))
        shares = f"right first {first / len(rest):.0%}, in three {three / len(rest):.0%} of {len(rest)}"
        print(f"  after {number:3} coded by a person: {shares}")


def short(text: str) -> str:
    return " ".join(text.split())[:90]


def main(arguments: Sequence[str]) -> int:
    """Runs one conversation; 2 where the folder holds none."""
    wanted = argparse.ArgumentParser(description="A public conversation through the needs engine.")
    wanted.add_argument("folder", type=Path)
    wanted.add_argument("--about-me", default="", help="statements about people themselves, with commas between")
    wanted.add_argument("--ignored", default="", help="words that say nothing here, such as the town's name")
    given = wanted.parse_args(arguments)
    comments = rows(given.folder / "comments.csv")
    if not comments or not (given.folder / "votes.csv").exists():
        print(f"{given.folder} holds no comments.csv and votes.csv", file=sys.stderr)
        return 2
    about_me, ignored = frozenset(filter(None, given.about_me.split(","))), list(filter(None, given.ignored.split(",")))
    texts = {row["comment_id"]: row["text"] for row in comments}
    kept = [
        row["comment_id"] for row in comments if row["moderation"] == "accepted" and row["comment_id"] not in about_me
    ]
    groups_of(votes_of(given.folder, texts, kept, about_me), texts, kept)
    duplicates_of(given.folder, texts, ignored)
    themes_of(given.folder, texts, kept, ignored)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
