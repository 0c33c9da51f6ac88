#include "cli/kinesis/forwarder.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "api/stream_record_json.h"
#include "cli/bench/client.h"
#include "engine/stream_record.h"
#include "engine/stream_trim.h"

namespace stator::cli::kinesis {
namespace {

constexpr int64_t kNanosPerMilli = 1'000'000;
// How soon a new record is seen, and a first destination.
constexpr int64_t kPauseMillis = 20;
constexpr int64_t kPauseWithoutLinesMillis = 100;
// Each trimming is synced, so not each acceptance is followed by one.
constexpr int64_t kTrimPauseMillis = 200;
constexpr int64_t kFirstBackOffMillis = 50;
constexpr int64_t kLastBackOffMillis = 5'000;
constexpr int kMostDoublings = 7;
// For how long a destination that is being disabled may wait for its endpoint.
constexpr int64_t kDisablingMicros = 60'000'000;
constexpr int64_t kLeastExpiryPauseMillis = 20;
constexpr int64_t kMostExpiryPauseMillis = 60'000;
constexpr int64_t kLagPauseMillis = 1'000;
constexpr int64_t kTellPauseMillis = 10'000;  // of one destination's problems

// Of one call of PutRecords, and of what older endpoints take in one record.
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html
constexpr size_t kCallRecords = 500;
constexpr size_t kCallBytes = size_t{5} * 1024 * 1024;
constexpr size_t kRecordBytes = size_t{1024} * 1024;

constexpr size_t kPartitionKeyDigits = 32;

int64_t SteadyMillis() { return bench::MonotonicNanos() / kNanosPerMilli; }

std::string Place(const engine::Table& table, const engine::KinesisDestination& destination) {
  return fmt::format("table {}, Kinesis destination {}", table.schema.name, destination.stream_arn);
}

}  // namespace

base::Result<std::unique_ptr<Forwarder>> Forwarder::Open(const KinesisOptions& options,
                                                         const ForwarderParts& parts) {
  std::unique_ptr<Forwarder> forwarder(new Forwarder(parts));
  if (!options.endpoint.empty()) {
    STATOR_ASSIGN_OR_RETURN(forwarder->client_,
                            KinesisClient::Open(options, parts.clock, forwarder->stopping_));
  }
  return forwarder;
}

Forwarder::Forwarder(const ForwarderParts& parts) : parts_(parts), runner_("kinesis", 1, 1) {}

Forwarder::~Forwarder() { Stop(); }

void Forwarder::Start() {
  (void)runner_.Post([this] { Run(); });
}

void Forwarder::Stop() {
  {
    const base::MutexLock lock(mutex_);
    stopping_ = true;
    wake_.NotifyAll();
  }
  runner_.Stop();
}

void Forwarder::Run() {
  while (!stopping_) {
    if (!Round()) {
      Pause(lines_.empty() ? kPauseWithoutLinesMillis : kPauseMillis);
    }
  }
  for (auto& entry : lines_) {
    entry.second.trimmed_millis = 0;
    Trim(entry.second);
  }
}

void Forwarder::Pause(int64_t millis) {
  const base::MutexLock lock(mutex_);
  if (!stopping_) {
    wake_.WaitFor(mutex_, std::chrono::milliseconds(millis));
  }
}

bool Forwarder::Round() {
  Refresh();
  DropOldRecords();
  MeasureLag();
  bool more = false;
  for (auto& entry : lines_) {
    if (stopping_) {
      return false;
    }
    more = Advance(entry.second) || more;
  }
  return more;
}

void Forwarder::MeasureLag() {
  if (SteadyMillis() < lag_millis_) {
    return;
  }
  lag_millis_ = SteadyMillis() + kLagPauseMillis;
  const int64_t now_micros = parts_.clock.NowMicros();
  int64_t oldest_micros = now_micros;
  for (const auto& [space, line] : lines_) {
    // What cannot be read is told of where it is sent.
    (void)parts_.store
        .ReadLog(line.destination.Log(), line.window.begin(), {},
                 [&](const storage::LogRecordView& row) {
                   const auto record = engine::DecodeStreamRecord(row.record);
                   oldest_micros =
                       std::min(oldest_micros, record.ok() ? record->created_micros : now_micros);
                   return false;
                 })
        .ok();
  }
  constexpr double kMicrosPerSecond = 1e6;
  lag_seconds_ = static_cast<double>(now_micros - oldest_micros) / kMicrosPerSecond;
}

void Forwarder::Refresh() {
  // Looked at first: what changes meanwhile is seen in the next round.
  const uint64_t epoch = parts_.tables.catalog().Epoch();
  if (epoch == epoch_) {
    return;
  }
  const bool is_first = !epoch_;
  epoch_ = epoch;
  Lines lines;
  for (const auto& table : parts_.tables.catalog().TablesWithDestinations()) {
    for (const engine::KinesisDestination& destination : table->destinations) {
      AddLine(table, destination, is_first, lines);
    }
  }
  for (const auto& gone : lines_) {
    parts_.tables.NoteDestination(gone.first, "");
  }
  lines_ = std::move(lines);
}

void Forwarder::AddLine(const std::shared_ptr<const engine::Table>& table,
                        const engine::KinesisDestination& destination, bool is_first,
                        Lines& lines) {
  if (!destination.HasLog()) {
    return;
  }
  auto known = lines_.extract(destination.space);
  if (!known.empty()) {
    known.mapped().table = table;
    known.mapped().destination = destination;
    lines.insert(std::move(known));
    return;
  }
  lines.try_emplace(destination.space, table, destination,
                    parts_.store.LogBoundsOf(destination.Log()).begin);
  if (is_first && client_ == nullptr) {
    spdlog::warn(
        "{}: there is no --kinesis-endpoint; its records wait, and are dropped {} s after "
        "they were made",
        Place(*table, destination), parts_.retention_millis / 1000);
  }
}

void Forwarder::DropOldRecords() {
  if (SteadyMillis() < expiry_millis_) {
    return;
  }
  expiry_millis_ = SteadyMillis() + std::clamp(parts_.retention_millis / 4, kLeastExpiryPauseMillis,
                                               kMostExpiryPauseMillis);
  const int64_t oldest_micros = parts_.clock.NowMicros() - parts_.retention_millis * 1000;
  for (auto& entry : lines_) {
    Line& line = entry.second;
    // What was accepted is no loss.
    line.trimmed_millis = 0;
    Trim(line);
    const base::Result<uint64_t> dropped =
        engine::TrimOldRecords(parts_.store, line.destination.Log(), oldest_micros);
    if (!dropped.ok()) {
      spdlog::error("{}: {}", Place(*line.table, line.destination), dropped.error().message);
    } else if (*dropped > 0) {
      line.trimmed = parts_.store.LogBoundsOf(line.destination.Log()).begin;
      line.window.DropBelow(line.trimmed);
      expired_records_ += *dropped;
      spdlog::warn("{}: {} records have waited for {} s and are dropped",
                   Place(*line.table, line.destination), *dropped, parts_.retention_millis / 1000);
    }
  }
}

bool Forwarder::Advance(Line& line) {
  const bool is_disabling = line.destination.status == engine::DestinationStatus::kDisabling;
  const bool is_late =
      is_disabling && parts_.clock.NowMicros() > line.destination.changed_micros + kDisablingMicros;
  if (is_disabling && (is_late || client_ == nullptr)) {
    Finish(line);
    return false;
  }
  if (client_ == nullptr || SteadyMillis() < line.retry_millis) {
    return false;
  }
  if (const base::Result<void> filled = Fill(line); !filled.ok()) {
    BackOff(line, filled.error().message);
    return false;
  }
  if (!line.window.empty()) {
    return Send(line);
  }
  if (is_disabling) {
    Finish(line);
  } else {
    Trim(line);
  }
  return false;
}

base::Result<void> Forwarder::Fill(Line& line) {
  const storage::LogId log = line.destination.Log();
  if (!line.window.HasRoom() || parts_.store.LogBoundsOf(log).end <= line.window.next()) {
    return {};
  }
  const model::KeySchema& key = line.table->schema.key;
  return parts_.store.ReadLog(log, line.window.next(), {}, [&](const storage::LogRecordView& row) {
    std::string digits;
    const auto record = engine::DecodeStreamRecord(row.record);
    const base::Result<std::string> keys =
        record.ok() ? engine::KeysOf(*record, key) : base::Result<std::string>(record.error());
    // A damaged one is abandoned when it is its turn.
    auth::AppendHex(hasher_.Sha256(keys.ok() ? std::string_view(*keys) : row.record), digits);
    digits.resize(kPartitionKeyDigits);
    line.window.Add(row.position, std::move(digits), row.record);
    return line.window.HasRoom();
  });
}

base::Result<void> Forwarder::AppendRecord(const Line& line, const SendWindow::Entry& entry,
                                           OutgoingRecord& out) {
  STATOR_ASSIGN_OR_RETURN(const engine::StreamRecordView view,
                          engine::DecodeStreamRecord(entry.record));
  // In the form of a UUID, and the same each time.
  std::string id;
  auth::AppendHex(hasher_.Sha256(fmt::format("{}/{}/{}", line.table->id, line.destination.space,
                                             entry.position)),
                  id);
  const std::string_view digits(id);
  const std::string event_id =
      fmt::format("{}-{}-{}-{}-{}", digits.substr(0, 8), digits.substr(8, 4), digits.substr(12, 4),
                  digits.substr(16, 4), digits.substr(20, 12));
  out.partition_key = entry.partition_key;
  return api::AppendKinesisRecord(view,
                                  {.region = parts_.tables.catalog().identity().region,
                                   .table = engine::BareTableName(line.table->schema.name),
                                   .event_id = event_id,
                                   .key = line.table->schema.key,
                                   .precision = line.destination.precision},
                                  out.data);
}

Forwarder::Batch Forwarder::NextBatch(Line& line) {
  Batch batch;
  size_t bytes = 0;
  for (const size_t index : line.window.NextBatch(line.one_by_one ? 1 : kCallRecords)) {
    OutgoingRecord record;
    const base::Result<void> made = AppendRecord(line, line.window[index], record);
    if (!made.ok()) {
      if (batch.records.empty()) {
        Abandon(line, index, made.error().message);
      }
      return batch;
    }
    bytes += record.data.size() + record.partition_key.size();
    if (bytes > kCallBytes && !batch.records.empty()) {
      break;
    }
    batch.indexes.push_back(index);
    batch.records.push_back(std::move(record));
  }
  return batch;
}

bool Forwarder::Send(Line& line) {
  const Batch batch = NextBatch(line);
  if (batch.records.empty()) {
    return true;
  }
  const base::Result<PutRecordsAnswer> answer =
      client_->PutRecords(line.destination.stream_arn, batch.records);
  if (!answer.ok()) {
    if (!stopping_) {
      HandleFailure(line, batch, answer.error());
    }
    return false;
  }
  std::vector<size_t> accepted;
  for (size_t i = 0; i < batch.indexes.size(); ++i) {
    if (answer->accepted[i]) {
      accepted.push_back(batch.indexes[i]);
    }
  }
  line.window.Accept(accepted);
  sent_records_ += accepted.size();
  line.one_by_one = line.one_by_one && accepted.empty();
  Trim(line);
  if (!answer->problem.empty()) {
    ++failed_calls_;
    line.failures = accepted.empty() ? line.failures : 0;
    BackOff(line, answer->problem);
    return false;
  }
  if (line.failures > 0) {
    parts_.tables.NoteDestination(line.destination.space, "");
  }
  if (line.told) {
    spdlog::info("{}: records are accepted again", Place(*line.table, line.destination));
  }
  line.failures = 0;
  line.told = false;
  return true;
}

void Forwarder::HandleFailure(Line& line, const Batch& batch, const base::Error& error) {
  ++failed_calls_;
  if (error.code == base::ErrorCode::kValidation) {
    // Either the whole stream is refused, or one record. Only what is larger than any endpoint has
    // to take is given up; the service drops such records, too.
    if (batch.records.size() == 1 && batch.records.front().data.size() > kRecordBytes) {
      Abandon(line, batch.indexes.front(), error.message);
      line.one_by_one = false;
      return;
    }
    line.one_by_one = true;
  }
  BackOff(line, error.message);
  line.window.Release();
}

void Forwarder::Abandon(Line& line, size_t index, std::string_view reason) {
  ++abandoned_records_;
  spdlog::error("{}: the record at position {} is dropped: {}",
                Place(*line.table, line.destination), line.window[index].position, reason);
  line.window.Accept({index});
  Trim(line);
}

void Forwarder::BackOff(Line& line, const std::string& problem) {
  const int64_t millis =
      std::min(kFirstBackOffMillis << std::min(line.failures, kMostDoublings), kLastBackOffMillis);
  ++line.failures;
  line.retry_millis = SteadyMillis() + millis;
  parts_.tables.NoteDestination(line.destination.space, problem);
  if (SteadyMillis() >= line.tell_millis) {
    line.told = true;
    line.tell_millis = SteadyMillis() + kTellPauseMillis;
    spdlog::warn("{}: records wait: {}", Place(*line.table, line.destination), problem);
  }
}

void Forwarder::Trim(Line& line) {
  const int64_t now_millis = SteadyMillis();
  const storage::LogPosition begin = line.window.begin();
  if (begin <= line.trimmed || now_millis < line.trimmed_millis + kTrimPauseMillis) {
    return;
  }
  line.trimmed_millis = now_millis;
  const base::Result<void> trimmed = parts_.store.TrimLog(line.destination.Log(), begin);
  if (trimmed.ok()) {
    line.trimmed = begin;
  } else {
    // They would only be sent again.
    spdlog::warn("{}: {}", Place(*line.table, line.destination), trimmed.error().message);
  }
}

void Forwarder::Finish(Line& line) {
  const storage::LogBounds bounds = parts_.store.LogBoundsOf(line.destination.Log());
  const storage::LogPosition begin = std::max(bounds.begin, line.window.begin());
  const base::Result<void> finished =
      parts_.tables.FinishDisabling(line.table->schema.name, line.destination.space);
  if (!finished.ok()) {
    BackOff(line, finished.error().message);
  } else if (begin < bounds.end) {
    abandoned_records_ += bounds.end - begin;
    spdlog::warn("{}: it is disabled, and {} records that wait are dropped",
                 Place(*line.table, line.destination), bounds.end - begin);
  }
}

}  // namespace stator::cli::kinesis
