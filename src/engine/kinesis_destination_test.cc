#include "engine/kinesis_destination.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "engine/item_writer.h"
#include "engine/stream_record.h"
#include "engine/stream_trim.h"
#include "engine/table_test_support.h"
#include "engine/tables.h"
#include "storage/memory/memory_store.h"

namespace stator::engine {
namespace {

using model::AttributeValue;
using model::Item;

constexpr char kFirst[] = "arn:aws:kinesis:us-east-1:000000000000:stream/first";
constexpr char kSecond[] = "arn:aws:kinesis:us-east-1:000000000000:stream/second";

TEST(KinesisDestination, KnowsArnsOfDataStreams) {
  EXPECT_EQ(*RegionOfStreamArn("arn:aws-cn:kinesis:cn-north-1:123456789012:stream/a.b_c-D"),
            "cn-north-1");
  EXPECT_EQ(NameOfStreamArn(kFirst), "first");
  for (const char* arn : {
           "arn:aws:kinesis:us-east-1:000000000000:stream/",
           "arn:aws:kinesis:us-east-1:000000000000:stream/a/b",
           "arn:aws:kinesis:us-east-1:00000000000:stream/changes",
           "arn:aws:kinesis:us-east-1:000000000000:table/changes",
           "arn:aws:kinesis:US:000000000000:stream/changes",
           "arn:aws:kinesis::000000000000:stream/changes",
           "arn:aws:firehose:us-east-1:000000000000:stream/changes",
           "aws:kinesis:us-east-1:000000000000:stream/changes",
           "",
       }) {
    EXPECT_FALSE(RegionOfStreamArn(arn).ok()) << arn;
  }
}

TEST(KinesisDestination, ForgetsTheOneThatWasDisabledFirst) {
  Table table;
  for (int i = 0; i < 15; ++i) {
    const std::string arn = kFirst + std::to_string(i);
    const DestinationChange change{.stream_arn = arn,
                                   .now_micros = i,
                                   .new_space = static_cast<storage::Space>(20 + i),
                                   .forwarded = false};
    table = *WithDestinationEnabled(table, change);
    SettleDestinations(table.destinations);
    table = *WithDestinationDisabled(table, change);
  }
  ASSERT_EQ(table.destinations.size(), 10U);
  EXPECT_EQ(table.destinations.front().stream_arn, std::string(kFirst) + "5");
  EXPECT_EQ(table.destinations.back().stream_arn, std::string(kFirst) + "14");
}

// A table, and all that writes to the logs of its destinations.
class DestinationsTest : public testing::Test {
 protected:
  DestinationsTest() {
    EXPECT_TRUE(catalog_.Load().ok());
    EXPECT_TRUE(tables_.CreateTable(PlainTable("table")).ok());
  }
  ~DestinationsTest() override { tables_.Stop(); }

  void Enable(const char* arn) {
    const auto enabled =
        tables_.EnableDestination({.table = "table", .stream_arn = arn, .precision = {}});
    ASSERT_TRUE(enabled.ok()) << enabled.error().message;
    EXPECT_EQ(enabled->status, DestinationStatus::kEnabling);
  }
  void Disable(const char* arn) {
    EXPECT_TRUE(
        tables_.DisableDestination({.table = "table", .stream_arn = arn, .precision = {}}).ok());
  }
  KinesisDestination Destination(const char* arn) {
    return *FindDestination(*catalog_.Find("table")->table, arn);
  }

  void Write(TransactAction type, const std::string& pk, int n, WriteOrigin origin = {}) {
    WriteBatch batch;
    batch.origin = origin;
    if (origin == WriteOrigin::kTimeToLive) {
      batch.expiry_space = catalog_.Find("table")->table->schema.expiry_index->id;
    }
    WriteAction& action = batch.actions.emplace_back();
    action.type = type;
    action.table = "table";
    action.item = Item{{"pk", AttributeValue(pk)}, {"sk", AttributeValue("s")}};
    if (type == TransactAction::kPut) {
      action.item.Set("n", AttributeValue(model::Number::FromInteger(n)));
    }
    writer_.Write(std::move(batch), {}, [](const base::Result<WriteBatchResult>& result) {
      EXPECT_TRUE(result.ok()) << result.error().message;
    });
  }
  void Put(const std::string& pk, int n) { Write(TransactAction::kPut, pk, n); }

  // The events in a log, in order: "INSERT", "MODIFY", "REMOVE" by their first letters, and "*"
  // behind those that are the service's.
  std::string Events(storage::LogId log) {
    std::string events;
    EXPECT_TRUE(store_
                    .ReadLog(log, 0, {},
                             [&](const storage::LogRecordView& row) {
                               const auto record = DecodeStreamRecord(row.record);
                               EXPECT_TRUE(record.ok());
                               events += " IMR"[static_cast<size_t>(record->event)];
                               events += record->by_service ? "*" : "";
                               return true;
                             })
                    .ok());
    return events;
  }

