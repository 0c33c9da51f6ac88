#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace stator::cli::tail {

// How far the changes of a stream have been printed: what `stator tail` goes on with. A value type.
struct Cursor {
  std::string stream_arn;
  int64_t since_seconds = 0;  // of shards that are not here: changes before that are not wanted
  // The last sequence number of each shard that was begun; kFinished of those that are at their
  // end.
  std::map<std::string, std::string, std::less<>> shards;

  static constexpr std::string_view kFinished = "finished";

  // Lines: "stator-cursor 1", "stream ARN", "since SECONDS", "shard ID SEQUENCE-NUMBER".
  std::string ToText() const;
  // Fails with kValidation.
  static base::Result<Cursor> Parse(std::string_view text);

  // From and to a file, which is replaced as a whole. kIo; of Load, too, when there is none.
  static base::Result<Cursor> Load(const std::string& path);
  base::Result<void> Save(const std::string& path) const;
};

}  // namespace stator::cli::tail
