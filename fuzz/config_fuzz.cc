// Any text is a configuration or is refused: as a TOML file, as flags line by line, and as flags of
// DynamoDB Local.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "cli/local_flags.h"
#include "cli/serve_options.h"
#include "cli/settings.h"

namespace {

// Options made of settings hold what the rest of the program relies on.
void Make(const stator::cli::Settings& settings) {
  const auto options = stator::cli::MakeServeOptions(settings);
  if (options.ok()) {
    STATOR_CHECK(options->http.threads >= 1);
    STATOR_CHECK(options->store.memory_bytes >= stator::storage::kLeastMemoryBytes);
    STATOR_CHECK(options->engine.scan_partitions >= 1);
  } else {
    STATOR_CHECK(!options.error().message.empty());
  }
}

std::vector<std::string> Lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<std::string_view> names;
  for (const auto& setting : stator::cli::ServeSettings()) {
    names.push_back(setting.name);
  }
  stator::cli::Settings from_file;
  if (stator::cli::AddConfigText(text, "fuzz.toml", names, from_file).ok()) {
    Make(from_file);
  }

  const std::vector<std::string> lines = Lines(text);
  stator::cli::Settings from_flags;
  for (const std::string& line : lines) {
    const size_t equal = line.find('=');
    if (equal != std::string::npos) {
      from_flags[line.substr(0, equal)] = {line.substr(equal + 1), "--" + line.substr(0, equal)};
    }
  }
  Make(from_flags);

  const std::vector<std::string> translated = stator::cli::TranslateLocalFlags(lines);
  STATOR_CHECK(stator::cli::TranslateLocalFlags(translated) == translated);
  return 0;
}
