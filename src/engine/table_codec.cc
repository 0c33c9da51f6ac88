#include "engine/table_codec.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "engine/expiry_index.h"

namespace stator::engine {
namespace {

// docs/catalog_format.md says what each version added. All are read, the newest is written.
constexpr uint64_t kVersion = 3;
constexpr uint64_t kFirstVersion = 1;   // ends with the tags
constexpr uint64_t kSecondVersion = 2;  // ends with the stream
constexpr uint64_t kStreamVersion = 1;

// Appends members in a fixed order. Integers are little-endian base-128, signed ones zigzag.
class Writer {
 public:
  void Unsigned(uint64_t value) {
    while (value >= 0x80) {
      out_.push_back(static_cast<char>(value | 0x80));
      value >>= 7;
    }
    out_.push_back(static_cast<char>(value));
  }
  void Signed(int64_t value) {
    Unsigned((static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63));
  }
  void Boolean(bool value) { Unsigned(value ? 1 : 0); }
  template <typename Enum>
  void Enumeration(Enum value) {
    Unsigned(static_cast<uint64_t>(value));
  }
  void String(std::string_view value) {
    Unsigned(value.size());
    out_.append(value);
  }
  void OptionalSigned(const std::optional<int64_t>& value) {
    Boolean(value.has_value());
    if (value) {
      Signed(*value);
    }
  }
  void OptionalString(const std::optional<std::string>& value) {
    Boolean(value.has_value());
    if (value) {
      String(*value);
    }
  }
  template <typename T, typename WriteOne>
  void List(const std::vector<T>& values, WriteOne write_one) {
    Unsigned(values.size());
    for (const T& value : values) {
      write_one(*this, value);
    }
  }

  std::string Take() && { return std::move(out_); }

 private:
  std::string out_;
};

// Reads what Writer wrote. After the first failure every read gives a default and ok() is false, so
// that callers check once, at the end.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  bool done() const { return bytes_.empty(); }

  uint64_t Unsigned() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (bytes_.empty()) {
        break;
      }
      const auto byte = static_cast<uint8_t>(bytes_.front());
      bytes_.remove_prefix(1);
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) {
        return value;
      }
    }
    ok_ = false;
    bytes_ = {};
    return 0;
  }
  int64_t Signed() {
    const uint64_t value = Unsigned();
    return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
  }
  bool Boolean() { return Enumeration<uint8_t>(0, 1) == 1; }
  template <typename Enum>
  Enum Enumeration(Enum first, Enum last) {
    const uint64_t value = Unsigned();
    if (value < static_cast<uint64_t>(first) || value > static_cast<uint64_t>(last)) {
      ok_ = false;
      return first;
    }
    return static_cast<Enum>(value);
  }
  std::string String() {
    const uint64_t size = Unsigned();
    if (size > bytes_.size()) {
      ok_ = false;
      return {};
    }
    std::string value(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return value;
  }
  std::optional<int64_t> OptionalSigned() {
    return Boolean() ? std::optional<int64_t>(Signed()) : std::nullopt;
  }
  std::optional<std::string> OptionalString() {
    return Boolean() ? std::optional<std::string>(String()) : std::nullopt;
  }
  template <typename ReadOne>
  auto List(ReadOne read_one) {
    std::vector<decltype(read_one(*this))> values;
    const uint64_t count = Unsigned();
    // A member takes at least a byte, so the bytes that are left bound the loop.
    for (uint64_t i = 0; i < count && ok_; ++i) {
      values.push_back(read_one(*this));
    }
    return values;
  }

 private:
  std::string_view bytes_;
  bool ok_ = true;
};

void WriteString(Writer& writer, const std::string& value) { writer.String(value); }
std::string ReadString(Reader& reader) { return reader.String(); }

void WriteAttribute(Writer& writer, const model::KeyAttribute& attribute) {
  writer.String(attribute.name);
  writer.Enumeration(attribute.type);
}
model::KeyAttribute ReadAttribute(Reader& reader) {
  model::KeyAttribute attribute;
  attribute.name = reader.String();
  attribute.type = reader.Enumeration(model::ScalarType::kString, model::ScalarType::kBinary);
  return attribute;
}

void WriteKey(Writer& writer, const model::KeySchema& key) {
  writer.List(key.partition, WriteAttribute);
  writer.List(key.sort, WriteAttribute);
}
model::KeySchema ReadKey(Reader& reader) {
  model::KeySchema key;
  key.partition = reader.List(ReadAttribute);
  key.sort = reader.List(ReadAttribute);
  return key;
}

