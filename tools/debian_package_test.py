"""What dpkg and copyright files say is read."""

import unittest

from tools import debian_package

COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Example

Files: *
Copyright: 2020, A
License: BSD-3-clause

Files: b c
Copyright: 2021, B
License: Expat
 Permission is granted
 .
 to all.

Files: debian/*
Copyright: 2022, C
License: GPL-2+

License: BSD-3-clause
 Redistribution is permitted
"""


class DebianPackageTest(unittest.TestCase):

    def test_licenses_are_those_of_all_files_but_debians(self):
        self.assertEqual(debian_package.parse_copyright(COPYRIGHT), [
            debian_package.License("BSD-3-clause", "Redistribution is permitted"),
            debian_package.License("Expat", "Permission is granted\n\nto all."),
        ])

    def test_what_is_written_for_people_has_none(self):
        self.assertEqual(debian_package.parse_copyright("This is the GNU C Library.\n"), [])

    def test_an_installed_package_is_described(self):
        name = debian_package.owner("/usr/lib/x86_64-linux-gnu/libabsl_strings.a")
        self.assertEqual(name, "libabsl-dev")
        package = debian_package.installed(name)
        self.assertEqual((package.name, package.homepage), (name, "https://abseil.io/"))
        self.assertRegex(package.version, "^20[0-9]{6}")
        self.assertEqual([license.name for license in package.licenses], ["Apache-2.0"])
        self.assertIn("Licensed under the Apache License", package.licenses[0].text)


if __name__ == "__main__":
    unittest.main(buffer=True)
