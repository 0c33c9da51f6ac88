#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "cli/bench/client.h"
#include "cli/bench/options.h"
#include "cli/bench/request_template.h"
#include "cli/bench/workload.h"

namespace stator::cli::bench {

// Writes all items once, in BatchWriteItem calls over all connections. What a call leaves
// unprocessed, and calls that were throttled or lost, are sent again with growing delays: puts may
// be repeated. Not synchronized.
class BulkWrite final : public ClientHandler {
 public:
  // All arguments outlive it.
  BulkWrite(const BenchOptions& options, const Target& target, const RequestFactory& factory,
            RequestFiller& filler, Operation batch);

  // Blocks until everything is written; a progress line on standard error each second. Fails with
  // kIo when the server refuses a batch for good.
  base::Result<void> Run();

  void OnIdle(size_t connection) override;
  void OnAnswer(size_t connection, const Answer& answer) override;
  void OnFailure(size_t connection, std::string_view reason, bool in_flight) override;

 private:
  // The batch that a connection is responsible for.
  struct Batch {
    std::string request;  // empty: none
    int attempts = 0;
    int64_t send_nanos = 0;  // not before
    bool idle = false;       // the connection may send
  };

  void SendReady();
  bool StartNext(Batch& batch);
  void Retry(Batch& batch, std::string_view reason);
  uint64_t total_batches() const { return options_.items / kBatchItems; }

  const BenchOptions& options_;
  const RequestFactory& factory_;
  RequestFiller& filler_;
  Operation operation_;
  base::Random random_;
  Client client_;
  std::vector<Batch> batches_;  // for each connection
  uint64_t started_ = 0;
  uint64_t written_ = 0;
  std::optional<base::Error> failure_;
};

}  // namespace stator::cli::bench