void WriteIndex(Writer& writer, const model::IndexSchema& index) {
  writer.String(index.name);
  writer.Boolean(index.global);
  WriteKey(writer, index.key);
  writer.Enumeration(index.projection);
  writer.List(index.non_key_attributes, WriteString);
  writer.Unsigned(index.id);
  writer.Enumeration(index.status);
  writer.Boolean(index.backfilling);
}
model::IndexSchema ReadIndex(Reader& reader) {
  model::IndexSchema index;
  index.name = reader.String();
  index.global = reader.Boolean();
  index.key = ReadKey(reader);
  index.projection =
      reader.Enumeration(model::ProjectionType::kAll, model::ProjectionType::kInclude);
  index.non_key_attributes = reader.List(ReadString);
  index.id = reader.Enumeration<uint32_t>(0, UINT32_MAX);
  index.status = reader.Enumeration(model::IndexStatus::kCreating, model::IndexStatus::kDeleting);
  index.backfilling = reader.Boolean();
  return index;
}

void WriteProvisioned(Writer& writer, const ProvisionedThroughput& throughput) {
  writer.Signed(throughput.read_units);
  writer.Signed(throughput.write_units);
  writer.Signed(throughput.decreases_today);
  writer.OptionalSigned(throughput.last_increase_micros);
  writer.OptionalSigned(throughput.last_decrease_micros);
}
ProvisionedThroughput ReadProvisioned(Reader& reader) {
  ProvisionedThroughput throughput;
  throughput.read_units = reader.Signed();
  throughput.write_units = reader.Signed();
  throughput.decreases_today = reader.Signed();
  throughput.last_increase_micros = reader.OptionalSigned();
  throughput.last_decrease_micros = reader.OptionalSigned();
  return throughput;
}

void WriteOnDemand(Writer& writer, const std::optional<OnDemandThroughput>& throughput) {
  writer.Boolean(throughput.has_value());
  if (throughput) {
    writer.OptionalSigned(throughput->max_read_units);
    writer.OptionalSigned(throughput->max_write_units);
  }
}
std::optional<OnDemandThroughput> ReadOnDemand(Reader& reader) {
  if (!reader.Boolean()) {
    return std::nullopt;
  }
  OnDemandThroughput throughput;
  throughput.max_read_units = reader.OptionalSigned();
  throughput.max_write_units = reader.OptionalSigned();
  return throughput;
}

void WriteWarm(Writer& writer, const WarmThroughput& throughput) {
  writer.Signed(throughput.read_units);
  writer.Signed(throughput.write_units);
}
WarmThroughput ReadWarm(Reader& reader) {
  WarmThroughput throughput;
  throughput.read_units = reader.Signed();
  throughput.write_units = reader.Signed();
  return throughput;
}

void WriteSettings(Writer& writer, const IndexSettings& settings) {
  WriteProvisioned(writer, settings.provisioned);
  WriteOnDemand(writer, settings.on_demand);
  WriteWarm(writer, settings.warm);
}
IndexSettings ReadSettings(Reader& reader) {
  IndexSettings settings;
  settings.provisioned = ReadProvisioned(reader);
  settings.on_demand = ReadOnDemand(reader);
  settings.warm = ReadWarm(reader);
  return settings;
}

void WriteTag(Writer& writer, const Tag& tag) {
  writer.String(tag.first);
  writer.String(tag.second);
}
Tag ReadTag(Reader& reader) {
  std::string key = reader.String();
  std::string value = reader.String();
  return {std::move(key), std::move(value)};
}

void WritePolicy(Writer& writer, const std::optional<ResourcePolicy>& policy) {
  writer.Boolean(policy.has_value());
  if (policy) {
    writer.String(policy->document);
    writer.String(policy->revision_id);
  }
}
std::optional<ResourcePolicy> ReadPolicy(Reader& reader) {
  if (!reader.Boolean()) {
    return std::nullopt;
  }
  ResourcePolicy policy;
  policy.document = reader.String();
  policy.revision_id = reader.String();
  return policy;
}

