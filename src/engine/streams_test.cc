#include "engine/streams.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "engine/item_writer.h"
#include "engine/stream_record.h"
#include "engine/stream_upkeep.h"
#include "engine/table_test_support.h"
#include "engine/tables.h"
#include "storage/memory/memory_store.h"
#include "storage/record.h"

namespace stator::engine {
namespace {

using model::AttributeValue;
using model::Item;

constexpr int64_t kHourMillis = 3'600'000;

// A table with a stream, and everything that belongs to it, in a time that the test moves.
class StreamsTest : public testing::Test {
 protected:
  StreamsTest() {
    EXPECT_TRUE(catalog_.Load().ok());
    CreateTable();
  }
  ~StreamsTest() override { tables_.Stop(); }

  void CreateTable() {
    CreateTableRequest request = PlainTable("table");
    request.stream = StreamSpec{.enabled = true, .view = StreamViewType::kNewAndOldImages};
    EXPECT_TRUE(tables_.CreateTable(request).ok());
  }

  void SwitchStream(bool enabled) {
    UpdateTableRequest request;
    request.table = "table";
    request.stream = StreamSpec{.enabled = enabled, .view = {}};
    if (enabled) {
      request.stream->view = StreamViewType::kKeysOnly;
    }
    EXPECT_TRUE(tables_.UpdateTable(request).ok());
  }

  void Write(WriteAction action) {
    action.table = "table";
    WriteBatch batch;
    batch.actions.push_back(std::move(action));
    bool done = false;
    writer_.Write(std::move(batch), {}, [&done](const base::Result<WriteBatchResult>& result) {
      EXPECT_TRUE(result.ok()) << result.error().message;
      done = true;
    });
    EXPECT_TRUE(done);
  }

  void Put(const std::string& pk, int n) {
    WriteAction action;
    action.type = TransactAction::kPut;
    action.item = Item{{"pk", AttributeValue(pk)},
                       {"sk", AttributeValue("s")},
                       {"n", AttributeValue(model::Number::FromInteger(n))}};
    Write(std::move(action));
  }

  void Delete(const std::string& pk) {
    WriteAction action;
    action.type = TransactAction::kDelete;
    action.item = Item{{"pk", AttributeValue(pk)}, {"sk", AttributeValue("s")}};
    Write(std::move(action));
  }

  void Pass(int64_t millis) { clock_.AdvanceMicros(millis * 1000); }

  std::string Arn() const {
    const ListStreamsResult list = streams_.ListStreams({});
    return list.streams.empty() ? "" : list.streams.back().arn;
  }

  StreamDescription Describe(const std::string& arn) const {
    const auto description = streams_.DescribeStream({.arn = arn});
    EXPECT_TRUE(description.ok()) << description.error().message;
    return description.ok() ? *description : StreamDescription();
  }

  std::string Iterator(const std::string& arn, const std::string& shard,
                       IteratorType type = IteratorType::kTrimHorizon,
                       std::optional<std::string> number = {}) const {
    const auto iterator = streams_.GetShardIterator(
        {.arn = arn, .shard = shard, .type = type, .sequence_number = std::move(number)});
    EXPECT_TRUE(iterator.ok()) << iterator.error().message;
    return iterator.ok() ? *iterator : "";
  }

  // All records of a stream, parents before children, as "event key", by shard.
  std::vector<std::string> ReadAll(const std::string& arn) const {
    std::vector<std::string> events;
    for (const ShardDescription& shard : Describe(arn).shards) {
      std::optional<std::string> iterator = Iterator(arn, shard.id);
      for (int pages = 0; iterator && pages < 100; ++pages) {
        const auto page = streams_.GetRecords({.iterator = *iterator, .limit = 2});
        if (!page.ok()) {
          ADD_FAILURE() << page.error().message;
          return events;
        }
        for (const StreamRecord& record : page->records) {
          EXPECT_GE(record.sequence_number, shard.starting_sequence_number);
          EXPECT_TRUE(!shard.ending_sequence_number ||
                      record.sequence_number <= *shard.ending_sequence_number);
          events.push_back(EventOf(record, *page->stream));
        }
        iterator = page->records.empty() ? std::nullopt : page->next_iterator;
      }
    }
    return events;
  }

