"""A bill of materials keeps to what SPDX 2.3 asks of documents."""

import hashlib
import json
import re
import unittest

from tools import spdx
from tools.debian_package import DebianPackage, License

LIBRARIES = [
    DebianPackage("libb++-dev", "1:2.0+dfsg~1", "amd64", "https://example.org/b",
                  [License("Expat", "May be used."), License("Odd (2)", "May be read.")]),
    DebianPackage("liba-dev", "1.0-1", "amd64", "", []),
]
TYPES = DebianPackage("types", "3", "all", "", [License("ad-hoc", "")])


def complaints(content) -> list[str]:
    """What is wrong with a document, by the section of the specification that says so."""
    wrong = []

    def check(section: str, is_right) -> None:
        if not is_right:
            wrong.append(section)

    check("6.1", content.get("spdxVersion") == "SPDX-2.3")
    check("6.2", content.get("dataLicense") == "CC0-1.0")
    check("6.3", content.get("SPDXID") == "SPDXRef-DOCUMENT")
    check("6.4", content.get("name"))
    check("6.5", re.fullmatch(r"https?://[^#\s]+", content.get("documentNamespace", "")))
    creation = content.get("creationInfo", {})
    check("6.8", creation.get("creators") and all(
        re.match("(Tool|Person|Organization): .", creator) for creator in creation["creators"]))
    check("6.9", re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", creation.get("created", "")))
    ids = [content.get("SPDXID"), *(package.get("SPDXID") for package in content["packages"])]
    check("7.2", len(set(ids)) == len(ids) and all(
        re.fullmatch("SPDXRef-[A-Za-z0-9.-]+", identifier or "") for identifier in ids))
    extracted = {info["licenseId"]: info for info in content.get("hasExtractedLicensingInfos", [])}
    check("10.1", all(re.fullmatch("LicenseRef-[A-Za-z0-9.-]+", name) for name in extracted))
    check("10.2", all(info.get("extractedText") for info in extracted.values()))
    for package in content["packages"]:
        check("7.1", package.get("name"))
        check("7.5", package.get("supplier", "Organization: a").startswith(
            ("Person: ", "Organization: ")))
        check("7.7", package.get("downloadLocation"))
        check("7.10", all(re.fullmatch("[0-9a-f]{64}", entry["checksumValue"])
                          for entry in package.get("checksums", [])))
        for name in re.findall(r"LicenseRef-[^\s()]+", package.get("licenseDeclared", "")):
            check("10.1", name in extracted)
        for reference in package.get("externalRefs", []):
            check("7.21", re.fullmatch(r"pkg:deb/debian/[a-z0-9+.-]+@[A-Za-z0-9.%~_-]+\?arch=\w+",
                                       reference["referenceLocator"]))
    relationships = content.get("relationships", [])
    check("11.1", all(relationship[end] in ids for relationship in relationships
                      for end in ("spdxElementId", "relatedSpdxElement")))
    check("11.1", any(relationship["relationshipType"] == "DESCRIBES" and
                      relationship["spdxElementId"] == "SPDXRef-DOCUMENT"
                      for relationship in relationships))
    return wrong


def document(created: int = 0, executable: bytes = b"prong", linked=tuple(LIBRARIES)) -> str:
    return spdx.document("0.1.0", executable, linked, [TYPES], created)


class SpdxTest(unittest.TestCase):

    def setUp(self):
        self.content = json.loads(document())

    def test_it_is_valid(self):
        self.assertEqual(complaints(self.content), [])

    def test_it_has_each_library_and_how_it_is_used(self):
        self.assertEqual(
            [(entry["relationshipType"], entry["spdxElementId"], entry["relatedSpdxElement"])
             for entry in self.content["relationships"]],
            [("DESCRIBES", "SPDXRef-DOCUMENT", "SPDXRef-prong"),
             ("STATIC_LINK", "SPDXRef-prong", "SPDXRef-liba-dev"),
             ("STATIC_LINK", "SPDXRef-prong", "SPDXRef-libb---dev"),
             ("DATA_FILE_OF", "SPDXRef-types", "SPDXRef-prong")])
        packages = {package["name"]: package for package in self.content["packages"]}
        self.assertEqual(packages["libb++-dev"]["versionInfo"], "1:2.0+dfsg~1")
        self.assertEqual(packages["libb++-dev"]["externalRefs"][0]["referenceLocator"],
                         "pkg:deb/debian/libb++-dev@1%3A2.0%2Bdfsg~1?arch=amd64")

    def test_licenses_are_spdx_s_or_have_their_text(self):
        packages = {package["name"]: package for package in self.content["packages"]}
        self.assertEqual(packages["libb++-dev"]["licenseDeclared"], "MIT AND LicenseRef-Odd--2-")
        self.assertEqual(packages["liba-dev"]["licenseDeclared"], "NOASSERTION")
        self.assertIn({"licenseId": "LicenseRef-Odd--2-", "name": "Odd (2)",
                       "extractedText": "May be read."},
                      self.content["hasExtractedLicensingInfos"])

    def test_the_executable_is_named_by_its_digest(self):
        self.assertEqual(self.content["packages"][0]["checksums"],
                         [{"algorithm": "SHA256",
                           "checksumValue": hashlib.sha256(b"prong").hexdigest()}])

    def test_the_same_makes_the_same(self):
        self.assertEqual(document(), document(linked=LIBRARIES[::-1]))
        self.assertEqual(self.content["creationInfo"]["created"], "1970-01-01T00:00:00Z")

    def test_another_has_another_namespace(self):
        names = {json.loads(text)["documentNamespace"]
                 for text in (document(), document(created=1), document(executable=b"other"))}
        self.assertEqual(len(names), 3)

    def test_what_is_wrong_is_noticed(self):
        for section, spoil in {
                "6.1": lambda content: content.pop("spdxVersion"),
                "6.5": lambda content: content.update(documentNamespace="a#b"),
                "6.9": lambda content: content["creationInfo"].update(created="today"),
                "7.2": lambda content: content["packages"][1].update(SPDXID="SPDXRef-a+b"),
                "7.7": lambda content: content["packages"][0].pop("downloadLocation"),
                "10.1": lambda content: content.pop("hasExtractedLicensingInfos"),
                "11.1": lambda content: content["relationships"].pop(0),
        }.items():
            with self.subTest(section):
                content = json.loads(document())
                spoil(content)
                self.assertIn(section, complaints(content))


if __name__ == "__main__":
    unittest.main(buffer=True)
