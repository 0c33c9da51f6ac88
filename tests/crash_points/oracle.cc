#include "oracle.h"

#include <algorithm>
#include <utility>

namespace stator::crash_points {
namespace {

constexpr size_t kReportedPlaces = 6;
constexpr size_t kReportedRequests = 60;

const char* NameOf(Outcome outcome) {
  switch (outcome) {
    case Outcome::kInFlight:
      return "in flight";
    case Outcome::kDone:
      return "done";
    case Outcome::kRefused:
      return "refused";
    case Outcome::kUnknown:
      return "unknown";
  }
  return "";
}

// Whether the error is about the request and not about the store.
bool IsOrdinaryRefusal(base::ErrorCode code) { return code < base::ErrorCode::kInternal; }

}  // namespace

size_t Oracle::Begin(Request request) {
  const base::MutexLock lock(mutex_);
  entries_.push_back({std::move(request), Outcome::kInFlight, 0, ""});
  ++in_flight_;
  return entries_.size() - 1;
}

void Oracle::Done(size_t number, const base::Error* error) {
  {
    const base::MutexLock lock(mutex_);
    Outcome& outcome = entries_[number].outcome;
    entries_[number].answer = answers_++;
    --in_flight_;
    if (error == nullptr) {
      outcome = Outcome::kDone;
    } else {
      outcome = error->code == base::ErrorCode::kInternal ? Outcome::kUnknown : Outcome::kRefused;
      entries_[number].error = error->message;
      if (!IsOrdinaryRefusal(error->code)) {
        last_failure_ = *error;
      }
    }
  }
  answered_.NotifyAll();
}

void Oracle::WaitForInFlight(size_t at_most) {
  const base::MutexLock lock(mutex_);
  while (in_flight_ > at_most) {
    answered_.Wait(mutex_);
  }
}

Outcome Oracle::OutcomeOf(size_t number) {
  const base::MutexLock lock(mutex_);
  return entries_[number].outcome;
}

std::string Oracle::LastFailureText() {
  const base::MutexLock lock(mutex_);
  return last_failure_ ? last_failure_->message : "";
}

Oracle::Replay Oracle::ReplayTo(const State& found) {
  Replay replay;
  State state = base_;
  size_t differences = Differences(state, found).size();
  std::optional<size_t> early;
  for (size_t count = 0;; ++count) {
    // `count` requests have been carried out.
    if (differences == 0) {
      early = early.value_or(count);
      if (!replay.match || *replay.match < replay.required) {
        replay.match = count;
        replay.tokens = state.tokens;
      }
    }
    if (count == entries_.size()) {
      break;
    }
    const Entry& entry = entries_[count];
    if (entry.outcome == Outcome::kRefused) {
      continue;
    }
    State before = entry.request.kind == Request::Kind::kTable ? state : State();
    std::map<ItemKey, model::Item> old_items;
    for (const Change& change : entry.request.changes) {
      if (const auto item = state.items.find(change.key); item != state.items.end()) {
        old_items.insert(*item);
      }
    }
    if (entry.request.kind != Request::Kind::kTable) {
      before.items = std::move(old_items);
      before.tables = state.tables;
    }
    const std::vector<Place> places = Apply(entry.request, state);
    for (const Place& place : places) {
      differences -= SameAt(place, before, found) ? 0 : 1;
      differences += SameAt(place, state, found) ? 0 : 1;
    }
    // Who has nothing to do may be told so before those ahead of it.
    if (entry.outcome == Outcome::kDone && !places.empty()) {
      replay.required = count + 1;
    }
  }
  if (replay.match && *replay.match < replay.required) {
    replay.early_match = early;
    replay.match.reset();
  }
  return replay;
}

std::string Oracle::Report(const State& found, size_t count) {
  State state = base_;
  for (size_t i = 0; i < count; ++i) {
    if (entries_[i].outcome != Outcome::kRefused) {
      Apply(entries_[i].request, state);
    }
  }
  const std::vector<Place> places = Differences(state, found);
  std::string text = std::to_string(places.size()) + " differences after " + std::to_string(count) +
                     " of " + std::to_string(entries_.size()) + " requests\n";
  for (size_t i = 0; i < std::min(places.size(), kReportedPlaces); ++i) {
    text += "  " + (places[i].item ? ToText(*places[i].item) : places[i].table) + ": expected " +
            Describe(places[i], state) + ", found " + Describe(places[i], found) + "\n";
  }
  const size_t first = count > kReportedRequests ? count - kReportedRequests : 0;
  for (size_t i = first; i < std::min(entries_.size(), count + kReportedRequests); ++i) {
    const Entry& entry = entries_[i];
    text += "  request " + std::to_string(i) + " (answer " + std::to_string(entry.answer) + ", " +
            NameOf(entry.outcome) + "): " + ToText(entry.request) + " " + entry.error + "\n";
  }
  return text;
}

std::optional<Violation> Oracle::Check(const State& found) {
  const base::MutexLock lock(mutex_);
  const Replay replay = ReplayTo(found);
  if (replay.match) {
    return std::nullopt;
  }
  if (replay.early_match) {
    return Violation{Violation::Kind::kLost, "only " + std::to_string(*replay.early_match) +
                                                 " requests are there, " +
                                                 std::to_string(replay.required) + " must be; " +
                                                 Report(found, replay.required)};
  }
  return Violation{Violation::Kind::kTorn, Report(found, replay.required)};
}

void Oracle::Settle(const State& found) {
  const base::MutexLock lock(mutex_);
  Replay replay = ReplayTo(found);
  base_ = found;
  base_.tokens = std::move(replay.tokens);
  entries_.clear();
  last_failure_.reset();
}

}  // namespace stator::crash_points
