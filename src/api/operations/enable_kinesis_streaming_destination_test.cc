#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

// A server that sends records to Kinesis data streams.
class EnableKinesisStreamingDestinationTest : public OperationTest {
 protected:
  EnableKinesisStreamingDestinationTest() : OperationTest(engine::EngineOptions{.kinesis = true}) {
    CreateTable("table");
  }

  static std::string Request(const std::string& stream, const std::string& more = "") {
    return R"({"TableName":"table","StreamArn":"arn:aws:kinesis:us-east-1:000000000000:stream/)" +
           stream + "\"" + more + "}";
  }
};

TEST_F(EnableKinesisStreamingDestinationTest, AnswersEnablingAndIsActive) {
  EXPECT_EQ(
      Send("EnableKinesisStreamingDestination", Request("first")),
      R"({"TableName":"table","StreamArn":"arn:aws:kinesis:us-east-1:000000000000:stream/first",)"
      R"("DestinationStatus":"ENABLING"})");
  EXPECT_EQ(
      Send("EnableKinesisStreamingDestination",
           Request("second", R"(,"EnableKinesisStreamingConfiguration":{)"
                             R"("ApproximateCreationDateTimePrecision":"MICROSECOND"})")),
      R"({"TableName":"table","StreamArn":"arn:aws:kinesis:us-east-1:000000000000:stream/second",)"
      R"("DestinationStatus":"ENABLING","EnableKinesisStreamingConfiguration":{)"
      R"("ApproximateCreationDateTimePrecision":"MICROSECOND"}})");
  EXPECT_EQ(
      Send("DescribeKinesisStreamingDestination", R"({"TableName":"table"})"),
      R"({"TableName":"table","KinesisDataStreamDestinations":[)"
      R"({"StreamArn":"arn:aws:kinesis:us-east-1:000000000000:stream/first",)"
      R"("DestinationStatus":"ACTIVE","ApproximateCreationDateTimePrecision":"MILLISECOND"},)"
      R"({"StreamArn":"arn:aws:kinesis:us-east-1:000000000000:stream/second",)"
      R"("DestinationStatus":"ACTIVE","ApproximateCreationDateTimePrecision":"MICROSECOND"}]})");
}

TEST_F(EnableKinesisStreamingDestinationTest, ChecksItsParameters) {
  const std::string operation = "EnableKinesisStreamingDestination";
  EXPECT_NE(Invalid(operation, R"({"TableName":"table"})").find("must not be null"),
            std::string::npos);
  EXPECT_NE(Invalid(operation, R"({"TableName":"table","StreamArn":"arn:aws:kinesis"})")
                .find("Member must have length greater than or equal to 37"),
            std::string::npos);
  EXPECT_NE(Invalid(operation, Request("s", R"(,"EnableKinesisStreamingConfiguration":{)"
                                            R"("ApproximateCreationDateTimePrecision":"HOUR"})"))
                .find("[MILLISECOND, MICROSECOND]"),
            std::string::npos);
  EXPECT_EQ(Invalid(operation, R"({"TableName":"table","StreamArn":)"
                               R"("arn:aws:dynamodb:us-east-1:000000000000:table/some/stream/x"})"),
            "Invalid StreamArn: not the ARN of a Kinesis data stream: "
            "arn:aws:dynamodb:us-east-1:000000000000:table/some/stream/x");
  EXPECT_EQ(Refused(operation, R"({"TableName":"missing","StreamArn":)"
                               R"("arn:aws:kinesis:us-east-1:000000000000:stream/changes"})"),
            R"(ResourceNotFoundException","message":"Requested resource not found: Table: missing )"
            R"(not found"})");
}

TEST_F(EnableKinesisStreamingDestinationTest, RefusesTheSameAgainAndAThird) {
  const std::string operation = "EnableKinesisStreamingDestination";
  Send(operation, Request("first"));
  EXPECT_EQ(Invalid(operation, Request("first")),
            "Table is not in a valid state to enable Kinesis Streaming Destination: "
            "EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE "
            "operation.");
  Send(operation, Request("second"));
  EXPECT_TRUE(Refused(operation, Request("third")).starts_with("LimitExceededException"));
}

using NoKinesisTest = OperationTest;

TEST_F(NoKinesisTest, IsRefusedWithAReason) {
  CreateTable("table");
  for (const char* name : {"Enable", "Disable", "Update"}) {
    EXPECT_EQ(Invalid(std::string(name) + "KinesisStreamingDestination",
                      R"({"TableName":"table","StreamArn":)"
                      R"("arn:aws:kinesis:us-east-1:000000000000:stream/changes"})"),
              "Kinesis streaming destinations are not available: this server was started without "
              "the endpoint of a Kinesis service. Start it with --kinesis-endpoint URL to use "
              "them");
  }
}

}  // namespace
}  // namespace stator::api
