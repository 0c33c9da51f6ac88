#include "engine/table_codec.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "base/random.h"
#include "engine/expiry_index.h"

namespace stator::engine {
namespace {

// Makes tables with every member set or not at random.
class RandomTable {
 public:
  explicit RandomTable(uint64_t seed) : random_(seed) {}

  Table Make() {
    Table table;
    table.schema = Schema();
    table.id = Text();
    table.status = static_cast<TableStatus>(1 + random_.Below(4));
    table.created_micros = Number();
    table.attributes = Attributes(0);
    table.billing_mode = static_cast<BillingMode>(1 + random_.Below(2));
    table.on_demand_since_micros = MaybeNumber();
    table.provisioned = Provisioned();
    table.on_demand = OnDemand();
    table.warm = {.read_units = Number(), .write_units = Number()};
    for (size_t i = 0; i < table.schema.global_indexes.size(); ++i) {
      table.global_index_settings.push_back(
          {.provisioned = Provisioned(),
           .on_demand = OnDemand(),
           .warm = {.read_units = Number(), .write_units = Number()}});
    }
    table.deletion_protection = random_.OneIn(2);
    table.table_class = MaybeText();
    table.table_class_changed_micros = MaybeNumber();
    table.kms_key_arn = MaybeText();
    table.stream_enabled = random_.OneIn(2);
    table.stream_view = static_cast<StreamViewType>(1 + random_.Below(4));
    table.stream_label = MaybeText();
    for (uint64_t i = random_.Below(4); i > 0; --i) {
      table.tags.emplace_back(Text(), Text());
    }
    table.policy = MaybePolicy();
    table.stream_policy = MaybePolicy();
    if (random_.OneIn(2)) {
      table.schema.expiry_index = MakeExpiryIndex(Text(), static_cast<uint32_t>(random_.Next()));
      table.schema.expiry_index->status = static_cast<model::IndexStatus>(1 + random_.Below(4));
      table.schema.expiry_index->backfilling = random_.OneIn(2);
    }
    table.ttl_changed_micros = MaybeNumber();
    if (random_.OneIn(2)) {
      table.stream = std::make_shared<Stream>(MakeStream());
    }
    constexpr DestinationStatus kStatuses[] = {
        DestinationStatus::kEnabling, DestinationStatus::kActive, DestinationStatus::kDisabling,
        DestinationStatus::kDisabled, DestinationStatus::kUpdating};
    for (uint64_t i = random_.Below(4); i > 0; --i) {
      table.destinations.push_back({.stream_arn = Text(),
                                    .status = kStatuses[random_.Below(5)],
                                    .precision = static_cast<TimePrecision>(1 + random_.Below(2)),
                                    .changed_micros = Number(),
                                    .space = static_cast<uint32_t>(random_.Next())});
    }
    return table;
  }

  Stream MakeStream() {
    Stream stream;
    stream.table = Text();
    stream.label = Text();
    stream.view = static_cast<StreamViewType>(1 + random_.Below(4));
    stream.key = Key();
    stream.space = static_cast<uint32_t>(random_.Next());
    stream.iterator_key = Text();
    stream.created_micros = Number();
    stream.ended_micros = MaybeNumber();
    stream.next_shard = static_cast<uint32_t>(random_.Next());
    for (uint64_t i = random_.Below(4); i > 0; --i) {
      StreamShard shard;
      shard.number = static_cast<uint32_t>(random_.Next());
      if (random_.OneIn(2)) {
        shard.parent = static_cast<uint32_t>(random_.Next());
      }
      shard.first_hash = random_.Next();
      shard.last_hash = random_.Next();
      shard.opened_micros = Number();
      shard.closed_micros = MaybeNumber();
      shard.start = random_.Next();
      stream.shards.push_back(shard);
    }
    return stream;
  }

