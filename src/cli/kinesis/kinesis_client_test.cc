#include "cli/kinesis/kinesis_client.h"

#include <gtest/gtest.h>

namespace stator::cli::kinesis {
namespace {

TEST(KinesisClient, WritesThePutRecordsForm) {
  EXPECT_EQ(
      PutRecordsBody("arn:aws:kinesis:us-east-1:000000000000:stream/changes",
                     {{.partition_key = "K1", .data = "{}"}, {.partition_key = "K2", .data = "a"}}),
      R"({"StreamName":"changes",)"
      R"("StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/changes",)"
      R"("Records":[{"Data":"e30=","PartitionKey":"K1"},)"
      R"({"Data":"YQ==","PartitionKey":"K2"}]})");
}

TEST(KinesisClient, ReadsWhichRecordsWereAccepted) {
  const auto answer = ReadPutRecordsAnswer(
      {.status = 200,
       .body = R"({"FailedRecordCount":1,"Records":[{"SequenceNumber":"1","ShardId":"s"},)"
               R"({"ErrorCode":"ProvisionedThroughputExceededException","ErrorMessage":"slow"}]})"},
      2);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->accepted, (std::vector<bool>{true, false}));
  EXPECT_EQ(answer->problem, "ProvisionedThroughputExceededException: slow");
}

TEST(KinesisClient, TakesOnlyAWholeAnswerForOne) {
  for (const char* body :
       {"", "[]", "{}", R"({"Records":[]})", R"({"Records":[{},{}]})", "<html>"}) {
    const auto answer = ReadPutRecordsAnswer({.status = 200, .body = body}, 1);
    ASSERT_FALSE(answer.ok()) << body;
    EXPECT_EQ(answer.error().code, base::ErrorCode::kUnavailable);
  }
}

TEST(KinesisClient, TellsWhatIsInvalidFromWhatMayPass) {
  const auto refusal = [](int status, const char* body) {
    return ReadPutRecordsAnswer({.status = status, .body = body}, 1).error();
  };
  EXPECT_EQ(refusal(400, R"({"__type":"ValidationException","message":"large"})").code,
            base::ErrorCode::kValidation);
  EXPECT_EQ(refusal(413, "too large").code, base::ErrorCode::kValidation);
  const base::Error missing = refusal(
      400, R"({"__type":"com.amazonaws.kinesis#ResourceNotFoundException","Message":"no"})");
  EXPECT_EQ(missing.code, base::ErrorCode::kUnavailable);
  EXPECT_EQ(missing.message, "ResourceNotFoundException: no");
  EXPECT_EQ(refusal(500, "").code, base::ErrorCode::kUnavailable);
}

TEST(KinesisClient, RefusesWhatIsNoEndpoint) {
  const std::atomic<bool> stopping = false;
  const auto open = [&](const char* url, const char* ca) {
    return KinesisClient::Open({.endpoint = url, .ca_path = ca, .credentials = {}},
                               base::Clock::System(), stopping)
        .ok();
  };
  EXPECT_TRUE(open("http://127.0.0.1:4568", ""));
  EXPECT_TRUE(open("https://kinesis.us-east-1.amazonaws.com", ""));
  EXPECT_FALSE(open("kinesis.us-east-1.amazonaws.com", ""));
  EXPECT_FALSE(open("http://127.0.0.1:4568/path", ""));
  EXPECT_FALSE(open("https://127.0.0.1:4568", "/does/not/exist.pem"));
}

}  // namespace
}  // namespace stator::cli::kinesis
