"""A bill of materials: an executable and what is linked into it, in SPDX 2.3 as JSON.

https://spdx.github.io/spdx-spec/v2.3/
"""

import datetime
import hashlib
import json
import re
import urllib.parse
from typing import Any, Sequence

from tools.debian_package import DebianPackage, License

# Where Debian's short name of a license is, or stands for, an identifier of SPDX's list.
_SPDX_LICENSES = {
    "Apache-2.0": "Apache-2.0",
    "Apache-2.0 with LLVM exception": "Apache-2.0 WITH LLVM-exception",
    "BSD-3-clause": "BSD-3-Clause",
    "Expat": "MIT",
}


def _id(name: str) -> str:
    """Of letters, digits, dots and hyphens alone, section 7.2."""
    return re.sub(r"[^A-Za-z0-9.-]", "-", name)


def _license_id(license: License) -> str:
    return _SPDX_LICENSES.get(license.name) or f"LicenseRef-{_id(license.name)}"


def _package(package: DebianPackage) -> dict[str, Any]:
    licenses = " AND ".join(_license_id(license) for license in package.licenses)
    return {
        "SPDXID": f"SPDXRef-{_id(package.name)}",
        "name": package.name,
        "versionInfo": package.version,
        "supplier": "Organization: Debian",
        "downloadLocation": "NOASSERTION",
        "homepage": package.homepage or "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": licenses or "NOASSERTION",
        "copyrightText": "NOASSERTION",
        "externalRefs": [{
            "referenceCategory": "PACKAGE-MANAGER",
            "referenceType": "purl",
            "referenceLocator": f"pkg:deb/debian/{package.name}"
                                f"@{urllib.parse.quote(package.version, safe='')}"
                                f"?arch={package.architecture}",
        }],
    }


def document(version: str, executable: bytes, linked: Sequence[DebianPackage],
             data: Sequence[DebianPackage], created: int) -> str:
    """The document on prong.

    Args:
      version: prong's.
      executable: the file.
      linked: packages of the libraries in it.
      data: packages of which it has files that are not code.
      created: seconds since the epoch; the same arguments make the same bytes.
    """
    packages = sorted({*(package.name for package in linked), *(package.name for package in data)})
    by_name = {package.name: package for package in [*linked, *data]}
    extracted = {_license_id(license): license for package in by_name.values()
                 for license in package.licenses}
    content = {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"prong-{version}",
        "creationInfo": {
            "created": datetime.datetime.fromtimestamp(created, datetime.timezone.utc)
                       .strftime("%Y-%m-%dT%H:%M:%SZ"),
            "creators": ["Tool: prong-sbom"],
        },
        "packages": [{
            "SPDXID": "SPDXRef-prong",
            "name": "prong",
            "versionInfo": version,
            "packageFileName": "server",
            "primaryPackagePurpose": "APPLICATION",
            "downloadLocation": "NOASSERTION",
            "filesAnalyzed": False,
            "checksums": [{"algorithm": "SHA256",
                           "checksumValue": hashlib.sha256(executable).hexdigest()}],
            "licenseConcluded": "Apache-2.0",
            "licenseDeclared": "Apache-2.0",
            "copyrightText": "NOASSERTION",
        }] + [_package(by_name[name]) for name in packages],
        "hasExtractedLicensingInfos": [
            {"licenseId": identifier, "name": license.name,
             "extractedText": license.text or license.name}
            for identifier, license in sorted(extracted.items())
            if identifier.startswith("LicenseRef-")
        ],
        "relationships": [
            {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES",
             "relatedSpdxElement": "SPDXRef-prong"},
        ] + [
            {"spdxElementId": "SPDXRef-prong", "relationshipType": "STATIC_LINK",
             "relatedSpdxElement": f"SPDXRef-{_id(name)}"}
            for name in sorted({package.name for package in linked})
        ] + [
            {"spdxElementId": f"SPDXRef-{_id(name)}", "relationshipType": "DATA_FILE_OF",
             "relatedSpdxElement": "SPDXRef-prong"}
            for name in sorted({package.name for package in data})
        ],
    }
    # No two documents have the same, section 6.5: a name of the content's own.
    digest = hashlib.sha256(json.dumps(content).encode()).hexdigest()
    content["documentNamespace"] = f"https://spdx.org/spdxdocs/prong-{version}-{digest}"
    return json.dumps(content, indent=2) + "\n"
