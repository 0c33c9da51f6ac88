#include "cli/bench/bulk_write.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

namespace stator::cli::bench {

namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kPollNanos = kSecond / 50;
constexpr int kMaxAttempts = 20;
constexpr int64_t kFirstDelayNanos = kSecond / 20;
constexpr int kMaxDoublings = 7;  // to 6.4 seconds

constexpr std::string_view kUnprocessed = R"({"UnprocessedItems":)";
constexpr std::string_view kRequested = R"({"RequestItems":)";

bool MayRepeat(std::string_view error) {
  return IsExpectedError(error) || error == "InternalServerError" || error.starts_with("HTTP 5");
}

}  // namespace

BulkWrite::BulkWrite(const BenchOptions& options, const Target& target,
                     const RequestFactory& factory, RequestFiller& filler, Operation batch)
    : options_(options),
      factory_(factory),
      filler_(filler),
      operation_(std::move(batch)),
      random_(options.seed),
      client_(target, options.connections, *this),
      batches_(options.connections) {}

base::Result<void> BulkWrite::Run() {
  STATOR_RETURN_IF_ERROR(client_.Connect());
  const int64_t start = MonotonicNanos();
  int64_t report = start + kSecond;
  uint64_t reported = 0;
  while (written_ < total_batches() && !failure_.has_value()) {
    SendReady();
    client_.Poll(kPollNanos);
    const int64_t now = MonotonicNanos();
    if (now >= report && !options_.quiet) {
      fmt::print(stderr, "{:<19}{:>4} s {:>9} items/s   {:5.1f} %\n", "load",
                 (now - start) / kSecond, (written_ - reported) * kBatchItems,
                 100.0 * static_cast<double>(written_) / static_cast<double>(total_batches()));
      report += kSecond;
      reported = written_;
    }
  }
  if (failure_.has_value()) {
    return *failure_;
  }
  const double seconds = static_cast<double>(MonotonicNanos() - start) / 1e9;
  fmt::print(stderr, "loaded {} items in {:.1f} s, {:.0f} items/s\n", options_.items, seconds,
             static_cast<double>(options_.items) / seconds);
  return {};
}

void BulkWrite::SendReady() {
  const int64_t now = MonotonicNanos();
  for (size_t i = 0; i < batches_.size(); ++i) {
    Batch& batch = batches_[i];
    if (!batch.idle || (batch.request.empty() && !StartNext(batch)) || batch.send_nanos > now) {
      continue;
    }
    batch.idle = false;
    client_.Send(i, batch.request);
  }
}

bool BulkWrite::StartNext(Batch& batch) {
  if (started_ == total_batches()) {
    return false;
  }
  std::vector<uint64_t> items(kBatchItems);
  std::iota(items.begin(), items.end(), started_ * kBatchItems);
  batch.request = filler_.Fill(operation_.request, items);
  batch.attempts = 0;
  batch.send_nanos = 0;
  ++started_;
  return true;
}

void BulkWrite::OnIdle(size_t connection) { batches_[connection].idle = true; }

void BulkWrite::OnAnswer(size_t connection, const Answer& answer) {
  Batch& batch = batches_[connection];
  const std::optional<std::string> error = AnswerError(operation_, answer);
  if (!error.has_value()) {
    batch.request.clear();
    ++written_;
    return;
  }
  if (!MayRepeat(*error)) {
    failure_ = base::Error{base::ErrorCode::kIo, "loading failed: " + std::string(answer.body)};
    return;
  }
  if (answer.status == 200 && answer.body.starts_with(kUnprocessed)) {
    // The answer's map has the form of the request's.
    BodyBuilder body;
    body.Text(kRequested).Text(answer.body.substr(kUnprocessed.size()));
    RequestTemplate rest = factory_.Make("BatchWriteItem", body);
    batch.request = filler_.Fill(rest, {});
  }
  Retry(batch, *error);
}

void BulkWrite::OnFailure(size_t connection, std::string_view reason, bool in_flight) {
  Batch& batch = batches_[connection];
  batch.idle = false;
  if (in_flight) {
    Retry(batch, reason);
  }
}

void BulkWrite::Retry(Batch& batch, std::string_view reason) {
  ++batch.attempts;
  if (batch.attempts == kMaxAttempts) {
    failure_ =
        base::Error{base::ErrorCode::kIo, "loading failed: " + std::string(reason) + " after " +
                                              std::to_string(kMaxAttempts) + " attempts"};
    return;
  }
  const int64_t delay = kFirstDelayNanos << std::min(batch.attempts - 1, kMaxDoublings);
  batch.send_nanos = MonotonicNanos() + delay / 2 +
                     static_cast<int64_t>(random_.Below(static_cast<uint64_t>(delay)));
}

}  // namespace stator::cli::bench
