"""The rules of the Open Contracting release schema 1.1.5 that a planning release meets, written as checks.

Required fields, closed code lists and formats of the parts we write; a field that is not on the list is a mistake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
TAGS = {
    "planning", "planningUpdate", "tender", "tenderAmendment", "tenderUpdate", "tenderCancellation", "award", "awardUpdate",
    "awardCancellation", "contract", "contractUpdate", "contractAmendment", "implementation", "implementationUpdate",
    "contractTermination", "compiled",
}  # fmt: skip
DOCUMENT_TYPES = {
    "needsAssessment", "feasibilityStudy", "hearingNotice", "marketStudies", "environmentalImpact", "procurementPlan",
}  # fmt: skip
MILESTONE_TYPES = {"preProcurement", "approval", "engagement", "assessment", "delivery", "reporting", "financing"}
STATUSES = {"scheduled", "met", "notMet", "partiallyMet"}
PACKAGE = {"uri", "version", "publishedDate", "publisher", "license", "publicationPolicy", "extensions", "releases"}
RELEASE = {
    "ocid", "id", "date", "tag", "initiationType", "parties", "buyer", "planning", "tender", "awards", "contracts",
    "language", "relatedProcesses",
}  # fmt: skip
PLANNING = {"rationale", "budget", "documents", "milestones"}
BUDGET = {"id", "description", "amount", "project", "projectID", "uri", "source"}
DOCUMENT = {
    "id", "documentType", "title", "description", "url", "datePublished", "dateModified", "format", "language",
}  # fmt: skip
MILESTONE = {
    "id", "title", "type", "description", "code", "dueDate", "dateMet", "dateModified", "status", "documents",
}  # fmt: skip
PARTY = {"id", "name", "identifier", "additionalIdentifiers", "address", "contactPoint", "roles", "details"}


def problems(package: dict) -> list[str]:
    """What breaks a rule, as sentences."""
    return list(_package(package))


def _fields(what: str, value: dict, known: set[str], needed: set[str]) -> Iterator[str]:
    yield from (f"{what} has {name}, which the schema does not know" for name in sorted(set(value) - known))
    yield from (f"{what} has no {name}" for name in sorted(needed - set(value)))
    yield from (f"{what}.{name} is empty" for name, one in value.items() if one in ("", None, [], {}))


def _package(package: dict) -> Iterator[str]:
    yield from _fields("package", package, PACKAGE, {"uri", "publisher", "publishedDate", "releases", "version"})
    yield from _address("package.uri", package["uri"])
    yield from _moment("package.publishedDate", package["publishedDate"])
    if "name" not in package["publisher"]:
        yield "the publisher has no name"
    for release in package["releases"]:
        yield from _release(release)


def _release(release: dict) -> Iterator[str]:
    yield from _fields("release", release, RELEASE, {"ocid", "id", "date", "tag", "initiationType"})
    yield from _moment("release.date", release["date"])
    if not set(release["tag"]) <= TAGS:
        yield f"unknown tag in {release['tag']}"
    if release["initiationType"] != "tender":
        yield "initiationType is not tender"
    parties = {party["id"]: party for party in release["parties"]}
    for party in parties.values():
        yield from _fields("party", party, PARTY, {"id", "name", "roles"})
    if "buyer" not in parties.get(release["buyer"]["id"], {}).get("roles", []):
        yield "the buyer is not among the parties with that role"
    yield from _planning(release["planning"])


def _planning(planning: dict) -> Iterator[str]:
    yield from _fields("planning", planning, PLANNING, set())
    yield from _fields("budget", planning["budget"], BUDGET, set())
    yield from _address("budget.uri", planning["budget"]["uri"])
    for kind in ("documents", "milestones"):
        ids = [one["id"] for one in planning[kind]]
        if len(set(ids)) != len(ids):
            yield f"two {kind} have the same id"
    for document in planning["documents"]:
        yield from _fields("document", document, DOCUMENT, {"id", "documentType", "url"})
        yield from _address("document.url", document["url"])
        if document["documentType"] not in DOCUMENT_TYPES:
            yield f"unknown documentType {document['documentType']}"
        if "/" not in document["format"] or ";" in document["format"]:
            yield f"{document['format']} is no media type"
        if "datePublished" in document:
            yield from _moment("datePublished", document["datePublished"])
    for milestone in planning["milestones"]:
        yield from _milestone(milestone)


def _milestone(milestone: dict) -> Iterator[str]:
    yield from _fields("milestone", milestone, MILESTONE, {"id"})
    if milestone["type"] not in MILESTONE_TYPES or milestone["status"] not in STATUSES:
        yield f"unknown type or status: {milestone}"
    if ("dateMet" in milestone) != (milestone["status"] == "met"):
        yield f"{milestone['id']}: dateMet and status contradict each other"
    yield from _moment("dueDate", milestone["dueDate"])


def _moment(what: str, text: str) -> Iterator[str]:
    if not MOMENT.fullmatch(text):
        yield f"{what} is no moment: {text}"


def _address(what: str, text: str) -> Iterator[str]:
    if urlsplit(text).scheme not in ("http", "https") or not urlsplit(text).netloc:
        yield f"{what} is no address: {text}"
