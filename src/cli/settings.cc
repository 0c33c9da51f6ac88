#include "cli/settings.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iterator>
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

// Whether what is beyond ASCII stands in comments and strings only. Elsewhere it is no TOML, but
// toml++ 3.3 does not say so: for some characters its behavior is undefined.
bool HasSoundCharacters(std::string_view text) {
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (std::ranges::all_of(text, is_ascii)) {
    return true;
  }
  // Strings of several lines could not be told apart here, and no setting needs them.
  if (text.find("\"\"\"") != std::string_view::npos || text.find("'''") != std::string_view::npos) {
    return false;
  }
  char quote = 0;  // 0: outside; '#': in a comment
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool closes = c == '\n' || (c == quote && quote != '#');
    if (closes) {
      quote = 0;
    } else if (quote == 0) {
      if (!is_ascii(c)) {
        return false;
      }
      quote = c == '"' || c == '\'' || c == '#' ? c : '\0';
    } else if (quote == '"' && c == '\\') {
      ++i;
    }
  }
  return true;
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
  std::ifstream file(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  if (!file.is_open() || file.bad()) {
    return Refused(fmt::format("{}: cannot be read", path));
  }
  return AddConfigText(text, path, names, settings);
}

base::Result<void> AddConfigText(std::string_view text, const std::string& path,
                                 const std::vector<std::string_view>& names, Settings& settings) {
  if (!HasSoundCharacters(text)) {
    return Refused(fmt::format(
        "{}: only comments, and texts of one line, may hold characters beyond ASCII", path));
  }
  return AddParsed(toml::parse(text, path), path, names, settings);
}

}  // namespace stator::cli
