#include "server/report.h"

#include <chrono>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "server/wait.h"

namespace prong {
namespace {

TEST(ReportTest, IsOneLineOnStandardError) {
  testing::internal::CaptureStderr();
  Report("all is well");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "prong: all is well\n");
}

// The name of a directory or the value of a flag may have any byte but NUL.
TEST(ReportTest, IsOneLineWhateverItQuotes) {
  testing::internal::CaptureStderr();
  Report("a\nprong: b\r\x1b[2J\x7f \xc3\xa9 \"c\" \\");
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "prong: a\\x0Aprong: b\\x0D\\x1B[2J\\x7F \xc3\xa9 \"c\" \\\n");
}

TEST(RepeatedReportTest, SaysOneInAnIntervalAndHowManyWereNotSaid) {
  const Deadline start = After(absl::ZeroDuration());
  const auto interval = absl::ToChronoNanoseconds(kReportInterval);
  RepeatedReport report;
  testing::internal::CaptureStderr();
  report.Report("a", start);
  report.Report("b", start);
  report.Report("c", start + interval - std::chrono::nanoseconds(1));
  report.Report("d", start + interval);
  report.Report("e", start + 2 * interval);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "prong: a\nprong: d; 2 more since the last such line\nprong: e\n");
}

}  // namespace
}  // namespace prong