  static std::string EventOf(const StreamRecord& record, const Stream& stream) {
    const auto view = DecodeStreamRecord(record.bytes);
    const auto key = storage::DecodeRecord(KeysOf(*view, stream.key).value());
    const char* const names[] = {"", "insert ", "modify ", "remove "};
    return names[static_cast<int>(view->event)] + *key->Find("pk")->Get<std::string>();
  }

  storage::MemoryStore store_;
  base::ManualClock clock_{1'700'000'000'000'000};
  StreamOptions options_;
  Catalog catalog_{store_, Identity{}, clock_};
  Tables tables_{store_, catalog_, {}, clock_};
  base::TaskRunner retries_{"retries", 1, 10};
  ItemWriter writer_{store_, catalog_, retries_, clock_};
  Streams streams_{store_, catalog_, options_, clock_};
  StreamUpkeep upkeep_{store_, catalog_, options_, clock_};
};

using Events = std::vector<std::string>;

// R1, R2.
TEST_F(StreamsTest, RecordsWhatReallyHappened) {
  Put("a", 1);
  Put("a", 1);
  Put("a", 2);
  Delete("a");
  Delete("a");
  EXPECT_EQ(ReadAll(Arn()), (Events{"insert a", "modify a", "remove a"}));
}

// R5.
TEST_F(StreamsTest, ShardsRollWithLineage) {
  const std::string arn = Arn();
  const std::vector<ShardDescription> first = Describe(arn).shards;
  ASSERT_EQ(first.size(), 4U);
  for (int i = 0; i < 40; ++i) {
    Put("item" + std::to_string(i), 1);
  }
  Pass(options_.roll_millis - 1);
  upkeep_.Run();
  EXPECT_EQ(Describe(arn).shards.size(), 4U);
  Pass(1);
  upkeep_.Run();
  for (int i = 0; i < 40; ++i) {
    Put("item" + std::to_string(i), 2);
  }
  const std::vector<ShardDescription> rolled = Describe(arn).shards;
  ASSERT_EQ(rolled.size(), 8U);
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(rolled[i].id, first[i].id);
    EXPECT_TRUE(rolled[i].ending_sequence_number.has_value());
    EXPECT_EQ(rolled[i + 4].parent_id, rolled[i].id);
    EXPECT_FALSE(rolled[i + 4].ending_sequence_number.has_value());
    EXPECT_GT(rolled[i + 4].starting_sequence_number, *rolled[i].ending_sequence_number);
    // R9.
    const auto children = streams_.DescribeStream({.arn = arn, .children_of = rolled[i].id});
    ASSERT_TRUE(children.ok());
    ASSERT_EQ(children->shards.size(), 1U);
    EXPECT_EQ(children->shards[0].id, rolled[i + 4].id);
    // A closed shard ends.
    const auto page = streams_.GetRecords({.iterator = Iterator(arn, rolled[i].id), .limit = {}});
    ASSERT_TRUE(page.ok());
    EXPECT_GT(page->records.size(), 0U);
    EXPECT_EQ(page->next_iterator, std::nullopt);
  }
  const Events events = ReadAll(arn);
  EXPECT_EQ(events.size(), 80U);
  EXPECT_TRUE(events[39].starts_with("insert "));
  EXPECT_TRUE(events[40].starts_with("modify "));
  // Shards that have no records stay.
  Pass(options_.roll_millis);
  upkeep_.Run();
  EXPECT_EQ(Describe(arn).shards.size(), 12U);
  Pass(options_.roll_millis);
  upkeep_.Run();
  EXPECT_EQ(Describe(arn).shards.size(), 12U);
}

TEST_F(StreamsTest, DescribesShardsInPages) {
  const std::string arn = Arn();
  const auto first = streams_.DescribeStream({.arn = arn, .limit = 3});
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->shards.size(), 3U);
  EXPECT_EQ(first->last_evaluated_shard, first->shards[2].id);
  const auto second = streams_.DescribeStream(
      {.arn = arn, .limit = 3, .exclusive_start_shard = first->last_evaluated_shard});
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->shards.size(), 1U);
  EXPECT_EQ(second->last_evaluated_shard, std::nullopt);
}