  storage::MemoryStore store_;
  base::ManualClock clock_{1'700'000'000'000'000};
  Catalog catalog_{store_, Identity{}, clock_};
  Tables tables_{store_, catalog_, {.kinesis = true}, clock_};
  base::TaskRunner retries_{"retries", 1, 100};
  ItemWriter writer_{store_, catalog_, retries_, clock_};
};

// R1, R2, T8: what changes nothing makes no record, and each log has all changes in order.
TEST_F(DestinationsTest, GetTheChangesFromTheirEnablingOn) {
  Put("a", 1);
  Enable(kFirst);
  Put("a", 1);
  Put("a", 2);
  Enable(kSecond);
  Put("b", 1);
  Write(TransactAction::kDelete, "a", 0);
  Write(TransactAction::kDelete, "missing", 0);
  EXPECT_EQ(Events(Destination(kFirst).Log()), "MIR");
  EXPECT_EQ(Events(Destination(kSecond).Log()), "IR");
}

// R4.
TEST_F(DestinationsTest, SayWhatTheServiceDeleted) {
  Enable(kFirst);
  Put("a", 1);
  ASSERT_TRUE(tables_.UpdateTimeToLive("table", {.enabled = true, .attribute = "n"}).ok());
  Write(TransactAction::kDelete, "a", 0, WriteOrigin::kTimeToLive);
  EXPECT_EQ(Events(Destination(kFirst).Log()), "IR*");
}

TEST_F(DestinationsTest, KeepWhatWaitsUntilItIsSent) {
  Enable(kFirst);
  Put("a", 1);
  Disable(kFirst);
  Put("a", 2);
  const KinesisDestination disabling = Destination(kFirst);
  EXPECT_EQ(disabling.status, DestinationStatus::kDisabling);
  EXPECT_EQ(Events(disabling.Log()), "I");
  ASSERT_TRUE(tables_.FinishDisabling("table", disabling.space).ok());
  EXPECT_EQ(Destination(kFirst).status, DestinationStatus::kDisabled);
  EXPECT_EQ(Events(disabling.Log()), "");
  // A new log.
  Enable(kFirst);
  Put("a", 3);
  EXPECT_NE(Destination(kFirst).space, disabling.space);
  EXPECT_EQ(Events(Destination(kFirst).Log()), "M");
}

TEST_F(DestinationsTest, GoWithTheirTable) {
  Enable(kFirst);
  Put("a", 1);
  const storage::LogId log = Destination(kFirst).Log();
  ASSERT_TRUE(tables_.DeleteTable("table").ok());
  EXPECT_EQ(Events(log), "");
  EXPECT_TRUE(catalog_.TablesWithDestinations().empty());
  EXPECT_EQ(catalog_.Epoch(), store_.CatalogEpoch());
}

TEST_F(DestinationsTest, AreThereAgainAfterARestart) {
  Enable(kFirst);
  Put("a", 1);
  Catalog restarted(store_, Identity{}, clock_);
  ASSERT_TRUE(restarted.Load().ok());
  const auto tables = restarted.TablesWithDestinations();
  ASSERT_EQ(tables.size(), 1U);
  EXPECT_EQ(tables[0]->destinations, catalog_.Find("table")->table->destinations);
}

TEST_F(DestinationsTest, AreDisabledAtOnceWhenNobodySends) {
  Enable(kFirst);
  Tables without(store_, catalog_, {}, clock_);
  const DestinationRequest request{.table = "table", .stream_arn = kFirst, .precision = {}};
  EXPECT_FALSE(without.EnableDestination(request).ok());
  ASSERT_TRUE(without.DisableDestination(request).ok());
  EXPECT_EQ(Destination(kFirst).status, DestinationStatus::kDisabled);
  without.Stop();
}

TEST_F(DestinationsTest, TellWhatKeepsRecordsFromThem) {
  Enable(kFirst);
  tables_.NoteDestination(Destination(kFirst).space, "away");
  EXPECT_EQ(tables_.DescribeDestinations("table")->destinations[0].problem, "away");
  tables_.NoteDestination(Destination(kFirst).space, "");
  EXPECT_FALSE(tables_.DescribeDestinations("table")->destinations[0].problem.has_value());
}

TEST_F(DestinationsTest, LoseOnlyRecordsThatAreOldEnough) {
  Enable(kFirst);
  Put("a", 1);
  Put("a", 2);
  clock_.AdvanceMicros(1000);
  Put("a", 3);
  const storage::LogId log = Destination(kFirst).Log();
  const int64_t now = clock_.NowMicros();
  EXPECT_EQ(*TrimOldRecords(store_, log, now - 1001), 0U);
  EXPECT_EQ(*TrimOldRecords(store_, log, now - 1000), 2U);
  EXPECT_EQ(Events(log), "M");
  EXPECT_EQ(*TrimOldRecords(store_, log, now), 1U);
  EXPECT_EQ(*TrimOldRecords(store_, log, now), 0U);
}

}  // namespace
}  // namespace stator::engine
