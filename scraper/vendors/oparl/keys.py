"""What the keys of OParl objects mean here, beside those that the readers take by name.

From the schemas of OParl 1.0 and 1.1 and from what endpoints send. A key in neither table, and no known
extension, is told with a warning.
"""

from __future__ import annotations

import re

# Envelope of every object: when it was indexed, what it belongs to, under which licence it stands.
# `created` and `modified` are often the time of the request: a record would never stay the same.
ENVELOPE = frozenset({
    "id", "type", "body", "system", "web", "created", "modified", "deleted", "license", "licenseValidSince",
    "mirror",
})  # fmt: skip
# Known, and held by something else: back references, what the file itself tells, lists that are crawled.
WORTHLESS: dict[str, frozenset[str]] = {
    "paper": frozenset(),
    "consultation": frozenset({"paper"}),
    "meeting": frozenset(),
    "agendaitem": frozenset({"meeting", "order"}),
    # persons tell their memberships; the meetings are in the body's list
    "organization": frozenset({"membership", "meeting", "consultation"}),
    "person": frozenset({"faction"}),
    "membership": frozenset(),
    # of a document: role, name and address are kept; the rest is filled in when it is downloaded
    "file": frozenset({
        "fileName", "mimeType", "date", "size", "sha1Checksum", "sha512Checksum", "text", "accessUrl",
        "downloadUrl", "externalServiceUrl", "masterFile", "derivativeFile", "fileLicense", "meeting",
        "agendaItem", "paper",
    }),
    # lat/lon are swapped (SD.NET), empty (rubin) or without a key in the records
    "location": frozenset({
        "geojson", "geometry", "subLocality", "bodies", "organizations", "organization", "persons",
        "meetings", "meeting", "papers",
    }),
}  # fmt: skip
# Known, and without a key in the records: they go to `extra` without a warning.
EXTRA: dict[str, frozenset[str]] = {
    "paper": frozenset({
        "location", "keyword", "underDirectionOf", "originatorPerson", "originatorOrganization",
    }),
    "consultation": frozenset({"authoritative", "keyword"}),
    "meeting": frozenset({"participant", "location", "keyword"}),
    "agendaitem": frozenset({"consultation", "start", "end", "keyword"}),
    "organization": frozenset({
        "post", "subOrganizationOf", "organizationType", "classification", "website", "externalBody",
        "location", "keyword",
    }),
    "person": frozenset({
        "familyName", "givenName", "affix", "title", "gender", "phone", "email", "location", "locationObject",
        "status", "life", "lifeSource", "keyword",
    }),
    "membership": frozenset({"votingRight", "onBehalfOf", "keyword"}),
    "file": frozenset({"keyword"}),
    "location": frozenset({"keyword"}),
}  # fmt: skip
# Of these the name may hold all there is: SD.NET repeats it as a keyword.
OF_NAMES = frozenset({"keyword", "familyName", "givenName", "title", "affix"})
# Extensions of products that were seen: SD.NET's `STERNBERG:sortierung`, rubin's
# `more-it-solutions:public_status_id` and, without a prefix, `organization_active_1`
_VENDORS_OWN = re.compile(r"(?:STERNBERG|more-it-solutions):.+|organization_active_\d+")
_WORTHLESS = {kind: ENVELOPE | keys for kind, keys in WORTHLESS.items()}


def worthless(kind: str) -> frozenset[str]:
    """The keys of a kind of object that hold nothing of their own."""
    return _WORTHLESS.get(kind, ENVELOPE)


def known(kind: str) -> frozenset[str]:
    """The keys of a kind of object that hold something and have no key in the records."""
    return EXTRA.get(kind, frozenset())


def is_vendors_own(key: str) -> bool:
    """Whether a key is an extension of a product: it goes to `extra` without a warning."""
    return _VENDORS_OWN.fullmatch(key) is not None
