"""The public elections the tests read, and small files made by hand."""

from __future__ import annotations

from pathlib import Path

from participation.counting.pabulib import PabulibFile

ELECTIONS = (
    "France_Toulouse_2022.pb",
    "Hungary_Budapest_2024.pb.gz",
    "Netherlands_Amsterdam_166.pb",
    "Netherlands_Assen_2024.pb",
    "Poland_Czestochowa_2020.pb",
    "Poland_Katowice_2023.pb.gz",
    "Poland_Krakow_2021.pb.gz",
    "Poland_Krakow_2022_Czyzyny.pb",
    "Poland_Krakow_2023_Nowa_Huta.pb",
    "Poland_Lodz_2022.pb.gz",
    "Poland_Poznan_2024_large.pb",
    "Poland_Warszawa_2018_Bielany.pb",
    "Poland_Warszawa_2020_Praga-Poludnie.pb.gz",
    "Poland_Wieliczka_2023_Green_Budget.pb",
    "Poland_Wroclaw_2015_150_-_500.pb.gz",
    "Switzerland_Zurich_D10.pb",
    "US_Stanford_Dataset_PB_Cambridge_2019_vote_approvals.pb",
    "US_Stanford_Dataset_PB_Chicago_39th_Ward_2021_vote_knapsacks.pb",
    "US_Stanford_Dataset_PB_Rochester_NY_2019_vote_rankings.pb",
)


def every_file(folder: Path) -> list[Path]:
    """All election files of the folder and of the folders in it."""
    return sorted([*folder.rglob("*.pb"), *folder.rglob("*.pb.gz")])


def cells_of(file: PabulibFile) -> list[list[str]]:
    """Every cell of the file, without the blanks around it."""
    head = [*file.head.meta.rows, file.head.projects.header, *file.head.projects.rows, file.head.votes.header]
    return [[cell.strip() for cell in row.cells] for row in [*head, *file.rows()]]


PROJECTS = ("project_id;cost;votes;name;selected", "a;60;2;Bus shelter;1", "10;30;1;Hedge;0", "9;50;2;Bench;0")
VOTES = ("voter_id;vote", "v1;a,9", "v2;9,10", "v3;a")


def text(
    *,
    meta: dict[str, str] | None = None,
    projects: tuple[str, ...] = PROJECTS,
    votes: tuple[str, ...] = VOTES,
) -> str:
    """A small sound file; what is given replaces its parts."""
    entries = {
        "description": "A small vote",
        "country": "United Kingdom",
        "unit": "Wearmouth",
        "instance": "2026",
        "num_projects": str(len(projects) - 1),
        "num_votes": str(len(votes) - 1),
        "budget": "100",
        "vote_type": "approval",
        "rule": "greedy",
        "date_begin": "01.03.2026",
        "date_end": "31.03.2026",
        **(meta or {}),
    }
    lines = ["META", "key;value", *(f"{key};{value}" for key, value in entries.items() if value != "-")]
    return "\n".join([*lines, "PROJECTS", *projects, "VOTES", *votes]) + "\n"
