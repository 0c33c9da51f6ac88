#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "cli/bench/client.h"
#include "cli/bench/options.h"
#include "cli/bench/request_template.h"
#include "cli/bench/transport.h"

namespace stator::cli::bench {

// Prepares the table that workloads run on. Blocks; not synchronized. A marker item, written last,
// says that so many items of such a size are there. `options`, `target` and `factory` outlive it.
class Loader {
 public:
  Loader(const BenchOptions& options, const Target& target, const RequestFactory& factory);

  // Creates the table, billed on demand, unless it exists, and waits until it is active.
  base::Result<void> EnsureTable();
  // Whether an earlier load was completed.
  base::Result<bool> IsLoaded();
  // Writes all items in batches, repeating what the server left out or throttled.
  base::Result<void> Load();

 private:
  base::Result<OwnedAnswer> Call(std::string_view operation, const std::string& body);
  base::Result<bool> IsActive();
  std::string MarkerKey() const;

  const BenchOptions& options_;
  const Target& target_;
  const RequestFactory& factory_;
  RequestFiller filler_;
};

}  // namespace stator::cli::bench
