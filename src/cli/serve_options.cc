#include "cli/serve_options.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <thread>

#include "cli/bench/endpoint.h"
#include "server/http_server.h"

namespace stator::cli {

namespace {

using base::Result;

base::Error Refused(std::string message) {
  return base::Error{base::ErrorCode::kValidation, std::move(message)};
}

Result<int64_t> ParseNumber(std::string_view text, int64_t least, int64_t most) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < least || number > most) {
    return Refused("'" + std::string(text) + "' is not a whole number from " +
                   std::to_string(least) + " to " + std::to_string(most));
  }
  return number;
}

Result<bool> ParseSwitch(std::string_view text) {
  if (text == "true" || text == "1") {
    return true;
  }
  if (text == "false" || text == "0") {
    return false;
  }
  return Refused("'" + std::string(text) + "' is neither true nor false");
}

// Bytes, with an optional K, M or G (of 1024), followed by an optional B or iB.
Result<int64_t> ParseBytes(std::string_view text) {
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string_view unit = text.substr(digits);
  int shift = 0;
  for (const auto& [letter, bits] : {std::pair{'K', 10}, {'M', 20}, {'G', 30}}) {
    if (unit.starts_with(letter)) {
      shift = bits;
    }
  }
  const std::string_view rest = unit.substr(shift > 0 ? 1 : 0);
  if (!rest.empty() && rest != "B" && rest != "iB") {
    return Refused("'" + std::string(text) + "' is not a size such as 256MB");
  }
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max() >> 30;
  STATOR_ASSIGN_OR_RETURN(const int64_t number, ParseNumber(text.substr(0, digits), 1, kMost));
  return number << shift;
}

Result<void> ApplyHost(const std::string& text, ServeOptions& options) {
  options.http.host = text;
  return {};
}

Result<void> ApplyPort(const std::string& text, ServeOptions& options) {
  constexpr int64_t kMostPort = 65'535;
  STATOR_ASSIGN_OR_RETURN(const int64_t port, ParseNumber(text, 0, kMostPort));
  options.http.port = static_cast<uint16_t>(port);
  return {};
}

Result<void> ApplyDataDir(const std::string& text, ServeOptions& options) {
  if (text.empty()) {
    return Refused("a directory is needed");
  }
  options.store.data_dir = text;
  return {};
}

Result<void> ApplyInMemory(const std::string& text, ServeOptions& options) {
  STATOR_ASSIGN_OR_RETURN(options.store.in_memory, ParseSwitch(text));
  return {};
}

Result<void> ApplyDurability(const std::string& text, ServeOptions& options) {
  constexpr std::string_view kInterval = "interval:";
  constexpr int64_t kMostMillis = 3'600'000;
  if (text == "synced") {
    options.store.durability = storage::Durability::kSynced;
  } else if (text == "none") {
    options.store.durability = storage::Durability::kNone;
  } else if (text.starts_with(kInterval)) {
    options.store.durability = storage::Durability::kInterval;
    STATOR_ASSIGN_OR_RETURN(options.store.sync_interval_ms,
                            ParseNumber(text.substr(kInterval.size()), 1, kMostMillis));
  } else {
    return Refused("'" + text + "' is none of synced, interval:<milliseconds>, none");
  }
  return {};
}

Result<void> ApplyThreads(const std::string& text, ServeOptions& options) {
  constexpr int64_t kMostThreads = 1024;
  STATOR_ASSIGN_OR_RETURN(const int64_t threads, ParseNumber(text, 1, kMostThreads));
  options.http.threads = static_cast<size_t>(threads);
  return {};
}

Result<void> ApplyMemoryBudget(const std::string& text, ServeOptions& options) {
  STATOR_ASSIGN_OR_RETURN(const int64_t bytes, ParseBytes(text));
  options.store.memory_bytes = static_cast<size_t>(bytes);
  if (options.store.memory_bytes < storage::kLeastMemoryBytes) {
    return Refused("'" + text + "' is less than the 64MB that are needed");
  }
  return {};
}

Result<void> ApplyRegion(const std::string& text, ServeOptions& options) {
  if (text.empty() ||
      text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos) {
    return Refused("'" + text + "' is not a region such as us-east-1");
  }
  options.engine.identity.region = text;
  return {};
}

