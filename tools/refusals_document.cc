#include "tools/refusals_document.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "parser/rejection.h"

namespace prong {
namespace {

constexpr absl::string_view kIntroduction =
    R"(<!-- Made by `bazel run //tools:refusals` from parser/rejection.cc: change that. -->

# Refusals

Every reason for which prong's parser refuses a request. Each is answered with its status, and
then the connection is closed: what follows might be anything. A number is never used again.
Requests for each are in [tests/vectors](../tests/vectors/README.md): search for `reject: NUMBER`.

| number | status | reason | clause |
|---:|---:|---|---|
)";

// "RFC 9112 section 2.2" as a link.
std::string Link(absl::string_view reference) {
  const std::string place =
      absl::StrReplaceAll(reference, {{"RFC ", "rfc"}, {" section ", ".html#section-"}});
  return absl::StrCat("[", reference, "](https://www.rfc-editor.org/rfc/", place, ")");
}

}  // namespace

std::string RefusalsDocument() {
  std::string text(kIntroduction);
  for (const RejectionInfo& info : AllRejections()) {
    absl::StrAppend(&text, "| ", info.number(), " | ", info.status, " | ", info.sentence, " | ",
                    Link(info.reference), " |\n");
  }
  return text;
}

}  // namespace prong
