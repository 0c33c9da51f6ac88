#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "auth/sigv4_signer.h"
#include "base/clock.h"
#include "base/random.h"

namespace stator::cli::bench {

// Items of one partition: item i has the partition key of i / 20 and the sort key of i % 20.
inline constexpr uint64_t kItemsPerPartition = 20;

// What stands at a place of a request that changes with each use.
enum class SlotKind : uint8_t { kPartition, kSort, kPayload };

// Such a place.
struct Slot {
  SlotKind kind;
  size_t item;    // which of the request's items
  size_t offset;  // in the body, then in the request
  size_t size;
};

// Writes a body and remembers its slots.
class BodyBuilder {
 public:
  BodyBuilder& Text(std::string_view text);
  // The value of the partition key, in quotes.
  BodyBuilder& Partition(size_t item);
  // Both key attributes as JSON members.
  BodyBuilder& Key(size_t item);
  // All attributes of an item of so many billed bytes, as JSON members.
  BodyBuilder& Item(size_t item, size_t item_bytes);

  const std::string& text() const { return text_; }
  const std::vector<Slot>& slots() const { return slots_; }
  size_t items() const { return items_; }

 private:
  void AddSlot(SlotKind kind, size_t item, size_t size);

  std::string text_;
  std::vector<Slot> slots_;
  size_t items_ = 0;
};

// The smallest item that BodyBuilder::Item can make.
inline constexpr size_t kMinItemBytes = 64;

// A whole request whose size never changes: a use overwrites its slots. A value type.
struct RequestTemplate {
  std::string bytes;
  std::vector<Slot> slots;
  size_t items = 0;  // how many distinct items a use names

  // For signing again; meaningless when `canonical` is empty.
  std::string canonical;  // canonical request; its last 64 bytes are the body's hash
  size_t body_offset = 0;
  size_t date_offset = 0;             // of X-Amz-Date's value
  size_t credential_date_offset = 0;  // of the day in the Authorization header
  size_t signature_offset = 0;
  size_t canonical_date_offset = 0;
};

// How requests authenticate.
struct SigningOptions {
  auth::Credentials credentials;
  std::string region;
  // Off: a constant Authorization header, which endpoints that verify nothing accept.
  bool sign = true;
};

// Makes the requests for one endpoint. Immutable.
class RequestFactory {
 public:
  RequestFactory(std::string host_header, SigningOptions signing);

  // A call of an operation of DynamoDB, or of another service's with its whole target. Its time and
  // signature are not filled in yet.
  RequestTemplate Make(std::string_view operation, const BodyBuilder& body) const;
  // `GET /`
  RequestTemplate MakeFloor() const;

  const SigningOptions& signing() const { return signing_; }

 private:
  const std::string host_header_;
  const SigningOptions signing_;
};

// Fills templates. Not synchronized; each thread has its own.
class RequestFiller {
 public:
  // `max_payload` bounds the items' payloads.
  RequestFiller(const SigningOptions& signing, size_t max_payload, uint64_t seed,
                const base::Clock& clock);

  // Writes keys, payload, date and signature in place. The view is valid until the next use of the
  // template. REQUIRES: items.size() == request.items.
  std::string_view Fill(RequestTemplate& request, std::span<const uint64_t> items);

 private:
  void Stamp(RequestTemplate& request);
  void Sign(RequestTemplate& request);

  auth::SigV4Signer signer_;
  const base::Clock& clock_;
  base::Random random_;
  std::string payloads_;  // any part of it serves as a payload
  std::string date_time_;
  int64_t stamp_again_micros_ = 0;
};

}  // namespace stator::cli::bench
