#include "simulation.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>
#include <utility>

#include <rocksdb/system_clock.h>

#include "base/clock.h"
#include "storage/rocksdb/rocksdb_store.h"
#include "storage/store_options.h"
#include "verifier.h"

namespace stator::crash_points {
namespace {

constexpr uint64_t kMaxCalls = 1000;        // after which a fault strikes
constexpr uint64_t kMaxCallsAtStart = 120;  // of those that are to strike while a store opens
constexpr int kMaxSteps = 20'000;
constexpr size_t kKeptMessages = 40;
constexpr auto kPatience = std::chrono::seconds(90);
constexpr auto kPause = std::chrono::milliseconds(2);

// Does not sleep the second that RocksDB takes after an error.
class HastyClock final : public rocksdb::SystemClockWrapper {
 public:
  HastyClock() : SystemClockWrapper(rocksdb::SystemClock::Default()) {}
  const char* Name() const override { return "HastyClock"; }
  void SleepForMicroseconds(int micros) override {
    SystemClockWrapper::SleepForMicroseconds(micros / kHaste);
  }

 private:
  static constexpr int kHaste = 100;
};

// The system as RocksDB sees it.
class SimEnv final : public rocksdb::EnvWrapper {
 public:
  explicit SimEnv(const std::shared_ptr<rocksdb::FileSystem>& files)
      : EnvWrapper(rocksdb::NewCompositeEnv(files)) {
    system_clock_ = std::make_shared<HastyClock>();
  }
};

Violation Other(std::string text) { return {Violation::Kind::kOther, std::move(text)}; }

std::optional<std::string> ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return std::nullopt;
  }
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

Simulation::Simulation(uint64_t seed, PowerLoss power_loss, std::string directory)
    : directory_(std::move(directory)),
      random_(seed),
      files_(directory_ + "/rocksdb", random_.Next(), power_loss),
      env_(std::make_unique<SimEnv>(
          std::shared_ptr<rocksdb::FileSystem>(std::shared_ptr<void>(), &files_))),
      load_(random_.Next(), oracle_) {
  std::filesystem::create_directories(directory_);
}

Simulation::~Simulation() {
  Close();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

std::string Simulation::History() const {
  std::string text;
  for (const std::string& call : files_.Trace()) {
    text += call + "\n";
  }
  const base::MutexLock lock(mutex_);
  for (const std::string& message : messages_) {
    text += "log: " + message + "\n";
  }
  return text;
}

base::Result<void> Simulation::Open() {
  storage::StoreOptions options;
  options.data_dir = directory_;
  options.memory_bytes = storage::kLeastMemoryBytes;
  constexpr size_t kWriteBufferBytes[] = {8 * 1024, 16 * 1024, 64 * 1024};
  options.write_buffer_bytes = kWriteBufferBytes[random_.Below(std::size(kWriteBufferBytes))];
  options.log = [this](std::string_view message) {
    const base::MutexLock lock(mutex_);
    messages_.emplace_back(message);
    if (messages_.size() > kKeptMessages) {
      messages_.pop_front();
    }
  };
  const std::optional<std::string> format = ReadText(directory_ + "/FORMAT");
  base::Result<std::unique_ptr<storage::Store>> store =
      storage::OpenRocksDbStore(options, env_.get());
  if (files_.Struck()) {
    RestoreFormat(format);
  }
  if (!store.ok()) {
    return std::move(store).error();
  }
  store_ = *std::move(store);
  engine_ =
      std::make_unique<engine::Engine>(*store_, engine::EngineOptions(), base::Clock::System());
  return engine_->Start();
}

void Simulation::RestoreFormat(const std::optional<std::string>& text) const {
  const std::string path = directory_ + "/FORMAT";
  if (text) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << *text;
  } else {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
  }
}

void Simulation::Close() {
  if (engine_ != nullptr) {
    oracle_.WaitForInFlight(0);
    engine_->Stop();
    engine_.reset();
  }
  if (store_ != nullptr) {
    store_->Stop();
    store_.reset();
  }
}

std::optional<Violation> Simulation::Live(Fault fault) {
  files_.Arm(fault, 1 + random_.Below(random_.OneIn(3) ? kMaxCallsAtStart : kMaxCalls));
  is_settled_ = false;
  std::optional<Violation> wrong = OpenAndVerify();
  if (!wrong && is_settled_) {
    if (!files_.Struck()) {
      load_.Begin(*engine_);
      LoadUntilStruck();
    }
    if (!files_.Struck()) {
      wrong = Other("the load did not reach the fault");
    } else {
      wrong = GoOn(fault);
    }
  }
  if (!wrong) {
    End(fault);
  }
  return wrong;
}

std::optional<Violation> Simulation::Finish() {
  files_.Arm(Fault::kNone, 0);
  std::optional<Violation> wrong = OpenAndVerify();
  if (!wrong) {
    Close();
  }
  return wrong;
}

// When the fault strikes meanwhile, nothing may be settled, and there may be no engine.
std::optional<Violation> Simulation::OpenAndVerify() {
  const base::Result<void> opened = Open();
  if (!opened.ok()) {
    const bool struck = files_.Struck();
    Close();
    return struck ? std::nullopt
                  : std::optional(Other("opening was refused: " + opened.error().message));
  }
  std::optional<Violation> wrong = VerifyOpened();
  if (wrong && files_.Struck()) {
    // Verified again after the next start; nothing has been settled.
    return std::nullopt;
  }
  return wrong;
}

std::optional<Violation> Simulation::VerifyOpened() {
  const base::Result<State> state = ReadState(*engine_);
  if (!state.ok()) {
    return Other("reading failed: " + state.error().message);
  }
  if (auto wrong = oracle_.Check(*state)) {
    return wrong;
  }
  if (auto wrong = WaitForBackfills()) {
    return wrong;
  }
  if (auto wrong = CheckTables(*engine_, *state)) {
    return wrong;
  }
  if (auto wrong = CheckSpaces(*engine_, *store_)) {
    return wrong;
  }
  oracle_.Settle(*state);
  is_settled_ = true;
  if (state->tables.contains("main") && !load_.Probe(*engine_)) {
    return Other("a write was refused after a start: " + oracle_.LastFailureText());
  }
  return std::nullopt;
}

std::optional<Violation> Simulation::WaitForBackfills() {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!IsBackfilled(*engine_)) {
    if (files_.Struck() || std::chrono::steady_clock::now() > deadline) {
      return Violation{Violation::Kind::kIndex, "a backfill does not end"};
    }
    std::this_thread::sleep_for(kPause);
  }
  return std::nullopt;
}

