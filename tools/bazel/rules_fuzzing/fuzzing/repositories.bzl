"""What a WORKSPACE that uses these rules has to declare."""

load("//fuzzing/private:oss_fuzz_repository.bzl", "oss_fuzz_repository")

def rules_fuzzing_dependencies():
    """Declares the repositories that the rules depend on."""
    oss_fuzz_repository(name = "rules_fuzzing_oss_fuzz")
