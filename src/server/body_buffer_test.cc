#include "server/body_buffer.h"

#include <gtest/gtest.h>

namespace stator::server {
namespace {

// Bytes that differ from piece to piece.
std::string Sample(size_t bytes) {
  std::string sample;
  while (sample.size() < bytes) {
    sample.append(std::to_string(sample.size())).push_back(' ');
  }
  return sample.substr(0, bytes);
}

TEST(BodyBuffer, GivesWhatWasAppended) {
  constexpr size_t kPiece = BodyBuffer::kPieceBytes;
  for (const size_t bytes : {size_t{0}, size_t{1}, kPiece - 1, kPiece, kPiece + 1, 5 * kPiece}) {
    for (const size_t step : {size_t{1000}, kPiece - 1, kPiece, 3 * kPiece}) {
      const std::string sample = Sample(bytes);
      BodyBuffer buffer;
      for (size_t at = 0; at < bytes; at += step) {
        buffer.Append(std::string_view(sample).substr(at, step));
      }
      EXPECT_EQ(buffer.size(), bytes);
      std::string body = "left from before";
      buffer.MoveTo(body, 64);
      EXPECT_EQ(body, sample);
      EXPECT_GE(body.capacity(), bytes + 64);
      EXPECT_TRUE(buffer.empty());
    }
  }
}

}  // namespace
}  // namespace stator::server