 private:
  std::string Text() {
    std::string text(random_.Below(20), '\0');
    for (char& c : text) {
      c = static_cast<char>(random_.Below(256));
    }
    return text;
  }
  int64_t Number() { return static_cast<int64_t>(random_.Next() >> random_.Below(64)); }
  std::optional<std::string> MaybeText() {
    return random_.OneIn(2) ? std::optional<std::string>(Text()) : std::nullopt;
  }
  std::optional<ResourcePolicy> MaybePolicy() {
    return random_.OneIn(2)
               ? std::optional(ResourcePolicy{.document = Text(), .revision_id = Text()})
               : std::nullopt;
  }
  std::optional<int64_t> MaybeNumber() {
    return random_.OneIn(2) ? std::optional<int64_t>(Number()) : std::nullopt;
  }
  std::vector<model::KeyAttribute> Attributes(size_t at_least) {
    std::vector<model::KeyAttribute> attributes;
    for (size_t i = at_least + random_.Below(4); i > 0; --i) {
      attributes.push_back(
          {.name = Text(), .type = static_cast<model::ScalarType>(1 + random_.Below(3))});
    }
    return attributes;
  }
  model::KeySchema Key() { return {.partition = Attributes(1), .sort = Attributes(0)}; }
  std::vector<model::IndexSchema> Indexes(bool global) {
    std::vector<model::IndexSchema> indexes(random_.Below(4));
    for (model::IndexSchema& index : indexes) {
      index.name = Text();
      index.global = global;
      index.key = Key();
      index.projection = static_cast<model::ProjectionType>(1 + random_.Below(3));
      index.non_key_attributes.assign(random_.Below(3), Text());
      index.id = static_cast<uint32_t>(random_.Next());
      index.status = static_cast<model::IndexStatus>(1 + random_.Below(4));
      index.backfilling = random_.OneIn(2);
    }
    return indexes;
  }
  model::TableSchema Schema() {
    model::TableSchema schema;
    schema.name = Text();
    schema.space = static_cast<uint32_t>(random_.Next());
    schema.key = Key();
    schema.local_indexes = Indexes(false);
    schema.global_indexes = Indexes(true);
    return schema;
  }
  ProvisionedThroughput Provisioned() {
    ProvisionedThroughput throughput;
    throughput.read_units = Number();
    throughput.write_units = Number();
    throughput.decreases_today = Number();
    throughput.last_increase_micros = MaybeNumber();
    throughput.last_decrease_micros = MaybeNumber();
    return throughput;
  }
  std::optional<OnDemandThroughput> OnDemand() {
    if (random_.OneIn(2)) {
      return std::nullopt;
    }
    return OnDemandThroughput{.max_read_units = MaybeNumber(), .max_write_units = MaybeNumber()};
  }