// R5, R6.
TEST_F(StreamsTest, TrimsAfterADay) {
  const std::string arn = Arn();
  Put("a", 1);
  Pass(12 * kHourMillis);
  Put("a", 2);
  Put("a", 3);
  std::string shard;
  std::vector<std::string> numbers;
  for (const ShardDescription& candidate : Describe(arn).shards) {
    const auto page = streams_.GetRecords({.iterator = Iterator(arn, candidate.id), .limit = {}});
    for (const StreamRecord& record : page->records) {
      shard = candidate.id;
      numbers.push_back(record.sequence_number);
    }
  }
  ASSERT_EQ(numbers.size(), 3U);
  const std::string at_first = Iterator(arn, shard, IteratorType::kAtSequenceNumber, numbers[0]);
  const std::string horizon = Iterator(arn, shard);
  Pass(12 * kHourMillis - 1);
  upkeep_.Run();
  EXPECT_EQ(ReadAll(arn).size(), 3U);
  Pass(1);
  upkeep_.Run();
  EXPECT_EQ(ReadAll(arn), (Events{"modify a", "modify a"}));
  const auto refused = streams_.GetShardIterator({.arn = arn,
                                                  .shard = shard,
                                                  .type = IteratorType::kAtSequenceNumber,
                                                  .sequence_number = numbers[0]});
  EXPECT_EQ(refused.error().code, base::ErrorCode::kTrimmedDataAccess);
  // After what was trimmed is where the rest begins.
  const auto page = streams_.GetRecords(
      {.iterator = Iterator(arn, shard, IteratorType::kAfterSequenceNumber, numbers[0]),
       .limit = {}});
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->records.size(), 2U);
  Pass(12 * kHourMillis);
  upkeep_.Run();
  EXPECT_EQ(ReadAll(arn), Events());
  // An empty shard goes on (R6), and the numbers with it.
  Put("a", 4);
  EXPECT_EQ(ReadAll(arn), Events{"modify a"});
}

TEST_F(StreamsTest, AReaderAtATrimmedRecordIsTold) {
  const std::string arn = Arn();
  Put("a", 1);
  Pass(options_.retention_millis - 1);
  std::vector<std::string> at_first;
  std::vector<std::string> horizons;
  for (const ShardDescription& shard : Describe(arn).shards) {
    at_first.push_back(
        Iterator(arn, shard.id, IteratorType::kAtSequenceNumber, shard.starting_sequence_number));
    horizons.push_back(Iterator(arn, shard.id));
  }
  Pass(1);
  upkeep_.Run();
  int told = 0;
  for (size_t i = 0; i < at_first.size(); ++i) {
    const auto page = streams_.GetRecords({.iterator = at_first[i], .limit = {}});
    told += !page.ok() && page.error().code == base::ErrorCode::kTrimmedDataAccess ? 1 : 0;
    EXPECT_TRUE(streams_.GetRecords({.iterator = horizons[i], .limit = {}}).ok());
  }
  EXPECT_EQ(told, 1);
}

TEST_F(StreamsTest, ClosedShardsGoWithTheirRecords) {
  const std::string arn = Arn();
  for (int i = 0; i < 40; ++i) {
    Put("item" + std::to_string(i), 1);
  }
  Pass(options_.roll_millis);
  upkeep_.Run();
  const std::vector<ShardDescription> before = Describe(arn).shards;
  ASSERT_EQ(before.size(), 8U);
  Pass(options_.retention_millis);
  upkeep_.Run();
  const std::vector<ShardDescription> after = Describe(arn).shards;
  ASSERT_EQ(after.size(), 4U);
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(after[i].id, before[i + 4].id);
    EXPECT_EQ(after[i].starting_sequence_number, before[i + 4].starting_sequence_number);
  }
  Put("item1", 2);
  EXPECT_EQ(ReadAll(arn), Events{"modify item1"});
}

// R5.
TEST_F(StreamsTest, LatestShowsWhatComesLater) {
  const std::string arn = Arn();
  Put("a", 1);
  std::vector<std::string> iterators;
  for (const ShardDescription& shard : Describe(arn).shards) {
    iterators.push_back(Iterator(arn, shard.id, IteratorType::kLatest));
  }
  Put("a", 2);
  Events events;
  for (const std::string& iterator : iterators) {
    const auto page = streams_.GetRecords({.iterator = iterator, .limit = {}});
    ASSERT_TRUE(page.ok());
    EXPECT_TRUE(page->next_iterator.has_value());
    for (const StreamRecord& record : page->records) {
      events.push_back(EventOf(record, *page->stream));
    }
  }
  EXPECT_EQ(events, Events{"modify a"});
}