void WriteSchema(Writer& writer, const model::TableSchema& schema) {
  writer.String(schema.name);
  writer.Unsigned(schema.space);
  WriteKey(writer, schema.key);
  writer.List(schema.local_indexes, WriteIndex);
  writer.List(schema.global_indexes, WriteIndex);
}
model::TableSchema ReadSchema(Reader& reader) {
  model::TableSchema schema;
  schema.name = reader.String();
  schema.space = reader.Enumeration<uint32_t>(0, UINT32_MAX);
  schema.key = ReadKey(reader);
  schema.local_indexes = reader.List(ReadIndex);
  schema.global_indexes = reader.List(ReadIndex);
  return schema;
}

void WriteTimeToLive(Writer& writer, const Table& table) {
  const std::optional<model::IndexSchema>& index = table.schema.expiry_index;
  writer.Boolean(index.has_value());
  if (index) {
    writer.String(ExpiryAttribute(*index));
    writer.Unsigned(index->id);
    writer.Enumeration(index->status);
    writer.Boolean(index->backfilling);
  }
  writer.OptionalSigned(table.ttl_changed_micros);
}
void ReadTimeToLive(Reader& reader, Table& table) {
  if (reader.Boolean()) {
    std::string attribute = reader.String();
    const auto space = reader.Enumeration<uint32_t>(0, UINT32_MAX);
    model::IndexSchema& index =
        table.schema.expiry_index.emplace(MakeExpiryIndex(std::move(attribute), space));
    index.status = reader.Enumeration(model::IndexStatus::kCreating, model::IndexStatus::kDeleting);
    index.backfilling = reader.Boolean();
  }
  table.ttl_changed_micros = reader.OptionalSigned();
}

void WriteShard(Writer& writer, const StreamShard& shard) {
  writer.Unsigned(shard.number);
  writer.Boolean(shard.parent.has_value());
  if (shard.parent) {
    writer.Unsigned(*shard.parent);
  }
  writer.Unsigned(shard.first_hash);
  writer.Unsigned(shard.last_hash);
  writer.Signed(shard.opened_micros);
  writer.OptionalSigned(shard.closed_micros);
  writer.Unsigned(shard.start);
}
StreamShard ReadShard(Reader& reader) {
  StreamShard shard;
  shard.number = reader.Enumeration<uint32_t>(0, UINT32_MAX);
  if (reader.Boolean()) {
    shard.parent = reader.Enumeration<uint32_t>(0, UINT32_MAX);
  }
  shard.first_hash = reader.Unsigned();
  shard.last_hash = reader.Unsigned();
  shard.opened_micros = reader.Signed();
  shard.closed_micros = reader.OptionalSigned();
  shard.start = reader.Unsigned();
  return shard;
}

void WriteStream(Writer& writer, const Stream& stream) {
  writer.String(stream.table);
  writer.String(stream.label);
  writer.Enumeration(stream.view);
  WriteKey(writer, stream.key);
  writer.Unsigned(stream.space);
  writer.String(stream.iterator_key);
  writer.Signed(stream.created_micros);
  writer.OptionalSigned(stream.ended_micros);
  writer.Unsigned(stream.next_shard);
  writer.List(stream.shards, WriteShard);
}
Stream ReadStream(Reader& reader) {
  Stream stream;
  stream.table = reader.String();
  stream.label = reader.String();
  stream.view = reader.Enumeration(StreamViewType::kKeysOnly, StreamViewType::kNewAndOldImages);
  stream.key = ReadKey(reader);
  stream.space = reader.Enumeration<uint32_t>(0, UINT32_MAX);
  stream.iterator_key = reader.String();
  stream.created_micros = reader.Signed();
  stream.ended_micros = reader.OptionalSigned();
  stream.next_shard = reader.Enumeration<uint32_t>(0, UINT32_MAX);
  stream.shards = reader.List(ReadShard);
  return stream;
}

void WriteDestination(Writer& writer, const KinesisDestination& destination) {
  writer.String(destination.stream_arn);
  writer.Enumeration(destination.status);
  writer.Enumeration(destination.precision);
  writer.Signed(destination.changed_micros);
  writer.Unsigned(destination.space);
}
KinesisDestination ReadDestination(Reader& reader) {
  KinesisDestination destination;
  destination.stream_arn = reader.String();
  destination.status =
      reader.Enumeration(DestinationStatus::kEnabling, DestinationStatus::kUpdating);
  destination.precision =
      reader.Enumeration(TimePrecision::kMillisecond, TimePrecision::kMicrosecond);
  destination.changed_micros = reader.Signed();
  destination.space = reader.Enumeration<uint32_t>(0, UINT32_MAX);
  return destination;
}

