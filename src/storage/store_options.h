#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace stator::storage {

// What an update is safe from when its `done` is called.
enum class Durability : uint8_t {
  // On the device: survives the end of the process, of the system, and of the power.
  kSynced,
  // With the operating system, which is told each `sync_interval_ms` to write it to the device. The
  // end of the process loses nothing; the end of the system or of the power loses up to about that
  // time's updates, always the newest ones.
  kInterval,
  // With the operating system, which writes it to the device when it likes. The end of the process
  // loses nothing; the end of the system or of the power loses an unknown number of the newest
  // updates.
  kNone,
};

// Below, updates would wait for rows to be written out.
inline constexpr size_t kLeastMemoryBytes = 64 * 1024 * 1024;

// Options of OpenStore.
struct StoreOptions {
  // Keep everything in memory and nothing afterwards; nothing below applies.
  bool in_memory = false;
  // Made when it is not there. REQUIRES: not empty unless `in_memory`.
  std::string data_dir;
  // Change no file. There must be a store; updates and DropSpace fail. What the log holds is kept
  // in memory.
  bool read_only = false;
  Durability durability = Durability::kSynced;
  int64_t sync_interval_ms = 100;  // of kInterval; at least 1
  // What the process should stay below. Three quarters are for cached blocks of tables, their
  // indexes and filters, and rows that are not in tables yet (of these at most a quarter of the
  // whole); the rest is for connections, requests, and what compaction holds. More makes fewer
  // reads wait. At least kLeastMemoryBytes.
  size_t memory_bytes = 512 * 1024 * 1024;
  // How much of each kind of row gathers in memory before it is written as a table. More makes
  // fewer compactions, a longer log, and a slower start after a crash.
  size_t write_buffer_bytes = 64 * 1024 * 1024;
  // Table files that are kept open; at least 20. More are opened for one read at a time.
  int max_open_files = 512;
  // Told what an operator must know, such as that the disk is full. Must not block for long; called
  // on any thread. May be empty.
  std::function<void(std::string_view message)> log;
};

}  // namespace stator::storage
