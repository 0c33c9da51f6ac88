#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "engine/catalog.h"
#include "engine/shard_iterator.h"
#include "engine/stream_requests.h"
#include "storage/store.h"

namespace stator::engine {

// How streams behave in time. The defaults are the service's.
struct StreamOptions {
  int64_t roll_millis = 4LL * 3'600'000;        // a shard with records is closed after that
  int64_t retention_millis = 24LL * 3'600'000;  // records, and streams that have ended, are kept
  int64_t iterator_millis = 15LL * 60'000;      // an iterator may be used
};

// The streams API: reads of streams. All methods may be called from any thread. Errors are the
// service's exceptions.
class Streams {
 public:
  // All must outlive the object.
  Streams(storage::Store& store, const Catalog& catalog, const StreamOptions& options,
          const base::Clock& clock);

  ListStreamsResult ListStreams(const ListStreamsRequest& request) const;
  base::Result<StreamDescription> DescribeStream(const DescribeStreamRequest& request) const;
  base::Result<std::string> GetShardIterator(const GetShardIteratorRequest& request) const;
  // Reads the store and waits for it.
  base::Result<GetRecordsResult> GetRecords(const GetRecordsRequest& request) const;

 private:
  // Whether the stream's records are still kept.
  bool IsKept(const Stream& stream) const;
  base::Result<std::shared_ptr<const Stream>> Find(const std::string& arn) const;
  std::string ArnOf(const Stream& stream) const;
  ShardDescription Describe(const Stream& stream, const StreamShard& shard) const;
  base::Result<storage::LogPosition> PositionOf(const GetShardIteratorRequest& request,
                                                const Stream& stream,
                                                const StreamShard& shard) const;

  storage::Store& store_;
  const Catalog& catalog_;
  const StreamOptions options_;
  const base::Clock& clock_;
};

// The number of the first record that a shard can have; StreamUpkeep keeps it when parents go.
storage::LogPosition StartOf(const storage::Store& store, const Stream& stream,
                             const StreamShard& shard);

}  // namespace stator::engine
