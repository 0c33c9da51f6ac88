#include "cli/tail/cursor.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <vector>

namespace stator::cli::tail {
namespace {

constexpr std::string_view kFirstLine = "stator-cursor 1";

base::Error NoCursor() { return base::ValidationError("the cursor file is damaged, or is none"); }

base::Error IoError(const std::string& what) { return base::Error{base::ErrorCode::kIo, what}; }

std::vector<std::string_view> WordsOf(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const size_t end = std::min(line.find(' '), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return words;
}

// Takes one line after the first into the cursor; false when it is none.
bool TakeLine(std::string_view line, Cursor& cursor) {
  const std::vector<std::string_view> words = WordsOf(line);
  if (words.size() == 2 && words[0] == "stream") {
    cursor.stream_arn = words[1];
    return true;
  }
  if (words.size() == 2 && words[0] == "since") {
    const char* const end = words[1].data() + words[1].size();
    const auto parsed = std::from_chars(words[1].data(), end, cursor.since_seconds);
    return parsed.ec == std::errc() && parsed.ptr == end;
  }
  if (words.size() == 3 && words[0] == "shard") {
    cursor.shards.emplace(words[1], words[2]);
    return true;
  }
  return false;
}

}  // namespace

std::string Cursor::ToText() const {
  std::string text(kFirstLine);
  text += "\nstream " + stream_arn + "\nsince " + std::to_string(since_seconds) + "\n";
  for (const auto& [shard, number] : shards) {
    text.append("shard ").append(shard).append(" ").append(number).append("\n");
  }
  return text;
}

base::Result<Cursor> Cursor::Parse(std::string_view text) {
  Cursor cursor;
  bool first = true;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      return NoCursor();
    }
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (first ? line != kFirstLine : !TakeLine(line, cursor)) {
      return NoCursor();
    }
    first = false;
  }
  if (cursor.stream_arn.empty()) {
    return NoCursor();
  }
  return cursor;
}

base::Result<Cursor> Cursor::Load(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) {
    return IoError("cannot read " + path);
  }
  base::Result<Cursor> cursor = Parse(text.str());
  if (!cursor.ok()) {
    return base::ValidationError(path + ": " + cursor.error().message);
  }
  return cursor;
}

base::Result<void> Cursor::Save(const std::string& path) const {
  const std::string temporary = path + ".tmp";
  std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
  file << ToText();
  file.close();
  std::error_code error;
  if (!file.fail()) {
    std::filesystem::rename(temporary, path, error);
  }
  if (file.fail() || error) {
    return IoError("cannot write " + path);
  }
  return {};
}

}  // namespace stator::cli::tail