Result<void> ApplyAccount(const std::string& text, ServeOptions& options) {
  constexpr size_t kAccountDigits = 12;
  if (text.size() != kAccountDigits || text.find_first_not_of("0123456789") != std::string::npos) {
    return Refused("'" + text + "' is not an account of twelve digits");
  }
  options.engine.identity.account = text;
  return {};
}

Result<void> ApplyValidationWording(const std::string& text, ServeOptions& options) {
  if (text != "aggregated" && text != "first") {
    return Refused("'" + text + "' is neither aggregated nor first");
  }
  options.api.aggregated_validation = text == "aggregated";
  return {};
}

Result<void> ApplyStatusDelay(const std::string& text, ServeOptions& options) {
  constexpr int64_t kMostMillis = 3'600'000;
  STATOR_ASSIGN_OR_RETURN(options.engine.status_delay_millis, ParseNumber(text, 0, kMostMillis));
  return {};
}

Result<void> ApplyTtlSweep(const std::string& text, ServeOptions& options) {
  constexpr int64_t kMostMillis = 86'400'000;
  STATOR_ASSIGN_OR_RETURN(options.engine.ttl_sweep_millis, ParseNumber(text, 1, kMostMillis));
  return {};
}

Result<void> ApplyTtlChangePause(const std::string& text, ServeOptions& options) {
  constexpr int64_t kMostMillis = 86'400'000;
  STATOR_ASSIGN_OR_RETURN(options.engine.ttl_change_pause_millis,
                          ParseNumber(text, 0, kMostMillis));
  return {};
}

Result<void> ApplyTestClock(const std::string& text, ServeOptions& options) {
  if (text.empty()) {
    return Refused("a file is needed");
  }
  options.test_clock_file = text;
  return {};
}

// A time of streams in milliseconds.
Result<void> ApplyStreamMillis(const std::string& text, int64_t& millis) {
  constexpr int64_t kMostMillis = 30LL * 24 * 3'600'000;
  STATOR_ASSIGN_OR_RETURN(millis, ParseNumber(text, 1, kMostMillis));
  return {};
}

Result<void> ApplyStreamRoll(const std::string& text, ServeOptions& options) {
  return ApplyStreamMillis(text, options.engine.streams.roll_millis);
}

Result<void> ApplyStreamRetention(const std::string& text, ServeOptions& options) {
  return ApplyStreamMillis(text, options.engine.streams.retention_millis);
}

Result<void> ApplyStreamIterator(const std::string& text, ServeOptions& options) {
  return ApplyStreamMillis(text, options.engine.streams.iterator_millis);
}

Result<void> ApplyScanPartitions(const std::string& text, ServeOptions& options) {
  constexpr int64_t kMostPartitions = 1024;
  STATOR_ASSIGN_OR_RETURN(const int64_t partitions, ParseNumber(text, 1, kMostPartitions));
  options.engine.scan_partitions = static_cast<size_t>(partitions);
  return {};
}

// What stands between the commas.
std::vector<std::string> SplitList(const std::string& text) {
  std::vector<std::string> parts;
  size_t start = 0;
  while (start < text.size()) {
    const size_t end = std::min(text.find(',', start), text.size());
    if (end > start) {
      parts.push_back(text.substr(start, end - start));
    }
    start = end + 1;
  }
  return parts;
}

Result<void> ApplyCors(const std::string& text, ServeOptions& options) {
  options.http.cors_origins = SplitList(text);
  return {};
}

Result<void> ApplyAuth(const std::string& text, ServeOptions& options) {
  STATOR_ASSIGN_OR_RETURN(options.auth, ParseSwitch(text));
  return {};
}

Result<void> ApplyAuthKeyFile(const std::string& text, ServeOptions& options) {
  options.auth_key_file = text;
  return {};
}

Result<void> ApplyAdminSocket(const std::string& text, ServeOptions& options) {
  options.admin_socket = text;
  return {};
}

Result<void> ApplyAuditTable(const std::string& text, ServeOptions& options) {
  options.audit_tables = SplitList(text);
  return {};
}

