#include "cli/verify.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "engine/verify.h"
#include "iam/identity_rows.h"
#include "storage/open_store.h"
#include "storage/verify_files.h"

namespace stator::cli {

namespace {

constexpr uint64_t kProblemsShown = 100;
constexpr double kMegabyte = 1e6;

// The line that is written again and again while the work goes on.
class ProgressLine {
 public:
  explicit ProgressLine(std::ostream* out) : out_(out) {}

  // `bytes` are those of this part of the work.
  void Show(std::string_view what, uint64_t done, uint64_t total, uint64_t bytes) {
    const Clock::time_point now = Clock::now();
    if (out_ == nullptr || now - shown_ < kInterval) {
      return;
    }
    shown_ = now;
    const double seconds = std::max(std::chrono::duration<double>(now - begin_).count(), 1e-3);
    const uint64_t percent = total == 0 ? 100 : std::min<uint64_t>(100 * done / total, 100);
    *out_ << kClear
          << fmt::format("{:3} %, {:.0f} MB/s, {}", percent,
                         static_cast<double>(bytes) / kMegabyte / seconds, what)
          << std::flush;
  }
  // Another part of the work begins.
  void Restart() { begin_ = Clock::now(); }
  // Makes place for other output.
  void Clear() {
    if (out_ != nullptr) {
      *out_ << kClear << std::flush;
    }
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kInterval{100};
  static constexpr std::string_view kClear = "\r\x1b[K";  // to the line's begin; empties it

  std::ostream* const out_;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point shown_;
};

// One run of Verify.
class Verification {
 public:
  Verification(std::ostream& out, std::ostream* progress) : out_(out), line_(progress) {}

  base::Result<bool> Run(const storage::StoreOptions& options) {
    STATOR_ASSIGN_OR_RETURN(const storage::FilesReport files, CheckFiles(options));
    std::string summary = fmt::format("{} files of {:.1f} MB", files.files,
                                      static_cast<double>(files.bytes) / kMegabyte);
    if (files.opens) {
      STATOR_ASSIGN_OR_RETURN(const engine::VerifyReport rows, CheckRows(options, files));
      summary += fmt::format(
          ", {} tables with {} indexes, {} items, {} index entries, {} streams with {} records, {} "
          "identities",
          rows.tables, rows.indexes, rows.items, rows.entries, rows.streams, rows.stream_records,
          identities_);
    } else {
      summary += "; the database does not open, so that no item was looked at";
    }
    line_.Clear();
    if (problems_ > kProblemsShown) {
      out_ << "and " << problems_ - kProblemsShown << " problems more\n";
    }
    out_ << summary << ": "
         << (problems_ == 0 ? "no problems" : fmt::format("{} problems", problems_)) << std::endl;
    return problems_ == 0;
  }

 private:
  base::Result<storage::FilesReport> CheckFiles(const storage::StoreOptions& options) {
    return storage::VerifyFiles(
        options,
        {.problem = [this](const std::string& problem) { TellProblem(problem); },
         .note = [this](const std::string& note) { TellNote(note); },
         .progress = [this](uint64_t done, uint64_t total,
                            std::string_view file) { line_.Show(file, done, total, done); }});
  }

  base::Result<engine::VerifyReport> CheckRows(const storage::StoreOptions& options,
                                               const storage::FilesReport& files) {
    storage::StoreOptions read_only = options;
    read_only.read_only = true;
    STATOR_ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> store,
                            storage::OpenStore(read_only));
    line_.Restart();
    const auto show = [this](const engine::VerifyProgress& progress) {
      line_.Show(fmt::format("{} rows", progress.rows), progress.rows, progress.rows_expected,
                 progress.bytes);
    };
    STATOR_ASSIGN_OR_RETURN(
        identities_, iam::VerifyIdentities(
                         *store, [this](const std::string& problem) { TellProblem(problem); }));
    return engine::VerifyStore(
        *store, files.spaces,
        {.problem = [this](const std::string& problem) { TellProblem(problem); },
         .note = [this](const std::string& note) { TellNote(note); },
         .progress = show});
  }

  void TellProblem(const std::string& problem) {
    if (++problems_ <= kProblemsShown) {
      line_.Clear();
      out_ << "problem: " << problem << std::endl;
    }
  }
  void TellNote(const std::string& note) {
    line_.Clear();
    out_ << "note: " << note << std::endl;
  }

  std::ostream& out_;
  ProgressLine line_;
  uint64_t problems_ = 0;
  uint64_t identities_ = 0;
};

}  // namespace

base::Result<bool> Verify(const storage::StoreOptions& options, std::ostream& out,
                          std::ostream* progress) {
  return Verification(out, progress).Run(options);
}

}  // namespace stator::cli
