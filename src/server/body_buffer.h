#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace stator::server {

// A request's body while it comes, in pieces: however large it gets, the event loop copies no more
// than one of them at a time. Not synchronized.
class BodyBuffer {
 public:
  static constexpr size_t kPieceBytes = 64 * 1024;

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  void Append(std::string_view bytes) {
    size_ += bytes.size();
    while (!bytes.empty()) {
      if (pieces_.empty() || pieces_.back().size() == kPieceBytes) {
        pieces_.emplace_back();
        if (pieces_.size() > 1) {
          pieces_.back().reserve(kPieceBytes);  // a large body: it will be full
        }
      }
      std::string& last = pieces_.back();
      const size_t taken = std::min(bytes.size(), kPieceBytes - last.size());
      last.append(bytes.substr(0, taken));
      bytes.remove_prefix(taken);
    }
  }

  // Puts all of it into `body`, with that capacity to spare, and is empty then.
  void MoveTo(std::string& body, size_t spare_bytes) {
    body.clear();
    body.reserve(size_ + spare_bytes);
    for (const std::string& piece : pieces_) {
      body.append(piece);
    }
    *this = BodyBuffer();
  }

 private:
  std::vector<std::string> pieces_;  // each full but the last
  size_t size_ = 0;
};

}  // namespace stator::server
