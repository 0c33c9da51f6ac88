#include "cli/bench/bench_worker.h"

#include <algorithm>
#include <utility>

#include <sys/prctl.h>

namespace stator::cli::bench {

namespace {

constexpr int64_t kSecond = 1'000'000'000;
// How long answers may take after the end.
constexpr int64_t kDrainNanos = 10 * kSecond;

// The threads share the connections as evenly as they can.
size_t ShareOfConnections(const BenchOptions& options, size_t index) {
  return options.connections / options.threads +
         (index < options.connections % options.threads ? 1 : 0);
}

}  // namespace

BenchWorker::BenchWorker(const BenchOptions& options, Workload workload, const Target& target,
                         const KeyChooser& keys, size_t index)
    : keys_(keys),
      items_(options.items),
      workload_(std::move(workload)),
      random_(options.seed + index),
      filler_(options.signing, options.item_bytes, random_.Next(), base::Clock::System()),
      client_(target, ShareOfConnections(options, index), *this),
      pending_(client_.size()) {}

void BenchWorker::Run(const Schedule& schedule) {
  // The kernel rounds a thread's timers up by 50 microseconds unless told otherwise, which would
  // show in each open-loop latency.
  (void)prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
  schedule_ = schedule;
  running_ = true;
  now_ = MonotonicNanos();
  while (now_ < schedule_.end) {
    SendDue();
    client_.Poll(WaitNanos());
    now_ = MonotonicNanos();
  }
  running_ = false;
  CountOverdue();
  Drain();
}

int64_t BenchWorker::WaitNanos() const {
  int64_t until = schedule_.end;
  if (!idle_.empty() && schedule_.interval_nanos > 0) {
    until = std::min(until, schedule_.start + static_cast<int64_t>(next_due_));
  }
  return until - now_;
}

void BenchWorker::SendDue() {
  while (!idle_.empty() && now_ < schedule_.end) {
    int64_t intended = now_;
    if (schedule_.interval_nanos > 0) {
      intended = schedule_.start + static_cast<int64_t>(next_due_);
      if (intended > now_) {
        return;
      }
      next_due_ += schedule_.interval_nanos;
    }
    const size_t connection = idle_.back();
    idle_.pop_back();
    Send(connection, intended);
  }
}

void BenchWorker::Send(size_t connection, int64_t intended_nanos) {
  Operation& operation = ChooseOperation();
  ChooseItems(operation.request.items);
  pending_[connection] = {intended_nanos, &operation};
  ++in_flight_;
  client_.Send(connection, filler_.Fill(operation.request, chosen_));
}

Operation& BenchWorker::ChooseOperation() {
  if (workload_.operations.size() > 1) {
    uint64_t draw = random_.Below(workload_.total_weight);
    for (Operation& operation : workload_.operations) {
      if (draw < operation.weight) {
        return operation;
      }
      draw -= operation.weight;
    }
  }
  return workload_.operations.front();
}

// Batches and transactions must not name an item twice: a repeated draw moves on to the next item.
void BenchWorker::ChooseItems(size_t count) {
  chosen_.clear();
  while (chosen_.size() < count) {
    uint64_t item = keys_.Choose(random_);
    while (std::find(chosen_.begin(), chosen_.end(), item) != chosen_.end()) {
      item = (item + 1) % items_;
    }
    chosen_.push_back(item);
  }
}

void BenchWorker::OnIdle(size_t connection) {
  idle_.push_back(connection);
  if (running_) {
    SendDue();
  }
}

void BenchWorker::OnAnswer(size_t connection, const Answer& answer) {
  now_ = MonotonicNanos();
  const Pending pending = std::exchange(pending_[connection], Pending());
  --in_flight_;
  const std::optional<std::string> error = AnswerError(*pending.operation, answer);
  if (error.has_value()) {
    CountError(*error);
  } else {
    Record(pending.intended_nanos);
  }
}

void BenchWorker::OnFailure(size_t connection, std::string_view reason, bool in_flight) {
  std::erase(idle_, connection);
  if (in_flight) {
    pending_[connection] = Pending();
    --in_flight_;
  }
  CountError(std::string(reason));
}

void BenchWorker::Record(int64_t intended_nanos) {
  const bool open_loop = schedule_.interval_nanos > 0;
  const bool in_time = now_ >= schedule_.measure_start && now_ < schedule_.end;
  const base::MutexLock lock(mutex_);
  stats_.completed += in_time ? 1 : 0;
  if (open_loop ? intended_nanos >= schedule_.measure_start : in_time) {
    stats_.latency.Record(now_ - intended_nanos);
  }
}

void BenchWorker::CountError(const std::string& error) {
  const base::MutexLock lock(mutex_);
  ++stats_.errors[error];
}

void BenchWorker::CountOverdue() {
  if (schedule_.interval_nanos <= 0) {
    return;
  }
  const base::MutexLock lock(mutex_);
  const auto length = static_cast<double>(schedule_.end - schedule_.start);
  for (; next_due_ < length; next_due_ += schedule_.interval_nanos) {
    ++stats_.never_sent;
    stats_.latency.Record(schedule_.end - schedule_.start - static_cast<int64_t>(next_due_));
  }
}

void BenchWorker::Drain() {
  const int64_t deadline = schedule_.end + kDrainNanos;
  while (in_flight_ > 0 && now_ < deadline) {
    client_.Poll(kSecond / 10);
    now_ = MonotonicNanos();
  }
  for (size_t i = 0; i < in_flight_; ++i) {
    CountError("Timeout");
  }
}

WorkerStats BenchWorker::Stats() const {
  const base::MutexLock lock(mutex_);
  return stats_;
}

}  // namespace stator::cli::bench
