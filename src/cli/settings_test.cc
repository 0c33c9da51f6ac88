#include "cli/settings.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace stator::cli {
namespace {

const std::vector<std::string_view> kNames = {"port", "data-dir", "in-memory"};

// A config file that is gone after the test.
class ConfigFile {
 public:
  explicit ConfigFile(std::string_view text)
      : path_(testing::TempDir() + "settings_test_" + std::to_string(getpid()) + ".toml") {
    std::ofstream(path_) << text;
  }
  ~ConfigFile() { std::filesystem::remove(path_); }
  ConfigFile(const ConfigFile&) = delete;
  ConfigFile& operator=(const ConfigFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  const std::string path_;
};

TEST(Settings, FlagsGoBeforeEnvironmentBeforeFile) {
  const ConfigFile file("port = 3\ndata-dir = \"from file\"\nin-memory = true\n");
  ASSERT_EQ(setenv("STATOR_PORT", "2", 1), 0);
  ASSERT_EQ(setenv("STATOR_DATA_DIR", "from environment", 1), 0);
  Settings settings = {{"port", {"1", "--port"}}};
  AddEnvironment(kNames, settings);
  ASSERT_TRUE(AddConfigFile(file.path(), kNames, settings).ok());
  unsetenv("STATOR_PORT");
  unsetenv("STATOR_DATA_DIR");
  EXPECT_EQ(settings["port"].text, "1");
  EXPECT_EQ(settings["data-dir"].text, "from environment");
  EXPECT_EQ(settings["data-dir"].origin, "STATOR_DATA_DIR");
  EXPECT_EQ(settings["in-memory"].text, "true");
}

TEST(Settings, RefuseWhatAFileShouldNotHold) {
  Settings settings;
  const ConfigFile unknown("prot = 3\n");
  EXPECT_EQ(AddConfigFile(unknown.path(), kNames, settings).error().message,
            unknown.path() + ": unknown setting 'prot'");
}

TEST(Settings, RefuseFilesThatAreNone) {
  Settings settings;
  EXPECT_FALSE(AddConfigFile("/does/not/exist.toml", kNames, settings).ok());
  const ConfigFile broken("port = = 3");
  EXPECT_FALSE(AddConfigFile(broken.path(), kNames, settings).ok());
  const ConfigFile table("[port]\nx = 1");
  EXPECT_FALSE(AddConfigFile(table.path(), kNames, settings).ok());
}

base::Result<void> FromText(std::string_view text) {
  Settings settings;
  return AddConfigText(text, "a.toml", {"data-dir", "port"}, settings);
}

TEST(Settings, AreNeitherTablesNorArrays) {
  for (const std::string_view text :
       {"[port]", "[!]", "port = 1\n \t[[a]]", "[\x01]]", "port=[[}[1]", "port = {a = 1}",
        "port = [1]", "data-dir = '''\na'''", "port = \x01", "port = 1979-05-27t", "port = 1.5",
        "a.b = 1", "port = 1\"\xC3\x95\"", "port = \"\"\"\""}) {
    const auto result = FromText(text);
    ASSERT_FALSE(result.ok()) << text;
    EXPECT_TRUE(result.error().message.starts_with("a.toml: each line is a setting: name = value"))
        << result.error().message;
  }
  EXPECT_TRUE(FromText("data-dir = \"[{!\" # [\n\nport = 1\n ").ok());
}

// Characters that toml++ takes for neither a space nor anything else.
TEST(Settings, MayHoldAnyCharacterInTextsAndComments) {
  EXPECT_TRUE(FromText("data-dir = \"/m\xC3\xBCller\"  # \xC3\x95\nport = 1").ok());
  EXPECT_TRUE(FromText("data-dir = '/\xC3\x95\\' # '").ok());
  for (const std::string_view text :
       {"\xC3\x95port = 1", "port \xC3\x95= 1", "port = 1 \xC3\x95", "data-dir = \"a\" \xC3\x95",
        "data-dir = \"\\\"\" \xC3\x95", "data-dir = \"\"\"a\"\" \xC3\x95\"\"\"", "port = \xA0",
        "\xFF"}) {
    EXPECT_FALSE(FromText(text).ok()) << text;
  }
}

}  // namespace
}  // namespace stator::cli
