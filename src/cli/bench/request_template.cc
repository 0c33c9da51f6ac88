#include "cli/bench/request_template.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace stator::cli::bench {

namespace {

constexpr std::string_view kPartitionPrefix = "user";
constexpr size_t kPartitionDigits = 10;
constexpr std::string_view kSortPrefix = "item";
constexpr size_t kSortDigits = 2;

// Bytes billed for an item without payload: four names, both keys, a number 0.
constexpr size_t kFixedItemBytes = 12 + 14 + 6 + 1;
static_assert(kFixedItemBytes < kMinItemBytes);

constexpr size_t kHashDigits = 64;
constexpr size_t kDayBytes = 8;
constexpr size_t kDateTimeBytes = 16;
constexpr size_t kExtraPayloadBytes = 64 * 1024;
// DynamoDB accepts a date within 15 minutes.
constexpr int64_t kStampMicros = 30'000'000;

constexpr std::string_view kContentType = "application/x-amz-json-1.0";

void WriteDigits(uint64_t number, char* out, size_t digits) {
  for (size_t i = digits; i-- > 0; number /= 10) {
    out[i] = static_cast<char>('0' + number % 10);
  }
}

}  // namespace

BodyBuilder& BodyBuilder::Text(std::string_view text) {
  text_.append(text);
  return *this;
}

void BodyBuilder::AddSlot(SlotKind kind, size_t item, size_t size) {
  slots_.push_back({kind, item, text_.size(), size});
  text_.append(size, '0');
  items_ = std::max(items_, item + 1);
}

BodyBuilder& BodyBuilder::Partition(size_t item) {
  Text("\"").Text(kPartitionPrefix);
  AddSlot(SlotKind::kPartition, item, kPartitionDigits);
  return Text("\"");
}

BodyBuilder& BodyBuilder::Key(size_t item) {
  Text(R"("pk":{"S":)").Partition(item).Text(R"(},"sk":{"S":")").Text(kSortPrefix);
  AddSlot(SlotKind::kSort, item, kSortDigits);
  return Text(R"("})");
}

BodyBuilder& BodyBuilder::Item(size_t item, size_t item_bytes) {
  STATOR_CHECK(item_bytes >= kMinItemBytes);
  Key(item).Text(R"(,"hits":{"N":"0"},"data":{"S":")");
  AddSlot(SlotKind::kPayload, item, item_bytes - kFixedItemBytes);
  return Text(R"("})");
}

RequestFactory::RequestFactory(std::string host_header, SigningOptions signing)
    : host_header_(std::move(host_header)), signing_(std::move(signing)) {}

RequestTemplate RequestFactory::Make(std::string_view operation, const BodyBuilder& body) const {
  const bool is_whole = operation.find('.') != std::string_view::npos;
  const std::string target = (is_whole ? "" : "DynamoDB_20120810.") + std::string(operation);
  const std::string date_time(kDateTimeBytes, '0');
  const std::string hash(kHashDigits, '0');
  std::vector<auth::HeaderView> headers = {{"Host", host_header_},
                                           {"Content-Type", kContentType},
                                           {"X-Amz-Date", date_time},
                                           {"X-Amz-Target", target}};
  if (!signing_.credentials.session_token.empty()) {
    headers.push_back({"X-Amz-Security-Token", signing_.credentials.session_token});
  }
  RequestTemplate request;
  request.bytes = "POST / HTTP/1.1\r\n";
  for (const auth::HeaderView& header : headers) {
    request.bytes.append(header.name).append(": ");
    if (header.name == "X-Amz-Date") {
      request.date_offset = request.bytes.size();
    }
    request.bytes.append(header.value).append("\r\n");
  }
  request.bytes.append("Content-Length: ").append(std::to_string(body.text().size()));
  request.bytes.append("\r\nAuthorization: AWS4-HMAC-SHA256 Credential=");
  request.bytes.append(signing_.credentials.access_key_id).append("/");
  request.credential_date_offset = request.bytes.size();
  request.bytes.append(
      auth::CredentialScope{std::string(kDayBytes, '0'), signing_.region, "dynamodb"}.ToString());
  request.bytes.append(", SignedHeaders=").append(auth::SignedHeaders(headers));
  request.bytes.append(", Signature=");
  request.signature_offset = request.bytes.size();
  request.bytes.append(hash).append("\r\n\r\n");
  request.body_offset = request.bytes.size();
  request.bytes.append(body.text());

  request.slots = body.slots();
  for (Slot& slot : request.slots) {
    slot.offset += request.body_offset;
  }
  request.items = body.items();
  if (signing_.sign) {
    constexpr std::string_view kDateName = "\nx-amz-date:";
    request.canonical = auth::CanonicalRequest({.headers = headers, .payload_hash = hash});
    request.canonical_date_offset = request.canonical.find(kDateName) + kDateName.size();
  }
  return request;
}

RequestTemplate RequestFactory::MakeFloor() const {
  RequestTemplate request;
  request.bytes = "GET / HTTP/1.1\r\nHost: " + host_header_ + "\r\n\r\n";
  request.body_offset = request.bytes.size();
  return request;
}

RequestFiller::RequestFiller(const SigningOptions& signing, size_t max_payload, uint64_t seed,
                             const base::Clock& clock)
    : signer_(signing.credentials, signing.region, "dynamodb"), clock_(clock), random_(seed) {
  constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  payloads_.resize(max_payload + kExtraPayloadBytes);
  for (char& letter : payloads_) {
    letter = kLetters[random_.Below(kLetters.size())];
  }
}

std::string_view RequestFiller::Fill(RequestTemplate& request, std::span<const uint64_t> items) {
  for (const Slot& slot : request.slots) {
    char* const out = request.bytes.data() + slot.offset;
    switch (slot.kind) {
      case SlotKind::kPartition:
        WriteDigits(items[slot.item] / kItemsPerPartition, out, slot.size);
        break;
      case SlotKind::kSort:
        WriteDigits(items[slot.item] % kItemsPerPartition, out, slot.size);
        break;
      case SlotKind::kPayload:
        payloads_.copy(out, slot.size, random_.Below(payloads_.size() - slot.size + 1));
        break;
    }
  }
  if (request.date_offset != 0) {
    Stamp(request);
  }
  if (!request.canonical.empty()) {
    Sign(request);
  }
  return request.bytes;
}

void RequestFiller::Stamp(RequestTemplate& request) {
  const int64_t now = clock_.NowMicros();
  if (now >= stamp_again_micros_) {
    date_time_ = auth::AmzDateTime(now);
    stamp_again_micros_ = now + kStampMicros;
  }
  if (request.bytes.compare(request.date_offset, kDateTimeBytes, date_time_) == 0) {
    return;
  }
  request.bytes.replace(request.date_offset, kDateTimeBytes, date_time_);
  request.bytes.replace(request.credential_date_offset, kDayBytes, date_time_, 0, kDayBytes);
  if (!request.canonical.empty()) {
    request.canonical.replace(request.canonical_date_offset, kDateTimeBytes, date_time_);
  }
}

void RequestFiller::Sign(RequestTemplate& request) {
  const std::string_view body = std::string_view(request.bytes).substr(request.body_offset);
  request.canonical.resize(request.canonical.size() - kHashDigits);
  auth::AppendHex(signer_.hasher().Sha256(body), request.canonical);
  request.bytes.replace(request.signature_offset, kHashDigits,
                        signer_.Signature(request.canonical, date_time_));
}

}  // namespace stator::cli::bench