  base::Random random_;
};

void ExpectSameIndexes(const std::vector<model::IndexSchema>& left,
                       const std::vector<model::IndexSchema>& right) {
  ASSERT_EQ(left.size(), right.size());
  for (size_t i = 0; i < left.size(); ++i) {
    EXPECT_EQ(left[i].name, right[i].name);
    EXPECT_EQ(left[i].global, right[i].global);
    EXPECT_EQ(left[i].key, right[i].key);
    EXPECT_EQ(left[i].projection, right[i].projection);
    EXPECT_EQ(left[i].non_key_attributes, right[i].non_key_attributes);
    EXPECT_EQ(left[i].id, right[i].id);
    EXPECT_EQ(left[i].status, right[i].status);
    EXPECT_EQ(left[i].backfilling, right[i].backfilling);
  }
}

void ExpectSameThroughput(const ProvisionedThroughput& left, const ProvisionedThroughput& right) {
  EXPECT_EQ(left.read_units, right.read_units);
  EXPECT_EQ(left.write_units, right.write_units);
  EXPECT_EQ(left.decreases_today, right.decreases_today);
  EXPECT_EQ(left.last_increase_micros, right.last_increase_micros);
  EXPECT_EQ(left.last_decrease_micros, right.last_decrease_micros);
}

void ExpectSameMaximum(const std::optional<OnDemandThroughput>& left,
                       const std::optional<OnDemandThroughput>& right) {
  ASSERT_EQ(left.has_value(), right.has_value());
  if (left) {
    EXPECT_EQ(left->max_read_units, right->max_read_units);
    EXPECT_EQ(left->max_write_units, right->max_write_units);
  }
}

void ExpectSameStreams(const Stream& left, const Stream& right) {
  EXPECT_EQ(left.table, right.table);
  EXPECT_EQ(left.label, right.label);
  EXPECT_EQ(left.view, right.view);
  EXPECT_EQ(left.key, right.key);
  EXPECT_EQ(left.space, right.space);
  EXPECT_EQ(left.iterator_key, right.iterator_key);
  EXPECT_EQ(left.created_micros, right.created_micros);
  EXPECT_EQ(left.ended_micros, right.ended_micros);
  EXPECT_EQ(left.next_shard, right.next_shard);
  ASSERT_EQ(left.shards.size(), right.shards.size());
  for (size_t i = 0; i < left.shards.size(); ++i) {
    EXPECT_EQ(left.shards[i].number, right.shards[i].number);
    EXPECT_EQ(left.shards[i].parent, right.shards[i].parent);
    EXPECT_EQ(left.shards[i].first_hash, right.shards[i].first_hash);
    EXPECT_EQ(left.shards[i].last_hash, right.shards[i].last_hash);
    EXPECT_EQ(left.shards[i].opened_micros, right.shards[i].opened_micros);
    EXPECT_EQ(left.shards[i].closed_micros, right.shards[i].closed_micros);
    EXPECT_EQ(left.shards[i].start, right.shards[i].start);
  }
}

void ExpectSameTables(const Table& left, const Table& right) {
  EXPECT_EQ(left.schema.name, right.schema.name);
  EXPECT_EQ(left.schema.space, right.schema.space);
  EXPECT_EQ(left.schema.key, right.schema.key);
  ExpectSameIndexes(left.schema.local_indexes, right.schema.local_indexes);
  ExpectSameIndexes(left.schema.global_indexes, right.schema.global_indexes);
  EXPECT_EQ(left.id, right.id);
  EXPECT_EQ(left.status, right.status);
  EXPECT_EQ(left.created_micros, right.created_micros);
  EXPECT_EQ(left.attributes, right.attributes);
  EXPECT_EQ(left.billing_mode, right.billing_mode);
  EXPECT_EQ(left.on_demand_since_micros, right.on_demand_since_micros);
  ExpectSameThroughput(left.provisioned, right.provisioned);
  ExpectSameMaximum(left.on_demand, right.on_demand);
  EXPECT_EQ(left.warm.read_units, right.warm.read_units);
  EXPECT_EQ(left.warm.write_units, right.warm.write_units);
  ASSERT_EQ(left.global_index_settings.size(), right.global_index_settings.size());
  for (size_t i = 0; i < left.global_index_settings.size(); ++i) {
    const IndexSettings& a = left.global_index_settings[i];
    const IndexSettings& b = right.global_index_settings[i];
    ExpectSameThroughput(a.provisioned, b.provisioned);
    ExpectSameMaximum(a.on_demand, b.on_demand);
    EXPECT_EQ(a.warm.read_units, b.warm.read_units);
    EXPECT_EQ(a.warm.write_units, b.warm.write_units);
  }
  EXPECT_EQ(left.deletion_protection, right.deletion_protection);
  EXPECT_EQ(left.table_class, right.table_class);
  EXPECT_EQ(left.table_class_changed_micros, right.table_class_changed_micros);
  EXPECT_EQ(left.kms_key_arn, right.kms_key_arn);
  EXPECT_EQ(left.stream_enabled, right.stream_enabled);
  EXPECT_EQ(left.stream_view, right.stream_view);
  EXPECT_EQ(left.stream_label, right.stream_label);
  EXPECT_EQ(left.policy, right.policy);
  EXPECT_EQ(left.stream_policy, right.stream_policy);
  EXPECT_EQ(left.tags, right.tags);
  ASSERT_EQ(left.stream == nullptr, right.stream == nullptr);
  if (left.stream != nullptr) {
    ExpectSameStreams(*left.stream, *right.stream);
  }
  EXPECT_EQ(left.destinations, right.destinations);
}

TEST(TableCodec, ReadsWhatItWrote) {
  for (uint64_t seed = 0; seed < 500; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Table table = RandomTable(seed).Make();
    const base::Result<Table> decoded = DecodeTable(EncodeTable(table));
    ASSERT_TRUE(decoded.ok());
    ExpectSameTables(table, *decoded);
  }
}

TEST(TableCodec, RefusesShortenedAndLengthenedRows) {
  const std::string bytes = EncodeTable(RandomTable(7).Make());
  for (size_t size = 0; size < bytes.size(); ++size) {
    const base::Result<Table> decoded = DecodeTable(std::string_view(bytes).substr(0, size));
    ASSERT_FALSE(decoded.ok()) << size;
    EXPECT_EQ(decoded.error().code, base::ErrorCode::kCorruption);
  }
  EXPECT_FALSE(DecodeTable(bytes + '\0').ok());
}

TEST(TableCodec, SurvivesAnyChangedByte) {
  const std::string bytes = EncodeTable(RandomTable(11).Make());
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (const char value : {'\x00', '\x01', '\x7f', '\xff'}) {
      std::string changed = bytes;
      changed[i] = value;
      (void)DecodeTable(changed).ok();  // either is fine; it must return
    }
  }
}

// Catalogs from before there were policies, TTL and records of streams end with the tags.
TEST(TableCodec, ReadsTheFirstVersion) {
  Table table = RandomTable(7).Make();
  table.policy.reset();
  table.stream_policy.reset();
  table.schema.expiry_index.reset();
  table.ttl_changed_micros.reset();
  table.stream = nullptr;
  table.destinations.clear();
  std::string bytes = EncodeTable(table);
  ASSERT_EQ(bytes[0], 3);
  ASSERT_EQ(bytes.substr(bytes.size() - 6), std::string(6, '\0'));  // none of the later members
  bytes[0] = 1;
  EXPECT_FALSE(DecodeTable(bytes).ok());
  bytes.resize(bytes.size() - 6);
  const base::Result<Table> decoded = DecodeTable(bytes);
  ASSERT_TRUE(decoded.ok());
  ExpectSameTables(table, *decoded);
  bytes[0] = 2;
  EXPECT_FALSE(DecodeTable(bytes).ok());
}

// Catalogs from before there were Kinesis destinations end with the stream.
TEST(TableCodec, ReadsTheSecondVersion) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    Table table = RandomTable(seed).Make();
    table.destinations.clear();
    std::string bytes = EncodeTable(table);
    ASSERT_EQ(bytes.back(), '\0');  // no destinations
    bytes[0] = 2;
    EXPECT_FALSE(DecodeTable(bytes).ok());
    bytes.pop_back();
    const base::Result<Table> decoded = DecodeTable(bytes);
    ASSERT_TRUE(decoded.ok());
    ExpectSameTables(table, *decoded);
  }
}

