#include "cli/local_flags.h"

#include <array>
#include <string_view>

namespace stator::cli {

namespace {

// A flag of DynamoDB Local and what it is here. The value of one that takes a value follows it.
struct LocalFlag {
  std::string_view local;
  std::string_view ours;  // empty: what Stator does anyway
};

constexpr std::array<LocalFlag, 10> kLocalFlags = {{
    {"-port", "--port"},
    {"-inMemory", "--in-memory"},
    {"-dbPath", "--data-dir"},
    {"-cors", "--cors"},
    // Local delays for a while that it does not name; the service takes seconds.
    {"-delayTransientStatuses", "--status-delay-ms=3000"},
    {"-help", "--help"},
    {"-version", "--version"},
    // One database for all credentials and regions.
    {"-sharedDb", ""},
    // The storage engine compacts all the time.
    {"-optimizeDbBeforeStartup", ""},
    // There is none.
    {"-disableTelemetry", ""},
}};

const LocalFlag* Find(std::string_view argument) {
  for (const LocalFlag& flag : kLocalFlags) {
    if (flag.local == argument) {
      return &flag;
    }
  }
  return nullptr;
}

}  // namespace

std::vector<std::string> TranslateLocalFlags(std::vector<std::string> arguments) {
  const bool names_command = !arguments.empty() && !arguments.front().starts_with('-');
  if (names_command && arguments.front() != "serve") {
    return arguments;
  }
  std::vector<std::string> translated;
  bool is_local = false;
  for (std::string& argument : arguments) {
    const LocalFlag* const flag = Find(argument);
    is_local = is_local || flag != nullptr;
    if (flag == nullptr) {
      translated.push_back(std::move(argument));
    } else if (!flag->ours.empty()) {
      translated.emplace_back(flag->ours);
    }
  }
  const bool about_all = !translated.empty() && (translated.front() == "--version" ||
                                                 (translated.front() == "--help" && !is_local));
  if (!names_command && !about_all && !(arguments.empty())) {
    translated.insert(translated.begin(), "serve");
  }
  return translated;
}

}  // namespace stator::cli