// R5.
TEST_F(StreamsTest, IteratorsExpireAndCannotBeChanged) {
  const std::string arn = Arn();
  const std::string iterator = Iterator(arn, Describe(arn).shards[0].id);
  for (size_t i = arn.size(); i < iterator.size(); ++i) {
    std::string changed = iterator;
    changed[i] = changed[i] == '0' ? '1' : '0';
    const auto page = streams_.GetRecords({.iterator = changed, .limit = {}});
    ASSERT_FALSE(page.ok()) << i;
    EXPECT_EQ(page.error().code, base::ErrorCode::kValidation);
  }
  for (const std::string& cut : {std::string("x"), iterator.substr(1), iterator + "0",
                                 iterator.substr(0, iterator.size() - 1)}) {
    EXPECT_FALSE(streams_.GetRecords({.iterator = cut, .limit = {}}).ok()) << cut;
  }
  Pass(options_.iterator_millis - 1);
  EXPECT_TRUE(streams_.GetRecords({.iterator = iterator, .limit = {}}).ok());
  Pass(1);
  EXPECT_EQ(streams_.GetRecords({.iterator = iterator, .limit = {}}).error().code,
            base::ErrorCode::kExpiredIterator);
}

// R8.
TEST_F(StreamsTest, AnEndedStreamIsReadableForADay) {
  Put("a", 1);
  const std::string first = Arn();
  SwitchStream(false);
  Put("a", 2);
  EXPECT_EQ(ReadAll(first), Events{"insert a"});
  for (const ShardDescription& shard : Describe(first).shards) {
    EXPECT_TRUE(shard.ending_sequence_number.has_value());
  }
  Pass(1);
  SwitchStream(true);
  Put("a", 3);
  const std::string second = Arn();
  EXPECT_NE(first, second);
  EXPECT_EQ(streams_.ListStreams({}).streams.size(), 2U);
  EXPECT_TRUE(tables_.DeleteTable("table").ok());
  CreateTable();
  Put("b", 1);
  EXPECT_EQ(ReadAll(first), Events{"insert a"});
  EXPECT_EQ(ReadAll(second), Events{"modify a"});
  EXPECT_EQ(ReadAll(Arn()), Events{"insert b"});

  // Over a restart, too.
  Catalog again(store_, Identity{}, clock_);
  ASSERT_TRUE(again.Load().ok());
  EXPECT_EQ(again.Streams().size(), 3U);

  const storage::LogId log = catalog_.Streams()[0]->LogOf(catalog_.Streams()[0]->shards[0]);
  Pass(options_.retention_millis);
  EXPECT_EQ(streams_.DescribeStream({.arn = first}).error().code,
            base::ErrorCode::kResourceNotFound);
  upkeep_.Run();
  EXPECT_EQ(catalog_.Streams().size(), 1U);
  EXPECT_EQ(store_.NextLogPosition(log.space), 0U);
}

TEST_F(StreamsTest, StreamsOfOneMillisecondHaveNamesOfTheirOwn) {
  SwitchStream(false);
  SwitchStream(true);
  SwitchStream(false);
  SwitchStream(true);
  EXPECT_EQ(streams_.ListStreams({}).streams.size(), 3U);
}

// R7.
TEST_F(StreamsTest, ListsStreamsInPages) {
  for (const char* name : {"table2", "table-a", "tab"}) {
    CreateTableRequest request = PlainTable(name);
    request.stream = StreamSpec{.enabled = true, .view = StreamViewType::kKeysOnly};
    ASSERT_TRUE(tables_.CreateTable(request).ok());
  }
  std::vector<std::string> names;
  std::optional<std::string> start;
  do {
    const ListStreamsResult page =
        streams_.ListStreams({.table = {}, .limit = 1, .exclusive_start_arn = start});
    ASSERT_EQ(page.streams.size(), 1U);
    names.push_back(page.streams[0].stream->table);
    start = page.last_evaluated_arn;
  } while (start);
  EXPECT_EQ(names, (std::vector<std::string>{"tab", "table", "table-a", "table2"}));
  EXPECT_EQ(streams_.ListStreams({.table = "tab"}).streams.size(), 1U);
  EXPECT_EQ(streams_.ListStreams({.table = "none"}).streams.size(), 0U);
}

