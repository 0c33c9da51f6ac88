#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/mutex.h"
#include "requests.h"
#include "state.h"

namespace stator::crash_points {

// A promise that the store broke.
struct Violation {
  // Which one.
  enum class Kind : uint8_t { kLost, kTorn, kIndex, kOther };
  Kind kind = Kind::kOther;
  std::string text;
};

// Knows what was asked and what was answered, and so which states a store may be in.
//
// One thread asks, and the store orders updates as they are asked and writes them in that order. So
// whatever survives is the state after some first part of the requests that were not refused, and
// that part has all requests that were acknowledged. This one condition says that nothing
// acknowledged is lost, nothing is there that nobody asked for, and every request is whole.
//
// Done may be called from any thread; everything else is for the thread that asks.
class Oracle {
 public:
  // Notes a request before it is sent; returns its number.
  size_t Begin(Request request) EXCLUDES(mutex_);
  // Notes how it ended; `error` is null when it succeeded.
  void Done(size_t number, const base::Error* error) EXCLUDES(mutex_);
  // Waits until at most that many requests have no answer.
  void WaitForInFlight(size_t at_most) EXCLUDES(mutex_);

  Outcome OutcomeOf(size_t number) EXCLUDES(mutex_);
  // Of the latest refusal that was no failed condition; empty when there was none.
  std::string LastFailureText() EXCLUDES(mutex_);

  // Why the store must not be in that state; nullopt when it may be.
  std::optional<Violation> Check(const State& found) EXCLUDES(mutex_);
  // Takes a state that passed Check as what is now certain. REQUIRES: nothing is in flight.
  void Settle(const State& found) EXCLUDES(mutex_);

  const State& base() const { return base_; }

 private:
  // A request and its fate.
  struct Entry {
    Request request;
    Outcome outcome = Outcome::kInFlight;
    size_t answer = 0;  // how many were answered before
    std::string error;  // its message
  };
  // Where the replayed requests lead to the state that was found.
  struct Replay {
    size_t required = 0;                // this many requests must have happened
    std::optional<size_t> match;        // after so many requests the states are equal
    std::optional<size_t> early_match;  // the same, with fewer than are required
    std::set<std::string> tokens;       // of the state at the match
    std::string report;                 // of the differences, when there is no match
  };

  Replay ReplayTo(const State& found) REQUIRES(mutex_);
  std::string Report(const State& found, size_t count) REQUIRES(mutex_);

  State base_;

  base::Mutex mutex_;
  base::CondVar answered_;
  std::deque<Entry> entries_ GUARDED_BY(mutex_);
  size_t in_flight_ GUARDED_BY(mutex_) = 0;
  size_t answers_ GUARDED_BY(mutex_) = 0;
  std::optional<base::Error> last_failure_ GUARDED_BY(mutex_);
};

}  // namespace stator::crash_points
