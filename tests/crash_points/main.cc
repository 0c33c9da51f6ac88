// Crash safety by simulation: a store on a simulated machine is put under load until the machine
// dies at its n-th call of the file system, or that call fails; then everything that was
// acknowledged must be there, and every request must be whole.
//
//   stator_crash_points --points N --seed S --mode crash|eio|enospc|all
//                       --tails torn|garbled|all --names ordered|any
//
// `tails` is what a power loss leaves of bytes that were not synced: any first part of them, or
// also all of them with an unwritten page, in all files but MANIFESTs, or in all. `names` is what
// it leaves of changes of the directory that were not synced: the first ones, or any of them.
//
// Each store lives through a number of faults. Store i of a run with seed S is the first one of a
// run with seed S + i: that is what a failure prints. Threads are real, so that a repetition makes
// the same choices, but at slightly different moments.
#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <iostream>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include <execinfo.h>
#include <unistd.h>

#include "base/random.h"
#include "simulation.h"

namespace stator::crash_points {
namespace {

constexpr uint64_t kPointsPerStore = 10;
constexpr uint64_t kProgressPoints = 1000;
constexpr unsigned kHangSeconds = 300;
// Of `all`: most points are crashes, and few wait for space, which takes seconds.
constexpr uint64_t kOfAll = 200;
constexpr uint64_t kIoErrorsOfAll = 40;
constexpr uint64_t kNoSpaceOfAll = 1;

// What the command line says.
struct Options {
  uint64_t points = 300;
  uint64_t seed = 0;
  std::string mode = "all";
  std::string tails = "garbled";
  std::string names = "ordered";

  std::string* Named(std::string_view name) {
    return name == "--mode"    ? &mode
           : name == "--tails" ? &tails
           : name == "--names" ? &names
                               : nullptr;
  }
};

// How a run went.
struct Summary {
  uint64_t points = 0;
  std::array<uint64_t, 4> violations = {};  // by Violation::Kind

