#include "cli/serve_options.h"

#include <gtest/gtest.h>

namespace stator::cli {
namespace {

base::Result<ServeOptions> Make(const std::string& name, const std::string& text) {
  return MakeServeOptions({{name, {text, "--" + name}}});
}

std::string Refusal(const std::string& name, const std::string& text) {
  const base::Result<ServeOptions> made = Make(name, text);
  return made.ok() ? "accepted" : made.error().message;
}

TEST(ServeOptions, AreSafeByDefault) {
  const base::Result<ServeOptions> options = MakeServeOptions({});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->http.host, "127.0.0.1");
  EXPECT_EQ(options->http.port, 8000);
  EXPECT_EQ(options->store.data_dir, "./stator-data");
  EXPECT_EQ(options->store.durability, storage::Durability::kSynced);
  EXPECT_GE(options->http.threads, 1U);
}

TEST(ServeOptions, TakeSettings) {
  EXPECT_EQ(Make("port", "0")->http.port, 0);
  EXPECT_TRUE(Make("in-memory", "true")->store.in_memory);
  EXPECT_EQ(Make("durability", "interval:250")->store.sync_interval_ms, 250);
  EXPECT_EQ(Make("durability", "none")->store.durability, storage::Durability::kNone);
  EXPECT_EQ(Make("memory-budget", "1GiB")->store.memory_bytes, size_t{1} << 30);
  EXPECT_EQ(Make("memory-budget", "64M")->store.memory_bytes, size_t{64} << 20);
  EXPECT_EQ(Make("memory-budget", "104857600")->store.memory_bytes, size_t{100} << 20);
  EXPECT_TRUE(Make("validation-wording", "aggregated")->api.aggregated_validation);
  EXPECT_EQ(MakeServeOptions({})->engine.ttl_sweep_millis, 30'000);
  EXPECT_EQ(Make("ttl-sweep-ms", "20")->engine.ttl_sweep_millis, 20);
  EXPECT_EQ(Make("ttl-change-pause-ms", "3600000")->engine.ttl_change_pause_millis, 3'600'000);
  EXPECT_EQ(Make("cors", "http://a,,http://b")->http.cors_origins,
            (std::vector<std::string>{"http://a", "http://b"}));
}

TEST(ServeOptions, SayWhatIsWrong) {
  EXPECT_EQ(Refusal("port", "65536"), "--port: '65536' is not a whole number from 0 to 65535");
  EXPECT_EQ(Refusal("port", "80x"), "--port: '80x' is not a whole number from 0 to 65535");
  EXPECT_EQ(Refusal("durability", "sometimes"),
            "--durability: 'sometimes' is none of synced, interval:<milliseconds>, none");
  EXPECT_EQ(Refusal("memory-budget", "1M"),
            "--memory-budget: '1M' is less than the 64MB that are needed");
  EXPECT_EQ(Refusal("scan-partitions", "0"),
            "--scan-partitions: '0' is not a whole number from 1 to 1024");
  EXPECT_EQ(Refusal("memory-budget", "1Q"), "--memory-budget: '1Q' is not a size such as 256MB");
  EXPECT_EQ(Refusal("account", "1"), "--account: '1' is not an account of twelve digits");
  EXPECT_EQ(Refusal("in-memory", "maybe"), "--in-memory: 'maybe' is neither true nor false");
  EXPECT_NE(Refusal("ttl-sweep-ms", "0"), "accepted");
  EXPECT_NE(Refusal("ttl-change-pause-ms", "-1"), "accepted");
  EXPECT_NE(Refusal("log-level", "loud"), "accepted");
  EXPECT_NE(Refusal("region", "Mars"), "accepted");
  EXPECT_NE(Refusal("threads", "0"), "accepted");
}

TEST(ServeOptions, TakeTlsAsAWhole) {
  const Settings both = {{"tls-cert", {"c.pem", "--tls-cert"}},
                         {"tls-key", {"k.pem", "--tls-key"}}};
  const base::Result<ServeOptions> options = MakeServeOptions(both);
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->http.tls->certificate_path, "c.pem");
  EXPECT_EQ(options->http.tls->key_path, "k.pem");
  EXPECT_FALSE(MakeServeOptions({})->http.tls.has_value());
  EXPECT_EQ(Refusal("tls-cert", "c.pem"), "--tls-cert and --tls-key go together");
  EXPECT_EQ(Refusal("tls-key", "k.pem"), "--tls-cert and --tls-key go together");
  EXPECT_EQ(Refusal("tls-client-ca", "a.pem"), "--tls-client-ca needs --tls-cert and --tls-key");
}

TEST(ServeOptions, MapCertificatesOnlyWhenTheyAreVerified) {
  Settings settings = {{"tls-cert", {"c.pem", "--tls-cert"}},
                       {"tls-key", {"k.pem", "--tls-key"}},
                       {"tls-client-users", {"true", "--tls-client-users"}}};
  const auto refusal = [&settings] {
    const base::Result<ServeOptions> made = MakeServeOptions(settings);
    return made.ok() ? std::string() : made.error().message;
  };
  const std::string needs = "--tls-client-users needs --tls-client-ca and --auth";
  EXPECT_EQ(refusal(), needs);
  settings["auth"] = {"true", "--auth"};
  EXPECT_EQ(refusal(), needs);
  settings["tls-client-ca"] = {"a.pem", "--tls-client-ca"};
  EXPECT_EQ(refusal(), "");
  EXPECT_TRUE(MakeServeOptions(settings)->http.client_users);
  EXPECT_FALSE(MakeServeOptions(settings)->http.tls->client_certificate_optional);
  settings["tls-client-optional"] = {"true", "--tls-client-optional"};
  EXPECT_TRUE(MakeServeOptions(settings)->http.tls->client_certificate_optional);
  settings.erase("auth");
  EXPECT_EQ(refusal(), needs);
  settings.erase("tls-client-users");
  EXPECT_EQ(refusal(), "--tls-client-optional needs --tls-client-users");
}

TEST(ServeOptions, BoundConnectionsAndRequestMemory) {
  EXPECT_EQ(Make("max-connections", "7")->http.max_connections, 7U);
  EXPECT_EQ(Make("max-connections-per-address", "7")->http.max_connections_per_address, 7U);
  EXPECT_NE(Refusal("max-connections", "0"), "accepted");
  EXPECT_EQ(Make("memory-budget", "1GiB")->http.memory_bytes, size_t{1} << 27);
  EXPECT_EQ(Make("memory-budget", "64MB")->http.memory_bytes, server::kLeastRequestMemoryBytes);
}

TEST(ServeOptions, MoveTheClockInMemoryOnly) {
  EXPECT_EQ(Refusal("test-clock-file", "clock"),
            "--test-clock-file would let data that is kept expire; it needs --in-memory");
  const auto in_memory = MakeServeOptions(
      {{"test-clock-file", {"clock", "--x"}}, {"in-memory", {"true", "--in-memory"}}});
  ASSERT_TRUE(in_memory.ok());
  EXPECT_EQ(in_memory->test_clock_file, "clock");
}

TEST(ServeOptions, KeepOtherMachinesOut) {
  EXPECT_NE(Refusal("host", "0.0.0.0").find("--insecure-any-credentials"), std::string::npos);
  EXPECT_EQ(Refusal("host", "::1"), "accepted");
  EXPECT_TRUE(MakeServeOptions(
                  {{"host", {"0.0.0.0", "--host"}}, {"insecure-any-credentials", {"true", "--x"}}})
                  .ok());
}

TEST(ServeOptions, TakeAKinesisEndpoint) {
  EXPECT_FALSE(MakeServeOptions({})->engine.kinesis);
  const auto local = Make("kinesis-endpoint", "http://127.0.0.1:4568");
  ASSERT_TRUE(local.ok());
  EXPECT_TRUE(local->engine.kinesis);
  EXPECT_EQ(local->kinesis.credentials.access_key_id, "test");
  const auto options = MakeServeOptions({{"kinesis-endpoint", {"https://k", "--x"}},
                                         {"kinesis-ca-file", {"ca.pem", "--x"}},
                                         {"kinesis-access-key-id", {"id", "--x"}},
                                         {"kinesis-secret-access-key", {"secret", "--x"}},
                                         {"kinesis-session-token", {"token", "--x"}}});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->kinesis.endpoint, "https://k");
  EXPECT_EQ(options->kinesis.ca_path, "ca.pem");
  EXPECT_EQ(options->kinesis.credentials.access_key_id, "id");
  EXPECT_EQ(options->kinesis.credentials.secret_access_key, "secret");
  EXPECT_EQ(options->kinesis.credentials.session_token, "token");
}

