#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace stator::cli {

// The text of a setting and where it stands, for messages: "--port", "STATOR_PORT", "a.toml: port".
struct SettingText {
  std::string text;
  std::string origin;
};

// Settings by name, such as "data-dir". A value type.
using Settings = std::map<std::string, SettingText>;

// Adds to `settings` those that are not there yet and that the environment has under names such as
// STATOR_DATA_DIR.
void AddEnvironment(const std::vector<std::string_view>& names, Settings& settings);

// Adds those that are not there yet and that a TOML file has at its top level. Fails when the file
// cannot be read or has a key that is not among `names`.
base::Result<void> AddConfigFile(const std::string& path,
                                 const std::vector<std::string_view>& names, Settings& settings);

// The same for a file's text; `path` is for messages.
base::Result<void> AddConfigText(std::string_view text, const std::string& path,
                                 const std::vector<std::string_view>& names, Settings& settings);

}  // namespace stator::cli
