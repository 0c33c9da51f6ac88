#pragma once

#include <cstdint>
#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "engine/catalog.h"
#include "engine/streams.h"
#include "storage/store.h"

namespace stator::engine {

// What happens to streams in time: shards roll, records are trimmed, shards and streams end. For
// one thread, which may wait for the store; writers do not wait for it.
class StreamUpkeep {
 public:
  // All must outlive the object.
  StreamUpkeep(storage::Store& store, Catalog& catalog, const StreamOptions& options,
               const base::Clock& clock);

  // Does all that is due. What fails is found again by the next run.
  void Run();

  // How long to wait between two runs.
  static int64_t PauseMillis(const StreamOptions& options);

 private:
  base::Result<void> Tend(const Stream& stream);
  base::Result<void> Roll(const Stream& stream);
  // Removes the closed shards that have no records any more.
  base::Result<void> RemoveShards(const Stream& stream);
  base::Result<void> Change(const Stream& stream, const Stream& changed);

  storage::Store& store_;
  Catalog& catalog_;
  const StreamOptions options_;
  const base::Clock& clock_;
  int64_t now_micros_ = 0;     // of this run
  int64_t oldest_micros_ = 0;  // what is older is not kept
};

}  // namespace stator::engine