TEST(ServeOptions, RefuseKinesisSettingsThatMeanNothing) {
  EXPECT_EQ(Refusal("kinesis-endpoint", "localhost:4568"),
            "--kinesis-endpoint: not an endpoint URL such as http://127.0.0.1:8000: "
            "localhost:4568");
  for (const char* name : {"kinesis-ca-file", "kinesis-access-key-id", "kinesis-secret-access-key",
                           "kinesis-session-token"}) {
    EXPECT_NE(Refusal(name, "x").find("mean nothing without --kinesis-endpoint"), std::string::npos)
        << name;
    EXPECT_EQ(Refusal(name, ""), std::string("--") + name + ": a value is needed");
    EXPECT_FALSE(
        MakeServeOptions({{"kinesis-endpoint", {"http://k", "--x"}}, {name, {"x", "--x"}}}).ok())
        << name;
  }
}

TEST(ServeOptions, LetOthersInWhenTheySign) {
  const auto accepted = [](Settings settings) {
    settings["host"] = {"0.0.0.0", "--host"};
    return MakeServeOptions(settings).ok();
  };
  EXPECT_TRUE(accepted({{"auth", {"true", "--auth"}}}));
  EXPECT_TRUE(accepted({{"auth", {"true", "--auth"}}, {"audit-table", {"a,b", "--x"}}}));
  EXPECT_FALSE(accepted({{"auth", {"false", "--auth"}}}));
  EXPECT_FALSE(
      accepted({{"auth", {"true", "--auth"}}, {"insecure-any-credentials", {"true", "--x"}}}));
  // What would be ignored is refused.
  for (const char* name : {"auth-key-file", "admin-socket", "audit-table"}) {
    EXPECT_NE(Refusal(name, "x").find("mean nothing without --auth"), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace stator::cli
