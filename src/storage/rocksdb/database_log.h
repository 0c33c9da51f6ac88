#pragma once

#include <cstdarg>
#include <functional>
#include <string_view>
#include <utility>

#include <rocksdb/env.h>

namespace stator::storage {

// Takes RocksDB's diary: warnings and errors go to the operator, and the pages of options that it
// writes at each start nowhere, which makes opening a good deal faster. All threads may call.
class DatabaseLog final : public rocksdb::Logger {
 public:
  explicit DatabaseLog(std::function<void(std::string_view message)> log)
      : Logger(rocksdb::InfoLogLevel::WARN_LEVEL), log_(std::move(log)) {}

  using Logger::Logv;
  void LogHeader(const char*, va_list) override {}
  // Only what passed the level gets here.
  void Logv(const char* format, va_list arguments) override;

 private:
  const std::function<void(std::string_view message)> log_;
};

}  // namespace stator::storage
