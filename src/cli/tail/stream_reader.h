#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "base/result.h"
#include "cli/tail/cursor.h"
#include "cli/tail/streams_client.h"

namespace stator::cli::tail {

// Follows a stream: its shards, each after its parent, from a cursor. Not synchronized.
class StreamReader {
 public:
  // Gets each change, as GetRecords answers it, with the id of its shard.
  using Take = std::function<void(std::string_view shard, simdjson::dom::element record)>;
  // Hears of what went wrong and is tried again, or is lost.
  using Tell = std::function<void(const std::string& message)>;

  // `client` outlives the reader.
  StreamReader(StreamsClient& client, Cursor cursor, Take take, Tell tell);

  // Begins behind all that is there now.
  base::Result<void> SkipToLatest();

  // Reads one page of each shard that may be read now. Returns whether there were changes. Fails
  // with kResourceNotFound when the stream is gone, and with kIo when the server does not answer:
  // the next call goes on where this one ended.
  base::Result<bool> Poll();

  // Whether the stream has ended, and everything was read.
  bool finished() const { return finished_; }
  const Cursor& cursor() const { return cursor_; }

 private:
  // A shard as DescribeStream last showed it.
  struct Shard {
    std::string id;
    std::string parent;  // empty: none
    bool closed = false;
  };

  base::Result<void> Describe();
  bool IsFinished(std::string_view shard) const;
  bool MayRead(const Shard& shard) const;
  base::Result<std::string> NewIterator(const std::string& shard, std::string_view type);
  // Gets what the cursor asks for.
  base::Result<void> OpenShard(const Shard& shard);
  base::Result<bool> ReadPage(const std::string& shard);
  base::Result<bool> HandleRefusal(const std::string& shard, const Refusal& refusal);
  void TakeRecords(const std::string& shard, simdjson::dom::array records);

  StreamsClient& client_;
  Cursor cursor_;
  const Take take_;
  const Tell tell_;
  std::vector<Shard> shards_;
  std::map<std::string, std::string> iterators_;  // by shard
  bool describe_ = true;                          // the shards may be others now
  bool disabled_ = false;
  bool finished_ = false;
};

}  // namespace stator::cli::tail
