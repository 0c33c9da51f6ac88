#include "auth/key_file.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace stator::auth {
namespace {

// A path in a directory of the test's own.
class KeyFile : public testing::Test {
 protected:
  KeyFile() {
    std::string name = testing::TempDir() + "/key_file_XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~KeyFile() override { std::filesystem::remove_all(folder_); }

  std::string path() const { return folder_ + "/auth.key"; }
  void Write(const std::string& text) const {
    std::ofstream(path()) << text;
    std::filesystem::permissions(path(), std::filesystem::perms::owner_read);
  }

 private:
  std::string folder_;
};

TEST_F(KeyFile, ReadsWhatItCreated) {
  EXPECT_EQ(ReadKeyFile(path()).error().code, base::ErrorCode::kResourceNotFound);
  const base::Result<Digest> created = CreateKeyFile(path());
  ASSERT_TRUE(created.ok());
  EXPECT_EQ(ReadKeyFile(path()).value(), *created);
  EXPECT_EQ(std::filesystem::status(path()).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(KeyFile, NeverOverwrites) {
  ASSERT_TRUE(CreateKeyFile(path()).ok());
  EXPECT_FALSE(CreateKeyFile(path()).ok());
}

TEST_F(KeyFile, RefusesWhatOthersMayRead) {
  ASSERT_TRUE(CreateKeyFile(path()).ok());
  ASSERT_EQ(chmod(path().c_str(), 0640), 0);
  EXPECT_EQ(ReadKeyFile(path()).error().code, base::ErrorCode::kIo);
}

TEST_F(KeyFile, RefusesWhatIsNoKey) {
  for (const size_t digits : {0, 1, 63, 65, 66}) {
    Write(std::string(digits, 'a'));
    EXPECT_FALSE(ReadKeyFile(path()).ok()) << digits;
    std::filesystem::remove(path());
  }
  Write(std::string(63, 'a') + "g");
  EXPECT_FALSE(ReadKeyFile(path()).ok());
}

TEST(DerivedKey, DiffersByPurpose) {
  EXPECT_NE(DeriveKey(Digest{}, "one"), DeriveKey(Digest{}, "two"));
}

}  // namespace
}  // namespace stator::auth