Result<void> ApplyAnyCredentials(const std::string& text, ServeOptions& options) {
  STATOR_ASSIGN_OR_RETURN(options.insecure_any_credentials, ParseSwitch(text));
  return {};
}

Result<void> ApplyTlsCertificate(const std::string& text, ServeOptions& options) {
  options.tls.certificate_path = text;
  return {};
}

Result<void> ApplyTlsKey(const std::string& text, ServeOptions& options) {
  options.tls.key_path = text;
  return {};
}

Result<void> ApplyTlsClientCa(const std::string& text, ServeOptions& options) {
  options.tls.client_ca_path = text;
  return {};
}

Result<void> ApplyTlsClientUsers(const std::string& text, ServeOptions& options) {
  STATOR_ASSIGN_OR_RETURN(options.http.client_users, ParseSwitch(text));
  return {};
}

Result<void> ApplyTlsClientOptional(const std::string& text, ServeOptions& options) {
  STATOR_ASSIGN_OR_RETURN(options.tls.client_certificate_optional, ParseSwitch(text));
  return {};
}

constexpr int64_t kMostConnections = 1'000'000;

Result<void> ApplyMaxConnections(const std::string& text, ServeOptions& options) {
  STATOR_ASSIGN_OR_RETURN(const int64_t count, ParseNumber(text, 1, kMostConnections));
  options.http.max_connections = static_cast<size_t>(count);
  return {};
}

Result<void> ApplyMaxConnectionsPerAddress(const std::string& text, ServeOptions& options) {
  STATOR_ASSIGN_OR_RETURN(const int64_t count, ParseNumber(text, 1, kMostConnections));
  options.http.max_connections_per_address = static_cast<size_t>(count);
  return {};
}

Result<void> ApplyKinesisEndpoint(const std::string& text, ServeOptions& options) {
  STATOR_RETURN_IF_ERROR(bench::ParseEndpoint(text));
  options.kinesis.endpoint = text;
  return {};
}

// What may not be empty.
Result<void> TakeText(const std::string& text, std::string& value) {
  if (text.empty()) {
    return Refused("a value is needed");
  }
  value = text;
  return {};
}

Result<void> ApplyKinesisCaFile(const std::string& text, ServeOptions& options) {
  return TakeText(text, options.kinesis.ca_path);
}

Result<void> ApplyKinesisKeyId(const std::string& text, ServeOptions& options) {
  return TakeText(text, options.kinesis.credentials.access_key_id);
}

Result<void> ApplyKinesisSecret(const std::string& text, ServeOptions& options) {
  return TakeText(text, options.kinesis.credentials.secret_access_key);
}

Result<void> ApplyKinesisToken(const std::string& text, ServeOptions& options) {
  return TakeText(text, options.kinesis.credentials.session_token);
}

Result<void> ApplyLogLevel(const std::string& text, ServeOptions& options) {
  const std::vector<std::string> levels = {"debug", "info", "warn", "error", "off"};
  if (std::ranges::find(levels, text) == levels.end()) {
    return Refused("'" + text + "' is none of debug, info, warn, error, off");
  }
  options.log_level = text;
  return {};
}

// Whether it is safe, and clear, who will be let in.
Result<void> CheckAccess(const ServeOptions& options) {
  if (options.auth && options.insecure_any_credentials) {
    return Refused("--auth and --insecure-any-credentials contradict each other");
  }
  if (!options.auth && (!options.auth_key_file.empty() || !options.admin_socket.empty() ||
                        !options.audit_tables.empty())) {
    return Refused("--auth-key-file, --admin-socket and --audit-table mean nothing without --auth");
  }
  if (!options.auth && !options.insecure_any_credentials &&
      !server::HttpServer::IsLoopback(options.http.host)) {
    return Refused("--host " + options.http.host +
                   " would let other machines in, and signatures are not verified; add --auth, or "
                   "--insecure-any-credentials to allow that");
  }
  return {};
}

