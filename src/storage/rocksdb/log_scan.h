#pragma once

#include <cstdint>
#include <string>

#include <rocksdb/env.h>

#include "base/result.h"

namespace stator::storage {

// How far a file in RocksDB's log format (a write-ahead log, a MANIFEST) can be read.
struct LogScan {
  // What stands behind the sound records.
  enum class End : uint8_t {
    kWhole,    // nothing
    kZeros,    // nothing but zeros: what PreparedLogs has written, or a write of which nothing is
               // there
    kTorn,     // one write that is not whole: what a crash leaves when each write is synced
    kGap,      // a write that is not whole, and later ones
    kFlipped,  // a record in which one bit has changed: no crash leaves that
  };

  End end = End::kWhole;
  uint64_t whole_bytes = 0;  // where the last write ends that is whole
  uint64_t sound_bytes = 0;  // where the first record stands that is not sound
  uint64_t file_bytes = 0;
};

// Reads a log from its start. RocksDB's own reader takes some changed lengths and types of records
// for the end of the log, and says nothing of the updates behind them. This one tells them apart:
// the checksum says whether changing one bit makes a record sound again. Fails with kIo. Takes a
// block of memory, whatever the file's size.
// https://github.com/facebook/rocksdb/wiki/Write-Ahead-Log-File-Format
base::Result<LogScan> ScanLog(rocksdb::Env& env, const std::string& path);

}  // namespace stator::storage
