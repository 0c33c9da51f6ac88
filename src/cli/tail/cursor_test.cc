#include "cli/tail/cursor.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace stator::cli::tail {
namespace {

Cursor MakeCursor() {
  Cursor cursor;
  cursor.stream_arn = "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/x";
  cursor.since_seconds = 1'700'000'000;
  cursor.shards = {{"shardId-1", "123"}, {"shardId-2", std::string(Cursor::kFinished)}};
  return cursor;
}

TEST(Cursor, ReadsWhatItWrote) {
  const std::string path =
      (std::filesystem::temp_directory_path() / ("stator-cursor-" + std::to_string(getpid())))
          .string();
  ASSERT_TRUE(MakeCursor().Save(path).ok());
  const auto cursor = Cursor::Load(path);
  ASSERT_TRUE(cursor.ok()) << cursor.error().message;
  EXPECT_EQ(cursor->ToText(), MakeCursor().ToText());
  EXPECT_EQ(cursor->shards, MakeCursor().shards);
  std::filesystem::remove(path);
  EXPECT_EQ(Cursor::Load(path).error().code, base::ErrorCode::kIo);
  EXPECT_EQ(MakeCursor().Save("/nowhere/cursor").error().code, base::ErrorCode::kIo);
}

TEST(Cursor, RefusesWhatIsNone) {
  const std::string text = MakeCursor().ToText();
  for (const std::string& damaged :
       {std::string(), std::string("x\n"), text.substr(0, text.size() - 1), text + "more\n",
        std::string("stator-cursor 2\nstream a\n"), std::string("stator-cursor 1\n"),
        std::string("stator-cursor 1\nstream a\nsince x\n")}) {
    EXPECT_FALSE(Cursor::Parse(damaged).ok()) << damaged;
  }
}

}  // namespace
}  // namespace stator::cli::tail