// Of streams, and of where changes go.
std::vector<SettingDescription> StreamSettings() {
  return {
      {"stream-roll-ms", "MS", "When a stream's shard is closed and followed by another (4 hours)",
       ApplyStreamRoll},
      {"stream-retention-ms", "MS", "How long streams keep records (24 hours)",
       ApplyStreamRetention},
      {"stream-iterator-ms", "MS", "How long a shard iterator may be used (15 minutes)",
       ApplyStreamIterator},
      {"kinesis-endpoint", "URL",
       "Where Kinesis destinations of tables are; without, there are none", ApplyKinesisEndpoint},
      {"kinesis-ca-file", "FILE",
       "Trust an https endpoint with a certificate that one of these, in PEM, has signed",
       ApplyKinesisCaFile},
      {"kinesis-access-key-id", "ID", "What calls of that endpoint are signed with (test)",
       ApplyKinesisKeyId},
      {"kinesis-secret-access-key", "SECRET",
       "Its secret, better from the environment or the file (test)", ApplyKinesisSecret},
      {"kinesis-session-token", "TOKEN", "Its token, when it has one", ApplyKinesisToken},
  };
}

std::vector<SettingDescription> AllSettings() {
  std::vector<SettingDescription> settings = {
      {"host", "ADDRESS", "Address to listen on (127.0.0.1)", ApplyHost},
      {"port", "PORT", "Port to listen on; 0 takes a free one (8000)", ApplyPort},
      {"data-dir", "DIRECTORY", "Where the data is (./stator-data)", ApplyDataDir},
      {"in-memory", "", "Keep nothing when the server ends", ApplyInMemory},
      {"durability", "HOW", "synced, interval:<milliseconds> or none (synced)", ApplyDurability},
      {"threads", "COUNT", "Event loops (one per core)", ApplyThreads},
      {"memory-budget", "SIZE", "Memory to stay below, such as 2GB (512MB)", ApplyMemoryBudget},
      {"region", "NAME", "Region in ARNs (us-east-1)", ApplyRegion},
      {"account", "DIGITS", "Account in ARNs (000000000000)", ApplyAccount},
      {"validation-wording", "WHICH",
       "first: today's error texts; aggregated: the older ones (first)", ApplyValidationWording},
      {"status-delay-ms", "MS", "How long tables stay CREATING and so on (0)", ApplyStatusDelay},
      {"ttl-sweep-ms", "MS", "Pause between two deletions of what has expired (30000)",
       ApplyTtlSweep},
      {"ttl-change-pause-ms", "MS",
       "How long TTL may not be changed again; the service: up to an hour (0)",
       ApplyTtlChangePause},
      {"test-clock-file", "FILE", "File with seconds to move the clock by; only with --in-memory",
       ApplyTestClock},
      {"scan-partitions", "COUNT",
       "Partitions that a Scan of an on-demand table is charged for; the service has 4 (1)",
       ApplyScanPartitions},
      {"tls-cert", "FILE", "Serve HTTPS with this certificate, in PEM; read again at SIGHUP",
       ApplyTlsCertificate},
      {"tls-key", "FILE", "The certificate's key, in PEM", ApplyTlsKey},
      {"tls-client-ca", "FILE",
       "Serve only clients that have a certificate which one of these, in PEM, has signed",
       ApplyTlsClientCa},
      {"tls-client-users", "",
       "With --auth: an unsigned call is made by the user that the client's certificate stands for "
       "(stator iam add-client-certificate)",
       ApplyTlsClientUsers},
      {"tls-client-optional", "",
       "With --tls-client-users: serve clients without a certificate, too; they have to sign",
       ApplyTlsClientOptional},
      {"max-connections", "COUNT", "Connections in all (10000)", ApplyMaxConnections},
      {"max-connections-per-address", "COUNT", "Connections from one address (10000)",
       ApplyMaxConnectionsPerAddress},
      {"cors", "ORIGINS", "Web origins that may read answers, separated by commas (all)",
       ApplyCors},
      {"auth", "", "Answer only those who sign with a key of `stator iam`", ApplyAuth},
      {"auth-key-file", "FILE",
       "The key that secrets are encrypted with (auth.key in the data directory)",
       ApplyAuthKeyFile},
      {"admin-socket", "FILE", "Where `stator iam` is answered (admin.sock in the data directory)",
       ApplyAdminSocket},
      {"audit-table", "NAMES", "Tables, separated by commas, of which every call is logged",
       ApplyAuditTable},
      {"insecure-any-credentials", "", "Serve other machines although signatures are not verified",
       ApplyAnyCredentials},
      {"log-level", "LEVEL", "debug, info, warn, error or off (info)", ApplyLogLevel},
  };
  const std::vector<SettingDescription> streams = StreamSettings();
  settings.insert(settings.end(), streams.begin(), streams.end());
  return settings;
}

}  // namespace