  uint64_t Of(Violation::Kind kind) const { return violations[static_cast<size_t>(kind)]; }
  bool Failed() const {
    return std::any_of(violations.begin(), violations.end(), [](uint64_t n) { return n > 0; });
  }
};

std::optional<Options> Parse(int count, char** arguments) {
  Options options;
  options.seed = std::random_device()();
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view name = arguments[i];
    const std::string_view value = arguments[i + 1];
    if (std::string* text = options.Named(name)) {
      *text = value;
      continue;
    }
    uint64_t number = 0;
    const auto parsed = std::from_chars(value.data(), value.data() + value.size(), number);
    if (parsed.ec != std::errc() || parsed.ptr != value.data() + value.size() ||
        (name != "--points" && name != "--seed")) {
      return std::nullopt;
    }
    (name == "--points" ? options.points : options.seed) = number;
  }
  const auto is_one_of = [](const std::string& text, std::initializer_list<std::string_view> all) {
    return std::find(all.begin(), all.end(), text) != all.end();
  };
  const bool known = is_one_of(options.mode, {"all", "crash", "eio", "enospc"}) &&
                     is_one_of(options.tails, {"torn", "garbled", "all"}) &&
                     is_one_of(options.names, {"ordered", "any"});
  return known && count % 2 == 1 ? std::optional(options) : std::nullopt;
}

Fault FaultOf(const std::string& mode, base::Random& random) {
  if (mode == "all") {
    const uint64_t choice = random.Below(kOfAll);
    return choice < kNoSpaceOfAll                    ? Fault::kNoSpace
           : choice < kNoSpaceOfAll + kIoErrorsOfAll ? Fault::kIoError
                                                     : Fault::kCrash;
  }
  return mode == "eio" ? Fault::kIoError : mode == "enospc" ? Fault::kNoSpace : Fault::kCrash;
}

std::string NameOf(Fault fault) {
  return fault == Fault::kIoError ? "eio" : fault == Fault::kNoSpace ? "enospc" : "crash";
}

// The message is prepared, for a signal's handler may only write.
std::array<char, 256> end_message = {};

void ReportEnd(int /*signal*/) {
  const std::string_view message(end_message.data());
  if (write(STDERR_FILENO, message.data(), message.size()) < 0) {
    _exit(2);
  }
  std::array<void*, 40> frames = {};
  backtrace_symbols_fd(frames.data(), backtrace(frames.data(), frames.size()), STDERR_FILENO);
  _exit(1);
}

void ExpectEnd(const std::string& what) {
  const std::string message = "Failed: hangs or crashes: " + what + "\n";
  end_message.fill('\0');
  std::copy_n(message.data(), std::min(message.size(), end_message.size() - 1), end_message.data());
  alarm(kHangSeconds);
}

void RunStore(uint64_t seed, uint64_t points, const Options& options, Summary& summary) {
  std::error_code error;
  const std::filesystem::path memory = "/dev/shm";
  const std::filesystem::path base = std::filesystem::is_directory(memory, error)
                                         ? memory
                                         : std::filesystem::temp_directory_path();
  base::Random random(seed);
  const PowerLoss power_loss = {
      .tails = options.tails == "torn"  ? Tails::kTorn
               : options.tails == "all" ? Tails::kGarbledAlways
                                        : Tails::kGarbled,
      .names = options.names == "any" ? NameOrder::kAny : NameOrder::kKept};
  Simulation simulation(random.Next(), power_loss,
                        base / ("stator-crash-points-" + base::RandomUuid()));
  for (uint64_t i = 0; i <= points; ++i) {
    const bool last = i == points;
    const Fault fault = FaultOf(options.mode, random);
    const std::string what = "--seed " + std::to_string(seed) + " --points " +
                             std::to_string(points) + " --mode " + options.mode + " --tails " +
                             options.tails + " --names " + options.names + ", point " +
                             (last ? "end" : std::to_string(i) + " (" + NameOf(fault) + ")");
    ExpectEnd(what);
    const std::optional<Violation> wrong = last ? simulation.Finish() : simulation.Live(fault);
    summary.points += last ? 0 : 1;
    if (wrong) {
      ++summary.violations[static_cast<size_t>(wrong->kind)];
      std::cout << "Failed: " << what << "\n" << simulation.History() << wrong->text << std::endl;
      return;
    }
  }
}

int Run(const Options& options) {
  std::cout << "seed " << options.seed << ", " << options.points << " points, mode " << options.mode
            << std::endl;
  for (const int signal : {SIGALRM, SIGABRT, SIGSEGV}) {
    if (std::signal(signal, ReportEnd) == SIG_ERR) {
      return 1;
    }
  }
  Summary summary;
  const auto begin = std::chrono::steady_clock::now();
  const auto seconds = [&begin] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  for (uint64_t store = 0; summary.points < options.points && !summary.Failed(); ++store) {
    const uint64_t before = summary.points / kProgressPoints;
    RunStore(options.seed + store, std::min(kPointsPerStore, options.points - summary.points),
             options, summary);
    if (summary.points / kProgressPoints != before) {
      std::cout << summary.points << " points, " << seconds() << " s" << std::endl;
    }
  }
  std::cout << summary.points << " crash points, " << summary.Of(Violation::Kind::kLost)
            << " lost, " << summary.Of(Violation::Kind::kTorn) << " torn, "
            << summary.Of(Violation::Kind::kIndex) << " index mismatches";
  if (summary.Of(Violation::Kind::kOther) > 0) {
    std::cout << ", " << summary.Of(Violation::Kind::kOther) << " others";
  }
  std::cout << " (" << seconds() << " s)" << std::endl;
  return summary.Failed() ? 1 : 0;
}

}  // namespace
}  // namespace stator::crash_points

int main(int argc, char** argv) {
  const auto options = stator::crash_points::Parse(argc, argv);
  if (!options) {
    std::cerr
        << "usage: " << argv[0]
        << " [--points N] [--seed S] [--mode crash|eio|enospc|all] [--tails torn|garbled|all] "
           "[--names ordered|any]\n";
    return 2;
  }
  return stator::crash_points::Run(*options);
}
