#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <rocksdb/env.h>

#include "base/mutex.h"
#include "base/random.h"
#include "base/result.h"
#include "engine/engine.h"
#include "load.h"
#include "oracle.h"
#include "sim_file_system.h"
#include "storage/store.h"

namespace stator::crash_points {

// One store that lives through a number of faults on a simulated machine: each time it is opened,
// verified, put under load until the fault strikes, and left in one of the ways in which a process
// ends. For one thread.
class Simulation {
 public:
  // The directory is for what does not go through the simulated file system.
  Simulation(uint64_t seed, PowerLoss power_loss, std::string directory);
  ~Simulation();
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  // Lives through one fault of that kind. Returns what promise was broken, if any.
  std::optional<Violation> Live(Fault fault);
  // Opens the store once more, without any fault, and verifies it.
  std::optional<Violation> Finish();

  // What the machine and the store did last, for people.
  std::string History() const EXCLUDES(mutex_);

 private:
  base::Result<void> Open();
  void Close();
  // Puts the FORMAT file, which does not go through the simulated file system, back to what it was.
  void RestoreFormat(const std::optional<std::string>& text) const;
  std::optional<Violation> OpenAndVerify();
  std::optional<Violation> VerifyOpened();
  std::optional<Violation> WaitForBackfills();
  std::optional<Violation> VerifyRunning();
  std::optional<Violation> GoOn(Fault fault);
  std::optional<Violation> GoOnAfterIoError();
  std::optional<Violation> GoOnAfterNoSpace();
  void LoadUntilStruck();
  void CrashSoon();
  // Ends the machine or the process, or only closes the store when nothing else is called for.
  void End(Fault fault);

  const std::string directory_;
  base::Random random_;
  SimFileSystem files_;
  const std::unique_ptr<rocksdb::Env> env_;
  Oracle oracle_;
  Load load_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<engine::Engine> engine_;
  bool is_settled_ = false;  // this opening has been verified: requests may follow

  mutable base::Mutex mutex_;
  std::deque<std::string> messages_ GUARDED_BY(mutex_);
};

}  // namespace stator::crash_points
