"""Debian's table of media types, of the package media-types."""

_TABLE = "/etc/mime.types"

def _media_types_impl(repository_ctx):
    # Where it is not, as on other systems, the types of server/mime.types are all there are.
    if repository_ctx.path(_TABLE).exists:
        repository_ctx.symlink(_TABLE, "mime.types")
    else:
        repository_ctx.file("mime.types", "")
    repository_ctx.file("BUILD", "exports_files([\"mime.types\"], visibility = [\"//visibility:public\"])\n")

media_types = repository_rule(
    implementation = _media_types_impl,
    doc = "Has the file `mime.types`: Debian's, or an empty one.",
)
