#include <string>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

// A server that sends records to Kinesis data streams.
class UpdateKinesisStreamingDestinationTest : public OperationTest {
 protected:
  UpdateKinesisStreamingDestinationTest() : OperationTest(engine::EngineOptions{.kinesis = true}) {
    CreateTable("table");
  }

  static std::string Request(const std::string& stream, const std::string& more = "") {
    return R"({"TableName":"table","StreamArn":"arn:aws:kinesis:us-east-1:000000000000:stream/)" +
           stream + "\"" + more + "}";
  }
};

std::string Precision(const std::string& name) {
  return R"(,"UpdateKinesisStreamingConfiguration":{"ApproximateCreationDateTimePrecision":")" +
         name + "\"}";
}

TEST_F(UpdateKinesisStreamingDestinationTest, ChangesThePrecision) {
  Send("EnableKinesisStreamingDestination", Request("first"));
  EXPECT_EQ(
      Send("UpdateKinesisStreamingDestination", Request("first", Precision("MICROSECOND"))),
      R"({"TableName":"table","StreamArn":"arn:aws:kinesis:us-east-1:000000000000:stream/first",)"
      R"("DestinationStatus":"UPDATING","UpdateKinesisStreamingConfiguration":{)"
      R"("ApproximateCreationDateTimePrecision":"MICROSECOND"}})");
  EXPECT_NE(Send("DescribeKinesisStreamingDestination", R"({"TableName":"table"})")
                .find(R"("DestinationStatus":"ACTIVE",)"
                      R"("ApproximateCreationDateTimePrecision":"MICROSECOND")"),
            std::string::npos);
}

TEST_F(UpdateKinesisStreamingDestinationTest, RefusesWhatChangesNothing) {
  const std::string operation = "UpdateKinesisStreamingDestination";
  EXPECT_EQ(Invalid(operation, Request("first", Precision("MICROSECOND"))),
            "Table is not in a valid state to enable Kinesis Streaming Destination: "
            "KinesisStreamingDestination must be ACTIVE to perform UPDATE operation.");
  Send("EnableKinesisStreamingDestination", Request("first"));
  EXPECT_TRUE(Invalid(operation, Request("first", Precision("MILLISECOND")))
                  .starts_with("Invalid Request: Precision is already set to the desired value of "
                               "MILLISECOND for tableId: "));
  EXPECT_EQ(Invalid(operation, Request("first")),
            "Streaming destination cannot be updated with given parameters: "
            "UpdateKinesisStreamingConfiguration cannot be null or contain only null values");
}

}  // namespace
}  // namespace stator::api