const std::vector<SettingDescription>& ServeSettings() {
  static const std::vector<SettingDescription> settings = AllSettings();
  return settings;
}

base::Result<void> ApplySettings(const Settings& settings, ServeOptions& options) {
  for (const SettingDescription& description : ServeSettings()) {
    const auto found = settings.find(std::string(description.name));
    if (found == settings.end()) {
      continue;
    }
    const Result<void> applied = description.apply(found->second.text, options);
    if (!applied.ok()) {
      return Refused(found->second.origin + ": " + applied.error().message);
    }
  }
  return {};
}

namespace {

// Takes TLS over as a whole: half of it would serve without what was asked for.
Result<void> SettleTls(ServeOptions& options) {
  const server::TlsOptions& tls = options.tls;
  if (tls.certificate_path.empty() != tls.key_path.empty()) {
    return Refused("--tls-cert and --tls-key go together");
  }
  if (!tls.client_ca_path.empty() && tls.certificate_path.empty()) {
    return Refused("--tls-client-ca needs --tls-cert and --tls-key");
  }
  if (options.http.client_users && (tls.client_ca_path.empty() || !options.auth)) {
    return Refused("--tls-client-users needs --tls-client-ca and --auth");
  }
  if (tls.client_certificate_optional && !options.http.client_users) {
    return Refused("--tls-client-optional needs --tls-client-users");
  }
  if (!tls.certificate_path.empty()) {
    options.http.tls = tls;
  }
  return {};
}

}  // namespace

namespace {

// Destinations need to know where to go; what would be ignored is refused.
Result<void> SettleKinesis(ServeOptions& options) {
  kinesis::KinesisOptions& kinesis = options.kinesis;
  auth::Credentials& credentials = kinesis.credentials;
  const bool has_credentials = !credentials.access_key_id.empty() ||
                               !credentials.secret_access_key.empty() ||
                               !credentials.session_token.empty();
  if (kinesis.endpoint.empty()) {
    return has_credentials || !kinesis.ca_path.empty()
               ? Refused(
                     "--kinesis-ca-file, --kinesis-access-key-id, --kinesis-secret-access-key "
                     "and --kinesis-session-token mean nothing without --kinesis-endpoint")
               : Result<void>();
  }
  if (!kinesis.ca_path.empty() && !kinesis.endpoint.starts_with("https:")) {
    return Refused("--kinesis-ca-file means nothing without an https --kinesis-endpoint");
  }
  if (has_credentials &&
      (credentials.access_key_id.empty() || credentials.secret_access_key.empty())) {
    return Refused(
        "--kinesis-access-key-id and --kinesis-secret-access-key go together, also with "
        "--kinesis-session-token");
  }
  if (!has_credentials) {
    // What endpoints for tests take.
    credentials = {.access_key_id = "test", .secret_access_key = "test", .session_token = {}};
  }
  options.engine.kinesis = true;
  return {};
}

}  // namespace

base::Result<ServeOptions> MakeServeOptions(const Settings& settings) {
  ServeOptions options;
  options.store.data_dir = "./stator-data";
  options.http.threads = std::max(1U, std::thread::hardware_concurrency());
  STATOR_RETURN_IF_ERROR(ApplySettings(settings, options));
  STATOR_RETURN_IF_ERROR(SettleTls(options));
  STATOR_RETURN_IF_ERROR(SettleKinesis(options));
  constexpr size_t kRequestsShare = 8;  // of the whole budget; the store's parts are larger
  options.http.memory_bytes =
      std::max(options.store.memory_bytes / kRequestsShare, server::kLeastRequestMemoryBytes);
  if (!options.test_clock_file.empty() && !options.store.in_memory) {
    return Refused("--test-clock-file would let data that is kept expire; it needs --in-memory");
  }
  STATOR_RETURN_IF_ERROR(CheckAccess(options));
  return options;
}

}  // namespace stator::cli