// The very bytes of a table that version 2 wrote: pk (S), no index, a tag, no stream.
TEST(TableCodec, ReadsARowOfTheSecondVersion) {
  const std::string_view row(
      "\x02\x01t\x10\x01\x02pk\x01\x00\x00\x00"  // name, space, key, indexes
      "\x02id\x02\x06\x01\x02pk\x01"             // id, status, creation, attributes
      "\x02\x00\x00\x00\x00\x00\x00\x00\xc0\xbb\x01\xc0\x3e\x00"  // billing, throughput, settings
      "\x00\x00\x00\x00\x00\x04\x00"                              // protection, class, KMS, stream
      "\x01\x01k\x01v\x00\x00"                                    // tags, policies
      "\x00\x00\x00",                                             // TTL, stream
      53);
  const base::Result<Table> table = DecodeTable(row);
  ASSERT_TRUE(table.ok()) << table.error().message;
  EXPECT_EQ(table->schema.name, "t");
  EXPECT_EQ(table->tags, (std::vector<Tag>{{"k", "v"}}));
  EXPECT_TRUE(table->destinations.empty());
}

TEST(TableCodec, ReadsEndedStreams) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const Stream stream = RandomTable(seed).MakeStream();
    const std::string bytes = EncodeStream(stream);
    const base::Result<Stream> decoded = DecodeStream(bytes);
    ASSERT_TRUE(decoded.ok());
    ExpectSameStreams(stream, *decoded);
    EXPECT_FALSE(DecodeStream(bytes + '\0').ok());
    EXPECT_FALSE(DecodeStream(bytes.substr(0, bytes.size() - 1)).ok());
  }
}

TEST(TableCodec, NamesAnUnknownVersion) {
  std::string bytes = EncodeTable(RandomTable(1).Make());
  bytes[0] = 9;
  const base::Result<Table> decoded = DecodeTable(bytes);
  ASSERT_FALSE(decoded.ok());
  EXPECT_NE(decoded.error().message.find("version 9"), std::string::npos);
}

}  // namespace
}  // namespace stator::engine
