#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/table_schema.h"
#include "storage/store.h"

// What is known of a table's stream: its shards and where their records are. Everything here is
// pure.
namespace stator::engine {

// Stored on disk.
enum class StreamViewType : uint8_t {
  kKeysOnly = 1,
  kNewImage = 2,
  kOldImage = 3,
  kNewAndOldImages = 4,
};

// A part of a stream: the changes of the items whose partitions hash into a range, from its opening
// to its closing. Its records are the log of its number in the stream's space.
struct StreamShard {
  uint32_t number = 0;              // in the stream, from 1; never used again
  std::optional<uint32_t> parent;   // the shard whose range it took over; may be trimmed by now
  uint64_t first_hash = 0;          // inclusive
  uint64_t last_hash = UINT64_MAX;  // inclusive
  int64_t opened_micros = 0;
  std::optional<int64_t> closed_micros;  // absent: open
  storage::LogPosition start = 0;        // all its records are at or above
};

// A stream. It outlives its table, and its being enabled, by the time that records are kept. An
// immutable snapshot, shared.
struct Stream {
  std::string table;  // the name
  std::string label;
  StreamViewType view = StreamViewType::kNewAndOldImages;
  model::KeySchema key;      // of the table
  storage::Space space = 0;  // of the logs; the stream's own
  std::string iterator_key;  // secret; what shard iterators are sealed with
  int64_t created_micros = 0;
  std::optional<int64_t> ended_micros;  // absent: enabled
  uint32_t next_shard = 1;
  // By number. The open ones divide all hashes among them, unless the stream has ended.
  std::vector<StreamShard> shards;

  // The shard of that number, or null.
  const StreamShard* Find(uint32_t number) const;
  // The log that takes the changes of a partition with that hash. REQUIRES: not ended.
  storage::LogId LogOf(uint64_t partition_hash) const;
  storage::LogId LogOf(const StreamShard& shard) const { return {space, shard.number}; }
};

// Opens the first shards. REQUIRES: `stream` has none.
void OpenShards(int64_t now_micros, Stream& stream);

// Closes an open shard and opens another one for its range. `next` is a position that later records
// are not below.
void RollShard(uint32_t number, int64_t now_micros, storage::LogPosition next, Stream& stream);

// Closes all shards.
void EndStream(int64_t now_micros, Stream& stream);

}  // namespace stator::engine
