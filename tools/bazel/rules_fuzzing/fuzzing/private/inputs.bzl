"""What a fuzz test starts from: seeds and dictionaries."""

def _fuzzing_corpus_impl(ctx):
    directory = ctx.actions.declare_directory(ctx.label.name)
    arguments = ctx.actions.args()
    arguments.add(directory.path)
    arguments.add_all(ctx.files.srcs)

    # cp fails if two seeds have one base name.
    ctx.actions.run_shell(
        arguments = [arguments],
        command = "directory=$1; shift; (($# == 0)) || cp -L -t \"$directory\" -- \"$@\"",
        inputs = ctx.files.srcs,
        mnemonic = "FuzzingCorpus",
        outputs = [directory],
    )
    return [DefaultInfo(files = depset([directory]))]

fuzzing_corpus = rule(
    implementation = _fuzzing_corpus_impl,
    attrs = {
        "srcs": attr.label_list(
            allow_files = True,
            doc = "The seeds: files, or directories made by rules.",
        ),
    },
    doc = "A directory of copies of all seeds, under their base names.",
)

# A blank line, a comment, or [name[@level]=]"value"; in a value, \\, \" and \xAB.
_DICTIONARY_LINE = r'^[[:blank:]]*(#.*|([A-Za-z0-9_.]+(@[0-9]+)?=)?"([^"\\]|\\["\\]|\\x[0-9A-Fa-f]{2})+"[[:blank:]]*)?$'

def _fuzzing_dictionary_impl(ctx):
    dictionary = ctx.actions.declare_file(ctx.attr.output)
    arguments = ctx.actions.args()
    arguments.add_all([_DICTIONARY_LINE, dictionary])
    arguments.add_all(ctx.files.dicts)
    ctx.actions.run_shell(
        arguments = [arguments],
        command = """
            line=$1; output=$2; shift 2
            if LC_ALL=C grep -HnvE -e "$line" -- "$@" >&2; then
                echo 'not a line of a fuzzing dictionary: name="value"' >&2
                exit 1
            fi
            cat -- "$@" >"$output"
        """,
        inputs = ctx.files.dicts,
        mnemonic = "FuzzingDictionary",
        outputs = [dictionary],
    )
    return [DefaultInfo(files = depset([dictionary]))]

fuzzing_dictionary = rule(
    implementation = _fuzzing_dictionary_impl,
    attrs = {
        "dicts": attr.label_list(
            allow_files = True,
            doc = "The dictionaries.",
            mandatory = True,
        ),
        "output": attr.string(
            doc = "The file name of the result.",
            mandatory = True,
        ),
    },
    doc = "One dictionary of many; fails if a line is one that engines refuse.",
)
