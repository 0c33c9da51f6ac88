#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "auth/sigv4_signer.h"
#include "base/clock.h"
#include "base/result.h"
#include "cli/kinesis/http_connection.h"

namespace stator::cli::kinesis {

// Where the records of Kinesis destinations go. A value type.
struct KinesisOptions {
  std::string endpoint;           // a URL; empty: nowhere
  std::string ca_path;            // PEM: whom to trust; empty: whom the system trusts
  auth::Credentials credentials;  // what requests are signed with
};

// A record on its way to a stream.
struct OutgoingRecord {
  std::string partition_key;
  std::string data;
};

// What became of the records of one call.
struct PutRecordsAnswer {
  std::vector<bool> accepted;  // of each record
  std::string problem;         // of the first one that was not; empty when all were
};

// Calls PutRecords of a Kinesis endpoint, signed for the region of each stream. Not synchronized.
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html
class KinesisClient {
 public:
  // Fails with a text for people when the options cannot be used. The others outlive the client;
  // once `stopping` is set, calls fail soon.
  static base::Result<std::unique_ptr<KinesisClient>> Open(const KinesisOptions& options,
                                                           const base::Clock& clock,
                                                           const std::atomic<bool>& stopping);

  // Waits for the answer, seconds at most. Fails, for all records, with kValidation when the
  // endpoint says that the request is not valid, with kIo when it does not answer, and otherwise
  // with kUnavailable. REQUIRES: the ARN is one of a data stream; 1 to 500 records.
  base::Result<PutRecordsAnswer> PutRecords(std::string_view stream_arn,
                                            const std::vector<OutgoingRecord>& records);

 private:
  KinesisClient(const KinesisOptions& options, bench::Endpoint endpoint, const base::Clock& clock,
                const std::atomic<bool>& stopping);

  std::string SignedRequest(std::string_view region, std::string_view body);

  const auth::Credentials credentials_;
  const base::Clock& clock_;
  HttpConnection connection_;
  std::map<std::string, auth::SigV4Signer, std::less<>> signers_;  // by region
};

// The body of PutRecords.
std::string PutRecordsBody(std::string_view stream_arn, const std::vector<OutgoingRecord>& records);

// Reads the answer to a call with so many records; the errors are those of PutRecords.
base::Result<PutRecordsAnswer> ReadPutRecordsAnswer(const HttpAnswer& answer, size_t records);

}  // namespace stator::cli::kinesis
