#include "cli/bench/workload.h"

#include <gtest/gtest.h>

namespace stator::cli::bench {
namespace {

RequestFactory Factory() { return RequestFactory("h:1", BenchOptions().signing); }

TEST(Workload, EveryNameMakesOne) {
  std::string names = WorkloadNames();
  size_t count = 0;
  while (!names.empty()) {
    const size_t comma = std::min(names.find(','), names.size());
    const auto workload = MakeWorkload(names.substr(0, comma), BenchOptions(), Factory());
    ASSERT_TRUE(workload.ok()) << workload.error().message;
    EXPECT_EQ(workload->name, names.substr(0, comma));
    EXPECT_GT(workload->total_weight, 0U);
    names.erase(0, comma + 1);
    ++count;
  }
  EXPECT_EQ(count, 12U);
}

TEST(Workload, RefusesUnknownNamesAndMixes) {
  EXPECT_FALSE(MakeWorkload("nothing", BenchOptions(), Factory()).ok());
  for (const char* mix : {"", "get", "get=", "get=0", "get=x", "nothing=1", "get=1,,put=1"}) {
    BenchOptions options;
    options.mix = mix;
    EXPECT_FALSE(MakeWorkload("mixed", options, Factory()).ok()) << mix;
  }
}

TEST(Workload, RequestsNameAsManyItemsAsTheyHave) {
  EXPECT_EQ(MakeWorkload("get", BenchOptions(), Factory())->operations[0].request.items, 1U);
  EXPECT_EQ(MakeWorkload("transact", BenchOptions(), Factory())->operations[0].request.items, 3U);
  EXPECT_EQ(MakeWorkload("batch-get", BenchOptions(), Factory())->operations[0].request.items, 25U);
  EXPECT_EQ(MakeWorkload("floor", BenchOptions(), Factory())->operations[0].request.items, 0U);
}

TEST(AnswerError, NamesTheException) {
  EXPECT_EQ(AnswerError({}, {200, "{}"}), std::nullopt);
  EXPECT_EQ(AnswerError({}, {400, R"({"__type":"com.x#ResourceNotFoundException","message":"a"})"}),
            "ResourceNotFoundException");
  EXPECT_EQ(AnswerError({}, {400, R"({"__type":"com.x#TransactionCanceledException",
                                      "CancellationReasons":[{"Code":"TransactionConflict"}]})"}),
            "TransactionConflict");
  EXPECT_EQ(AnswerError({}, {503, "busy"}), "HTTP 503");
}

TEST(AnswerError, NoticesAnswersOfTheWrongSize) {
  const Operation get = {.body_bytes_min = 10, .misfit = "MissingItem"};
  EXPECT_EQ(AnswerError(get, {200, "{}"}), "MissingItem");
  EXPECT_EQ(AnswerError(get, {200, "0123456789"}), std::nullopt);
  const Operation batch = {.body_bytes_max = 4, .misfit = "UnprocessedItems"};
  EXPECT_EQ(AnswerError(batch, {200, "01234"}), "UnprocessedItems");
}

TEST(AnswerError, TellsLoadFromTrouble) {
  EXPECT_TRUE(IsExpectedError("ProvisionedThroughputExceededException"));
  EXPECT_TRUE(IsExpectedError("TransactionConflict"));
  EXPECT_FALSE(IsExpectedError("MissingItem"));
  EXPECT_FALSE(IsExpectedError("HTTP 500"));
}

}  // namespace
}  // namespace stator::cli::bench
