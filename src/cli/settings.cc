#include "cli/settings.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>

#define TOML_EXCEPTIONS 0
#include <fmt/format.h>
#include <toml++/toml.h>

namespace stator::cli {

namespace {

base::Error Refused(std::string message) {
  return base::Error{base::ErrorCode::kValidation, std::move(message)};
}

std::string EnvironmentName(std::string_view name) {
  std::string variable = "STATOR_";
  for (const char c : name) {
    variable.push_back(c == '-' ? '_' : static_cast<char>(std::toupper(c)));
  }
  return variable;
}

std::optional<std::string> TextOf(const toml::node& node) {
  if (auto text = node.value_exact<std::string>()) {
    return text;
  }
  if (const auto number = node.value_exact<int64_t>()) {
    return std::to_string(*number);
  }
  if (const auto flag = node.value_exact<bool>()) {
    return *flag ? "true" : "false";
  }
  return std::nullopt;
}

// Adds what a parsed file has at its top level.
base::Result<void> AddParsed(const toml::parse_result& parsed, const std::string& path,
                             const std::vector<std::string_view>& names, Settings& settings) {
  if (!parsed) {
    return Refused(fmt::format("{}: {}", path, parsed.error().description()));
  }
  for (const auto& [key, node] : parsed.table()) {
    const std::string name(key.str());
    if (std::ranges::find(names, std::string_view(name)) == names.end()) {
      return Refused(fmt::format("{}: unknown setting '{}'", path, name));
    }
    std::optional<std::string> text = TextOf(node);
    if (!text) {
      return Refused(
          fmt::format("{}: '{}' must be a text, a whole number, true or false", path, name));
    }
    settings.try_emplace(name, SettingText{*std::move(text), fmt::format("{}: {}", path, name)});
  }
  return {};
}

}  // namespace

void AddEnvironment(const std::vector<std::string_view>& names, Settings& settings) {
  for (const std::string_view name : names) {
    const std::string variable = EnvironmentName(name);
    // Nothing changes the environment, so that reading it is safe.
    if (const char* const text = std::getenv(variable.c_str())) {  // NOLINT(concurrency-mt-unsafe)
      settings.try_emplace(std::string(name), SettingText{text, variable});
    }
  }
}

base::Result<void> AddConfigFile(const std::string& path,
                                 const std::vector<std::string_view>& names, Settings& settings) {
  return AddParsed(toml::parse_file(path), path, names, settings);
}

base::Result<void> AddConfigText(std::string_view text, const std::string& path,
                                 const std::vector<std::string_view>& names, Settings& settings) {
  return AddParsed(toml::parse(text, path), path, names, settings);
}

}  // namespace stator::cli
