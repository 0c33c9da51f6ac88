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

void SkipBlanks(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
}

// Takes a text in quotes from the front of a line. False when there is none.
bool TakeText(std::string_view& line) {
  if (!line.starts_with('"') && !line.starts_with('\'')) {
    return false;
  }
  const char quote = line.front();
  size_t end = 1;
  while (end < line.size() && line[end] != quote) {
    end += quote == '"' && line[end] == '\\' ? 2 : 1;
  }
  const bool is_closed = end < line.size();
  line.remove_prefix(is_closed ? end + 1 : 0);
  return is_closed;
}

// Takes the characters of a word or a whole number.
std::string_view TakeWord(std::string_view& line) {
  const auto is_in_word = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '+';
  };
  const auto end = std::ranges::find_if_not(line, is_in_word);
  const std::string_view word = line.substr(0, static_cast<size_t>(end - line.begin()));
  line.remove_prefix(word.size());
  return word;
}

bool IsNumberOrFlag(std::string_view word) {
  const std::string_view digits =
      word.substr(word.starts_with('-') || word.starts_with('+') ? 1 : 0);
  return word == "true" || word == "false" ||
         (!digits.empty() && digits.find_first_not_of("0123456789_") == std::string_view::npos);
}

// Whether a line is empty, a comment, or `name = value`.
bool IsSettingLine(std::string_view line) {
  SkipBlanks(line);
  if (!line.empty() && line.front() != '#') {
    if (!TakeText(line) && TakeWord(line).empty()) {
      return false;
    }
    SkipBlanks(line);
    if (!line.starts_with('=')) {
      return false;
    }
    line.remove_prefix(1);
    SkipBlanks(line);
    if (!TakeText(line) && !IsNumberOrFlag(TakeWord(line))) {
      return false;
    }
    SkipBlanks(line);
  }
  return line.empty() || line.front() == '#';
}

// Whether it is as simple as settings are, which are neither tables nor arrays nor texts of several
// lines. toml++ 3.3 relies on more than it has checked: with some headers, arrays, dates and
// characters beyond ASCII its behavior is undefined.
bool HasOnlySettings(std::string_view text) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (!IsSettingLine(text.substr(0, end))) {
      return false;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
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
  if (!HasOnlySettings(text)) {
    return Refused(fmt::format(
        "{}: each line is a setting: name = value, which is a number, true, false or a text of one "
        "line in quotes; comments begin with #",
        path));
  }
  return AddParsed(toml::parse(text, path), path, names, settings);
}

}  // namespace stator::cli
