#include "cli/local_flags.h"

#include <gtest/gtest.h>

namespace stator::cli {
namespace {

using Arguments = std::vector<std::string>;

TEST(LocalFlags, MeanServe) {
  EXPECT_EQ(TranslateLocalFlags({"-inMemory", "-port", "9000"}),
            (Arguments{"serve", "--in-memory", "--port", "9000"}));
  EXPECT_EQ(TranslateLocalFlags({"serve", "-dbPath", "/d"}),
            (Arguments{"serve", "--data-dir", "/d"}));
  EXPECT_EQ(TranslateLocalFlags({"--port", "9000"}), (Arguments{"serve", "--port", "9000"}));
  EXPECT_EQ(TranslateLocalFlags({"-help"}), (Arguments{"serve", "--help"}));
}

TEST(LocalFlags, AreAllKnown) {
  EXPECT_EQ(TranslateLocalFlags({"-sharedDb", "-optimizeDbBeforeStartup", "-disableTelemetry",
                                 "-cors", "*", "-delayTransientStatuses"}),
            (Arguments{"serve", "--cors", "*", "--status-delay-ms=3000"}));
  EXPECT_EQ(TranslateLocalFlags({"-version"}), Arguments{"--version"});
}

TEST(LocalFlags, LeaveOtherCommandsAlone) {
  EXPECT_EQ(TranslateLocalFlags({"bench", "-port"}), (Arguments{"bench", "-port"}));
  EXPECT_EQ(TranslateLocalFlags({"--help"}), Arguments{"--help"});
  EXPECT_EQ(TranslateLocalFlags({"--version"}), Arguments{"--version"});
  EXPECT_EQ(TranslateLocalFlags({}), Arguments{});
}

}  // namespace
}  // namespace stator::cli
