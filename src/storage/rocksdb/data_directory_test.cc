#include "storage/rocksdb/data_directory.h"

#include <string>

#include <gtest/gtest.h>

#include "storage/store_test_support.h"

namespace stator::storage {
namespace {

TEST(Format, ReadsWhatItWrote) {
  for (const bool complete : {false, true}) {
    const Format format{.uuid = "0d9e1f2a", .complete = complete};
    const auto parsed = Format::Parse(format.ToText());
    ASSERT_TRUE(parsed.ok());
    EXPECT_EQ(parsed->version, Format::kCurrentVersion);
    EXPECT_EQ(parsed->uuid, "0d9e1f2a");
    EXPECT_EQ(parsed->complete, complete);
  }
}

TEST(Format, RefusesWhatIsNotAFormat) {
  for (const std::string text : {"", "\n", "stator-data", "stator-data 0\n", "stator-data -1\n",
                                 "stator-data 1\n", "RocksDB 1\nuuid x\nstate new\n"}) {
    EXPECT_EQ(Format::Parse(text).error().code, base::ErrorCode::kCorruption) << text;
  }
  EXPECT_FALSE(Format::Parse(Format{.uuid = "x"}.ToText() + "more\n").ok());
}

TEST(DataDirectory, StaysNewUntilItIsMarkedComplete) {
  const TemporaryDirectory temporary;
  std::string uuid;
  {
    auto directory = DataDirectory::Open(temporary.path());
    ASSERT_TRUE(directory.ok());
    EXPECT_TRUE(directory->is_new());
    uuid = directory->format().uuid;
    EXPECT_EQ(uuid.size(), 36U);
  }
  {
    auto directory = DataDirectory::Open(temporary.path());
    ASSERT_TRUE(directory.ok());
    EXPECT_TRUE(directory->is_new());
    EXPECT_EQ(directory->format().uuid, uuid);
    EXPECT_TRUE(directory->MarkComplete().ok());
  }
  auto directory = DataDirectory::Open(temporary.path());
  ASSERT_TRUE(directory.ok());
  EXPECT_FALSE(directory->is_new());
  EXPECT_EQ(directory->format().uuid, uuid);
}

}  // namespace
}  // namespace stator::storage
