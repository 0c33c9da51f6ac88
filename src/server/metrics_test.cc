#include "server/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stator::server {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(LatencyHistogram, BucketsAreOrderedAndNarrow) {
  int previous = -1;
  for (uint64_t micros = 0; micros < 1'000'000; ++micros) {
    const int bucket = LatencyHistogram::BucketOf(micros);
    ASSERT_GE(bucket, previous);
    ASSERT_LE(bucket, previous + 1);
    previous = bucket;
  }
  // An eighth at most: 800 us and 901 us are told apart.
  EXPECT_NE(LatencyHistogram::BucketOf(800), LatencyHistogram::BucketOf(901));
  EXPECT_EQ(LatencyHistogram::BucketOf(UINT64_MAX), LatencyHistogram::kBuckets - 1);
}

TEST(Metrics, ShowsCallsByOperationAndError) {
  const OperationIndex operations({"DynamoDB_20120810.GetItem", "DynamoDB_20120810.PutItem"});
  Metrics metrics(operations);
  LoopMetrics& first = metrics.AddLoop();
  LoopMetrics& second = metrics.AddLoop();
  metrics.AddGauge("stator_cache_bytes", "Bytes cached", {{"tier", "block"}}, [] { return 12.0; });
  metrics.AddCounter("stator_done_total", "Things done", {}, [] { return 7.0; });
  const size_t get = operations.Find("DynamoDB_20120810.GetItem");
  first.RecordCall(get, 200, "{}", 40);
  first.RecordCall(get, 200, "{}", 100);
  second.RecordCall(get, 400, R"({"__type":"com.amazon.coral.validate#ValidationException"})", 9);
  second.RecordCall(operations.Find("nonsense"), 400, R"({"__type":"a#UnknownOperationException"})",
                    1);
  first.RecordConnection(1);
  first.RecordBytes(100, 200);

  const std::string text = metrics.Render();
  EXPECT_THAT(text, HasSubstr("stator_request_duration_seconds_count{operation=\"GetItem\"} 3"));
  EXPECT_THAT(text, HasSubstr("{operation=\"GetItem\",le=\"3.2e-05\"} 1"));
  EXPECT_THAT(text, HasSubstr("{operation=\"GetItem\",le=\"6.4e-05\"} 2"));
  EXPECT_THAT(text, HasSubstr("{operation=\"GetItem\",le=\"0.000128\"} 3"));
  EXPECT_THAT(text, HasSubstr("error=\"ValidationException\""));
  EXPECT_THAT(text, HasSubstr("operation=\"Unknown\",error=\"UnknownOperationException\"} 1"));
  EXPECT_THAT(text, Not(HasSubstr("PutItem")));
  EXPECT_THAT(text, HasSubstr("stator_connections 1"));
  EXPECT_THAT(text, HasSubstr("stator_sent_bytes_total 200"));
  EXPECT_THAT(text, HasSubstr("stator_cache_bytes{tier=\"block\"} 12"));
  EXPECT_THAT(text, HasSubstr("# TYPE stator_cache_bytes gauge"));
  EXPECT_THAT(text, HasSubstr("# TYPE stator_done_total counter\nstator_done_total 7"));
}

}  // namespace
}  // namespace stator::server