TEST_F(StreamsTest, ListsNoStreamsOfOtherAccounts) {
  CreateTableRequest request = PlainTable(QualifiedTableName("111111111111", "other"));
  request.stream = StreamSpec{.enabled = true, .view = StreamViewType::kKeysOnly};
  ASSERT_TRUE(tables_.CreateTable(request).ok());
  EXPECT_EQ(streams_.ListStreams({}).streams.size(), 1U);
  EXPECT_EQ(catalog_.Streams().size(), 2U);
}

TEST_F(StreamsTest, RefusesNumbersAndShardsOfOthers) {
  const std::string arn = Arn();
  const ShardDescription shard = Describe(arn).shards[0];
  const auto code = [&](const std::string& shard_id, std::optional<std::string> number) {
    const auto iterator = streams_.GetShardIterator({.arn = arn,
                                                     .shard = shard_id,
                                                     .type = IteratorType::kAtSequenceNumber,
                                                     .sequence_number = std::move(number)});
    return iterator.ok() ? base::ErrorCode::kInternal : iterator.error().code;
  };
  EXPECT_EQ(code(shard.id, {}), base::ErrorCode::kValidation);
  EXPECT_EQ(code(shard.id, "1" + std::string(23, '0') + "9"), base::ErrorCode::kValidation);
  EXPECT_EQ(code(shard.id, std::string(21, '7')), base::ErrorCode::kValidation);
  EXPECT_EQ(code("shardId-00000001700000000000-00000063", shard.starting_sequence_number),
            base::ErrorCode::kResourceNotFound);
  for (const char* other : {"arn:aws:dynamodb:us-east-1:000000000000:table/table/stream/x",
                            "arn:aws:dynamodb:us-east-2:000000000000:table/table/stream/x"}) {
    EXPECT_EQ(streams_.DescribeStream({.arn = other}).error().code,
              base::ErrorCode::kResourceNotFound);
  }
  EXPECT_EQ(streams_.DescribeStream({.arn = std::string(40, 'x')}).error().code,
            base::ErrorCode::kValidation);
}

// R3.
TEST(StreamRecord, HasTheImagesOfTheView) {
  const Item old_item{{"pk", AttributeValue("k")}, {"n", AttributeValue("old")}};
  const Item new_item{{"pk", AttributeValue("k")}, {"n", AttributeValue("new")}};
  const std::string before = storage::EncodeRecord(old_item);
  const std::string after = storage::EncodeRecord(new_item);
  const std::string keys = storage::EncodeRecord(Item{{"pk", AttributeValue("k")}});
  model::KeySchema key;
  key.partition = {{"pk", model::ScalarType::kString}};
  const auto encode = [&](StreamViewType view, bool has_before, bool has_after) {
    StreamChange change{.view = view, .key = key, .item = old_item, .now_micros = 5};
    change.before = has_before ? std::optional<std::string_view>(before) : std::nullopt;
    change.after = has_after ? std::optional<std::string_view>(after) : std::nullopt;
    return EncodeStreamRecord(change);
  };
  StreamChange expired{.view = StreamViewType::kKeysOnly, .key = key, .item = old_item};
  expired.by_service = true;  // R4
  expired.before = before;
  EXPECT_TRUE(DecodeStreamRecord(EncodeStreamRecord(expired))->by_service);
  for (const StreamViewType view : {StreamViewType::kKeysOnly, StreamViewType::kNewImage,
                                    StreamViewType::kOldImage, StreamViewType::kNewAndOldImages}) {
    const bool both = view == StreamViewType::kNewAndOldImages;
    for (const auto& [has_before, has_after] :
         {std::pair(true, true), std::pair(true, false), std::pair(false, true)}) {
      const std::string bytes = encode(view, has_before, has_after);
      const auto record = DecodeStreamRecord(bytes);
      ASSERT_TRUE(record.ok());
      EXPECT_EQ(record->old_image.has_value(),
                has_before && (both || view == StreamViewType::kOldImage));
      EXPECT_EQ(record->new_image.has_value(),
                has_after && (both || view == StreamViewType::kNewImage));
      EXPECT_EQ(record->old_image.value_or(before), before);
      EXPECT_EQ(record->new_image.value_or(after), after);
      EXPECT_EQ(record->created_micros, 5);
      EXPECT_FALSE(record->by_service);
      EXPECT_EQ(KeysOf(*record, key).value(), keys);
      for (size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(DecodeStreamRecord(bytes.substr(0, size)).ok());
      }
      EXPECT_FALSE(DecodeStreamRecord(bytes + "x").ok());
    }
  }
}

}  // namespace
}  // namespace stator::engine