base::Error Corruption(std::string message) {
  return base::Error{base::ErrorCode::kCorruption, std::move(message)};
}

}  // namespace

std::string EncodeTable(const Table& table) {
  Writer writer;
  writer.Unsigned(kVersion);
  WriteSchema(writer, table.schema);
  writer.String(table.id);
  writer.Enumeration(table.status);
  writer.Signed(table.created_micros);
  writer.List(table.attributes, WriteAttribute);
  writer.Enumeration(table.billing_mode);
  writer.OptionalSigned(table.on_demand_since_micros);
  WriteProvisioned(writer, table.provisioned);
  WriteOnDemand(writer, table.on_demand);
  WriteWarm(writer, table.warm);
  writer.List(table.global_index_settings, WriteSettings);
  writer.Boolean(table.deletion_protection);
  writer.OptionalString(table.table_class);
  writer.OptionalSigned(table.table_class_changed_micros);
  writer.OptionalString(table.kms_key_arn);
  writer.Boolean(table.stream_enabled);
  writer.Enumeration(table.stream_view);
  writer.OptionalString(table.stream_label);
  writer.List(table.tags, WriteTag);
  WritePolicy(writer, table.policy);
  WritePolicy(writer, table.stream_policy);
  WriteTimeToLive(writer, table);
  writer.Boolean(table.stream != nullptr);
  if (table.stream != nullptr) {
    WriteStream(writer, *table.stream);
  }
  writer.List(table.destinations, WriteDestination);
  return std::move(writer).Take();
}

base::Result<Table> DecodeTable(std::string_view bytes) {
  Reader reader(bytes);
  const uint64_t version = reader.Unsigned();
  if (!reader.ok() || version < kFirstVersion || version > kVersion) {
    return Corruption("a table's description has format version " + std::to_string(version) +
                      "; this server knows versions up to " + std::to_string(kVersion));
  }
  Table table;
  table.schema = ReadSchema(reader);
  table.id = reader.String();
  table.status = reader.Enumeration(TableStatus::kCreating, TableStatus::kDeleting);
  table.created_micros = reader.Signed();
  table.attributes = reader.List(ReadAttribute);
  table.billing_mode = reader.Enumeration(BillingMode::kProvisioned, BillingMode::kPayPerRequest);
  table.on_demand_since_micros = reader.OptionalSigned();
  table.provisioned = ReadProvisioned(reader);
  table.on_demand = ReadOnDemand(reader);
  table.warm = ReadWarm(reader);
  table.global_index_settings = reader.List(ReadSettings);
  table.deletion_protection = reader.Boolean();
  table.table_class = reader.OptionalString();
  table.table_class_changed_micros = reader.OptionalSigned();
  table.kms_key_arn = reader.OptionalString();
  table.stream_enabled = reader.Boolean();
  table.stream_view =
      reader.Enumeration(StreamViewType::kKeysOnly, StreamViewType::kNewAndOldImages);
  table.stream_label = reader.OptionalString();
  table.tags = reader.List(ReadTag);
  if (version > kFirstVersion) {
    table.policy = ReadPolicy(reader);
    table.stream_policy = ReadPolicy(reader);
    ReadTimeToLive(reader, table);
    if (reader.Boolean()) {
      table.stream = std::make_shared<Stream>(ReadStream(reader));
    }
  }
  if (version > kSecondVersion) {
    table.destinations = reader.List(ReadDestination);
  }
  if (!reader.ok() || !reader.done() || table.schema.key.partition.empty() ||
      table.global_index_settings.size() != table.schema.global_indexes.size()) {
    return Corruption("a table's description does not decode");
  }
  return table;
}

std::string EncodeStream(const Stream& stream) {
  Writer writer;
  writer.Unsigned(kStreamVersion);
  WriteStream(writer, stream);
  return std::move(writer).Take();
}

base::Result<Stream> DecodeStream(std::string_view bytes) {
  Reader reader(bytes);
  const uint64_t version = reader.Unsigned();
  Stream stream = ReadStream(reader);
  if (version != kStreamVersion || !reader.ok() || !reader.done()) {
    return Corruption("a stream's description does not decode");
  }
  return stream;
}

}  // namespace stator::engine
