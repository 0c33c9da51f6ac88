#include "base/kill_point.h"

#ifdef STATOR_KILL_POINTS

#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdlib>

#include <unistd.h>

#include "base/check.h"

namespace stator::base {
namespace {

// What the environment asks for.
struct Order {
  std::string_view place;
  int64_t passes = 0;
};

Order ReadOrder() {
  // Nobody changes the environment of a process that has threads.
  const char* value = std::getenv("STATOR_KILL_POINT");  // NOLINT(concurrency-mt-unsafe)
  if (value == nullptr) {
    return {};
  }
  const std::string_view text = value;
  const size_t colon = text.find(':');
  STATOR_CHECK(colon != std::string_view::npos);
  Order order{.place = text.substr(0, colon)};
  const auto [end, error] =
      std::from_chars(text.data() + colon + 1, text.data() + text.size(), order.passes);
  STATOR_CHECK(error == std::errc() && end == text.data() + text.size() && order.passes > 0);
  return order;
}

}  // namespace

void KillPoint(std::string_view place) {
  static const Order order = ReadOrder();
  static std::atomic<int64_t> passed = 0;
  if (place == order.place && passed.fetch_add(1) + 1 == order.passes) {
    kill(getpid(), SIGKILL);
    pause();  // the signal may reach another thread first
  }
}

}  // namespace stator::base

#endif
