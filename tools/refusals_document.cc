#include "tools/refusals_document.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "parser/rejection.h"
#include "tools/document.h"

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

}  // namespace

std::string RefusalsDocument() {
  std::string text(kIntroduction);
  for (const RejectionInfo& info : AllRejections()) {
    absl::StrAppend(&text, "| ", info.number(), " | ", info.status, " | ", info.sentence, " | ",
                    LinkToClause(info.reference), " |\n");
  }
  return text;
}

}  // namespace prong
