"""How much of a source file is code."""

import re

# A comment, or what may look as if it had one: a raw string, a string, a character.
_TOKEN = re.compile(r'''//[^\n]*|/\*.*?\*/|R"(?P<end>[^(\s]*)\(.*?\)(?P=end)"'''
                    r'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*\'''', re.DOTALL)


def lines_of_code(text: str) -> int:
    """The lines of C++ that have more on them than blanks and comments."""
    def without_comment(token: re.Match[str]) -> str:
        # One over several lines leaves what ends them.
        return "\n" * token[0].count("\n") if token[0].startswith(("//", "/*")) else token[0]

    return sum(bool(line.strip()) for line in _TOKEN.sub(without_comment, text).splitlines())
