#include "cli/kinesis/send_window.h"

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "base/random.h"

namespace stator::cli::kinesis {
namespace {

using Indexes = std::vector<size_t>;

TEST(SendWindow, SendsTheFirstOfEachKeyOnly) {
  SendWindow window(5);
  for (const char* key : {"a", "b", "a", "c", "b"}) {
    window.Add(window.next(), key, key);
  }
  EXPECT_EQ(window.NextBatch(500), (Indexes{0, 1, 3}));
  EXPECT_EQ(window.NextBatch(2), (Indexes{0, 1}));
  // The first a fails: the second one has to wait, the second b has not.
  window.Accept({1, 3});
  EXPECT_EQ(window.begin(), 5U);
  EXPECT_EQ(window.NextBatch(500), (Indexes{0, 4}));
  window.Accept({0, 4});
  EXPECT_EQ(window.begin(), 7U);
  EXPECT_EQ(window.NextBatch(500), (Indexes{0}));
  window.Accept({0});
  EXPECT_TRUE(window.empty());
  EXPECT_EQ(window.begin(), 10U);
}

TEST(SendWindow, IsBounded) {
  SendWindow window(0);
  size_t records = 0;
  for (; window.HasRoom(); ++records) {
    window.Add(records, "k", "r");
  }
  EXPECT_EQ(records, SendWindow::kMaxRecords);
  SendWindow large(0);
  large.Add(0, "k", std::string(SendWindow::kMaxBytes, 'r'));
  EXPECT_FALSE(large.HasRoom());
  large.Accept({0});
  EXPECT_TRUE(large.HasRoom());
}

TEST(SendWindow, ForgetsWhatWasTrimmed) {
  SendWindow window(0);
  for (storage::LogPosition position = 0; position < 4; ++position) {
    window.Add(position, std::to_string(position), "r");
  }
  window.Accept({2});
  window.DropBelow(2);
  EXPECT_EQ(window.begin(), 3U);
  window.DropBelow(9);
  EXPECT_TRUE(window.empty());
  EXPECT_EQ(window.next(), 9U);
}

TEST(SendWindow, ReadsAgainWhatNobodyAccepted) {
  SendWindow window(0);
  window.Add(3, "a", "r");
  window.Add(4, "b", "r");
  window.Accept({1});
  window.Release();
  EXPECT_FALSE(window.empty());
  window.Accept({0});
  window.Add(5, "a", "r");
  window.Release();
  EXPECT_TRUE(window.empty());
  EXPECT_EQ(window.next(), 5U);
}

// Whatever part of each batch is accepted: every record once, those of one key in order.
TEST(SendWindow, KeepsTheOrderOfEachKey) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    base::Random random(seed);
    SendWindow window(0);
    std::map<std::string, std::vector<std::string>> sent;
    std::map<std::string, std::vector<std::string>> wanted;
    storage::LogPosition next = 0;
    while (next < 500 || !window.empty()) {
      for (uint64_t more = random.Below(20); more > 0 && next < 500; --more, ++next) {
        const std::string key = std::to_string(random.Below(5));
        window.Add(next, key, std::to_string(next));
        wanted[key].push_back(std::to_string(next));
      }
      Indexes accepted;
      for (const size_t index : window.NextBatch(1 + random.Below(10))) {
        if (random.OneIn(2)) {
          accepted.push_back(index);
          sent[window[index].partition_key].push_back(window[index].record);
        }
      }
      window.Accept(accepted);
    }
    EXPECT_EQ(sent, wanted);
  }
}

}  // namespace
}  // namespace stator::cli::kinesis