void Simulation::LoadUntilStruck() {
  for (int i = 0; i < kMaxSteps && !files_.Struck(); ++i) {
    load_.Step(*engine_);
  }
}

// Reads go on after a fault, and show what was acknowledged.
std::optional<Violation> Simulation::VerifyRunning() {
  oracle_.WaitForInFlight(0);
  const base::Result<State> state = ReadState(*engine_);
  if (!state.ok()) {
    return Other("reading failed after a fault: " + state.error().message);
  }
  return oracle_.Check(*state);
}

std::optional<Violation> Simulation::GoOn(Fault fault) {
  switch (fault) {
    case Fault::kIoError:
      return GoOnAfterIoError();
    case Fault::kNoSpace:
      return GoOnAfterNoSpace();
    case Fault::kNone:
    case Fault::kCrash:
      break;
  }
  return std::nullopt;
}

std::optional<Violation> Simulation::GoOnAfterIoError() {
  for (uint64_t i = random_.Below(100); i > 0; --i) {
    load_.Step(*engine_);
  }
  oracle_.WaitForInFlight(0);
  if (files_.StruckLog() && load_.Probe(*engine_)) {
    return Other("a write was accepted after one of the log had failed");
  }
  return VerifyRunning();
}

std::optional<Violation> Simulation::GoOnAfterNoSpace() {
  for (uint64_t i = random_.Below(60); i > 0; --i) {
    load_.Step(*engine_);
  }
  oracle_.WaitForInFlight(0);
  const base::Result<State> state = ReadState(*engine_);
  if (!state.ok()) {
    return Other("reading failed without space: " + state.error().message);
  }
  if (auto wrong = oracle_.Check(*state)) {
    return wrong;
  }
  // What has no answer but "perhaps" and does not show now must never show.
  oracle_.Settle(*state);
  files_.GiveSpace();
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!load_.Probe(*engine_)) {
    if (!engine_->tables().DescribeTable("main").ok()) {
      load_.Begin(*engine_);  // it was to be created when there was no space
    }
    if (std::chrono::steady_clock::now() > deadline) {
      return Other("no write was accepted when there was space again: " +
                   oracle_.LastFailureText());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  CrashSoon();
  return VerifyRunning();
}

// Goes on until the machine dies a little later, or not at all.
void Simulation::CrashSoon() {
  if (random_.OneIn(4)) {
    for (uint64_t i = random_.Below(100); i > 0; --i) {
      load_.Step(*engine_);
    }
    return;
  }
  files_.Arm(Fault::kCrash, 1 + random_.Below(100));
  LoadUntilStruck();
}

void Simulation::End(Fault fault) {
  Close();
  // A process that ends leaves everything in the system's cache.
  const bool power_fails = random_.OneIn(fault == Fault::kCrash ? 1 : 2) || files_.IsDead();
  if (power_fails && !random_.OneIn(5)) {
    files_.LosePower();
  } else {
    files_.EndProcess();
  }
}

}  // namespace stator::crash_points
