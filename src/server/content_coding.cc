#include "server/content_coding.h"

#include <array>
#include <charconv>

#include <zlib.h>

#include "base/check.h"
#include "server/ascii.h"

namespace stator::server {

namespace {

constexpr int kWindowBits = 15;
constexpr int kGzipWrapper = 16;  // added to the window bits, as zlib wants it

// The weight in thousandths of parameters such as `q=0.5`; 0 when it makes no sense.
int ParseWeight(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view parameter = TakePart(parameters, ';');
    if (parameter.size() < 2 || (parameter[0] != 'q' && parameter[0] != 'Q') ||
        parameter[1] != '=') {
      continue;
    }
    double weight = 0;
    const std::string_view text = parameter.substr(2);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), weight);
    const bool sound = error == std::errc() && end == text.data() + text.size();
    return sound && weight >= 0 && weight <= 1 ? static_cast<int>(weight * 1000) : 0;
  }
  return 1000;
}

// Inflates one zlib stream; ends it in every case.
class Inflater {
 public:
  Inflater(int window_bits, std::string_view input) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream_.avail_in = static_cast<uInt>(input.size());
    STATOR_CHECK(inflateInit2(&stream_, window_bits) == Z_OK);
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  DecodeStatus RunToEnd(size_t max_bytes, std::string& decoded) {
    std::array<char, 16 * 1024> piece;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled
    int status = Z_OK;
    while (status == Z_OK) {
      stream_.next_out = reinterpret_cast<Bytef*>(piece.data());
      stream_.avail_out = static_cast<uInt>(piece.size());
      status = inflate(&stream_, Z_NO_FLUSH);
      const size_t produced = piece.size() - stream_.avail_out;
      if (produced > max_bytes - decoded.size()) {
        return DecodeStatus::kTooLarge;
      }
      decoded.append(piece.data(), produced);
    }
    return status == Z_STREAM_END ? DecodeStatus::kOk : DecodeStatus::kBroken;
  }

  bool AnotherGzipMemberFollows() const {
    return stream_.avail_in >= 2 && stream_.next_in[0] == 0x1f && stream_.next_in[1] == 0x8b;
  }
  void StartNextMember() { STATOR_CHECK(inflateReset(&stream_) == Z_OK); }

 private:
  z_stream stream_{};
};

// Whether the two first bytes are those of the zlib format (RFC 1950). Some clients send a bare
// deflate stream under the same name.
bool HasZlibHeader(std::string_view body) {
  if (body.size() < 2) {
    return false;
  }
  const auto first = static_cast<unsigned char>(body[0]);
  const auto second = static_cast<unsigned char>(body[1]);
  return (first & 0x0f) == Z_DEFLATED && (first * 256 + second) % 31 == 0;
}

}  // namespace

std::optional<ContentCoding> ParseContentCoding(std::string_view header) {
  const std::string_view name = TrimBlanks(header);
  if (EqualsIgnoringCase(name, "gzip") || EqualsIgnoringCase(name, "x-gzip")) {
    return ContentCoding::kGzip;
  }
  if (EqualsIgnoringCase(name, "deflate")) {
    return ContentCoding::kDeflate;
  }
  if (EqualsIgnoringCase(name, "identity")) {
    return ContentCoding::kIdentity;
  }
  return std::nullopt;
}

ContentCoding ChooseContentCoding(std::string_view accept_encoding) {
  int gzip = -1;
  int deflate = -1;
  int identity = 0;  // always acceptable, but only by the way
  int any = -1;
  while (!accept_encoding.empty()) {
    std::string_view parameters = TakePart(accept_encoding, ',');
    const std::string_view name = TakePart(parameters, ';');
    const int weight = ParseWeight(parameters);
    if (name == "*") {
      any = weight;
    } else if (EqualsIgnoringCase(name, "gzip") || EqualsIgnoringCase(name, "x-gzip")) {
      gzip = weight;
    } else if (EqualsIgnoringCase(name, "deflate")) {
      deflate = weight;
    } else if (EqualsIgnoringCase(name, "identity")) {
      identity = weight;
    }
  }
  gzip = gzip < 0 ? any : gzip;
  deflate = deflate < 0 ? any : deflate;
  if (gzip > 0 && gzip >= deflate && gzip >= identity) {
    return ContentCoding::kGzip;
  }
  return deflate > 0 && deflate >= identity ? ContentCoding::kDeflate : ContentCoding::kIdentity;
}

std::string_view ContentCodingName(ContentCoding coding) {
  switch (coding) {
    case ContentCoding::kGzip:
      return "gzip";
    case ContentCoding::kDeflate:
      return "deflate";
    case ContentCoding::kIdentity:
      break;
  }
  return "identity";
}

DecodeStatus DecodeBody(ContentCoding coding, std::string_view body, size_t max_bytes,
                        std::string& decoded) {
  if (coding == ContentCoding::kDeflate) {
    return Inflater(HasZlibHeader(body) ? kWindowBits : -kWindowBits, body)
        .RunToEnd(max_bytes, decoded);
  }
  Inflater inflater(kWindowBits + kGzipWrapper, body);
  DecodeStatus status = inflater.RunToEnd(max_bytes, decoded);
  while (status == DecodeStatus::kOk && inflater.AnotherGzipMemberFollows()) {
    inflater.StartNextMember();
    status = inflater.RunToEnd(max_bytes, decoded);
  }
  return status;
}

std::string EncodeBody(ContentCoding coding, std::string_view body) {
  z_stream stream{};
  const int window_bits = coding == ContentCoding::kGzip ? kWindowBits + kGzipWrapper : kWindowBits;
  constexpr int kMemoryLevel = 8;
  STATOR_CHECK(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, window_bits, kMemoryLevel,
                            Z_DEFAULT_STRATEGY) == Z_OK);
  std::string encoded(deflateBound(&stream, body.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(encoded.data());
  stream.avail_out = static_cast<uInt>(encoded.size());
  STATOR_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  encoded.resize(stream.total_out);
  deflateEnd(&stream);
  return encoded;
}

}  // namespace stator::server
