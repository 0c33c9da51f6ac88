// A flipped bit in any file of a data directory: it is refused, or found by VerifyFiles, or means
// nothing; what is read is never wrong.

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "storage/store_test_support.h"
#include "storage/verify_files.h"

namespace stator::storage {
namespace {

namespace fs = std::filesystem;

using Rows = std::map<std::string, std::string>;

std::string ReadFile(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

void WriteFile(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::string Flip(std::string bytes, size_t bit) {
  bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
  return bytes;
}

// What became of a flipped bit.
struct Outcome {
  bool refused = false;      // by opening
  bool read_failed = false;  // with an error
  bool exact = false;        // everything reads back
  bool verified = true;      // VerifyFiles has no problems
  std::string log;           // what the operator was told
  std::string problem;
  std::string notes;
};

constexpr LogId kLog{kTestSpace, 1};

class DamageTest : public testing::Test {
 protected:
  void SetUp() override {
    constexpr int kRounds = 3;
    for (int round = 0; round < kRounds; ++round) {
      // Opening writes what the log has into tables, so that only the last round stays in the log:
      // more than one of its blocks.
      const auto store = OpenStore(Options(original_)).value();
      for (int i = 0; i < 40; ++i) {
        const std::string value(round == kRounds - 1 ? 1500 : 60, static_cast<char>('a' + i % 26));
        const Key key = ItemKey("p" + std::to_string(i % 7), std::to_string(100 * round + i));
        RunUpdate(*store, MakeUpdate({key}, [&](CurrentValues, Mutations& mutations) {
          mutations.Put(key, value);
          mutations.Append(kLog, value);
          return base::Result<void>();
        }));
      }
      store->Stop();
    }
    Copy();
    rows_ = ReadAll(*OpenStore(Options(copy_)).value()).value();
    ASSERT_EQ(rows_.size(), 240U);
  }

  static StoreOptions Options(const fs::path& path) {
    StoreOptions options;
    options.data_dir = path.string();
    return options;
  }

  static base::Result<Rows> ReadAll(Store& store) {
    Rows rows;
    STATOR_RETURN_IF_ERROR(store.ScanSpace({.space = kTestSpace}, {}, [&rows](const RowView& row) {
      rows.emplace(std::string(row.partition) + "/" + std::string(row.sort), row.value);
      return true;
    }));
    const auto keep = [&rows](const LogRecordView& record) {
      rows.emplace("log/" + std::to_string(record.position), record.record);
      return true;
    };
    STATOR_RETURN_IF_ERROR(store.ReadLog(kLog, 0, {}, keep));
    return rows;
  }

  void Copy() {
    fs::remove_all(copy_);
    fs::copy(original_, copy_, fs::copy_options::recursive);
  }

  // All files but empty ones, by their path in the directory.
  std::vector<std::string> Files() const {
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(original_)) {
      if (entry.is_regular_file() && entry.file_size() > 0) {
        files.push_back(fs::relative(entry.path(), original_).string());
      }
    }
    std::sort(files.begin(), files.end());
    return files;
  }
  std::string FileWith(std::string_view part) const {
    for (const std::string& file : Files()) {
      if (file.find(part) != std::string::npos) {
        return file;
      }
    }
    ADD_FAILURE() << "no file with " << part;
    return "";
  }

  // Puts `bytes` in place of a file's in a copy of the directory, and looks what happens.
  Outcome Try(const std::string& file, const std::string& bytes) {
    Copy();
    WriteFile(copy_ / file, bytes);
    Outcome outcome;
    const auto note = [&outcome](const std::string& problem) {
      outcome.verified = false;
      outcome.problem += problem + "\n";
    };
    const auto report = VerifyFiles(
        Options(copy_), {.problem = note,
                         .note = [&](const std::string& text) { outcome.notes += text; },
                         .progress = [](uint64_t, uint64_t, std::string_view) {}});
    if (!report.ok()) {
      note(report.error().message);
    }
    StoreOptions options = Options(copy_);
    options.log = [&outcome](std::string_view message) { outcome.log += message; };
    auto store = OpenStore(options);
    if (!store.ok()) {
      outcome.refused = true;
      return outcome;
    }
    const base::Result<Rows> rows = ReadAll(**store);
    outcome.read_failed = !rows.ok();
    outcome.exact = rows.ok() && *rows == rows_;
    return outcome;
  }

  TemporaryDirectory directory_;
  const fs::path original_ = fs::path(directory_.path()) / "original";
  const fs::path copy_ = fs::path(directory_.path()) / "copy";
  Rows rows_;
};

TEST_F(DamageTest, AFlippedBitIsFoundOrMeansNothing) {
  constexpr unsigned kSeed = 20;
  constexpr int kBitsEach = 5;
  std::mt19937 random(kSeed);
  for (const std::string& file : Files()) {
    const std::string bytes = ReadFile(original_ / file);
    for (int i = 0; i < kBitsEach; ++i) {
      const size_t bit = std::uniform_int_distribution<size_t>(0, 8 * bytes.size() - 1)(random);
      SCOPED_TRACE(file + ", bit " + std::to_string(bit));
      const Outcome outcome = Try(file, Flip(bytes, bit));
      EXPECT_TRUE(outcome.refused || outcome.read_failed || outcome.exact);
      EXPECT_TRUE(outcome.exact || !outcome.verified);
      if (file.ends_with(".sst") || file.ends_with(".log") || file.find("MANIFEST-") != file.npos) {
        EXPECT_NE(outcome.problem.find(file), std::string::npos) << outcome.problem;
      }
      if (outcome.read_failed) {
        EXPECT_NE(outcome.log.find(file), std::string::npos) << outcome.log;
      }
    }
  }
}

// RocksDB alone takes some of these for the end of the file.
TEST_F(DamageTest, AFlippedBitInAHeaderIsRefused) {
  for (const std::string& file : {FileWith(".log"), FileWith("MANIFEST-")}) {
    const std::string bytes = ReadFile(original_ / file);
    constexpr size_t kRecordType = 6;
    for (size_t bit = 8 * kRecordType; bit < 8 * (kRecordType + 1); ++bit) {
      const Outcome outcome = Try(file, Flip(bytes, bit));
      EXPECT_TRUE(outcome.refused) << file << ", bit " << bit;
      EXPECT_FALSE(outcome.verified) << file << ", bit " << bit;
    }
  }
}

// Where the last write may be torn, its every bit still counts.
TEST_F(DamageTest, AFlippedBitInTheLastWriteIsRefused) {
  const std::string file = FileWith(".log");
  const std::string bytes = ReadFile(original_ / file);
  constexpr size_t kLastBytes = 1400;
  for (size_t bit = 8 * (bytes.size() - kLastBytes); bit < 8 * bytes.size(); bit += 1009) {
    EXPECT_TRUE(Try(file, Flip(bytes, bit)).refused) << bit;
  }
}

// What a loss of power leaves of a write that was not synced: cut off anywhere, or with holes.
TEST_F(DamageTest, ATornLastWriteIsNoDamage) {
  fs::remove_all(original_);
  size_t before = 0;
  {
    const auto store = OpenStore(Options(original_)).value();
    PutRow(*store, ItemKey("p"), "v");
    before = ReadFile(original_ / FileWith(".log")).size();
    PutRow(*store, ItemKey("last"), std::string(100'000, 'x'));
  }
  rows_ = {{"p/", "v"}};
  const std::string file = FileWith(".log");
  const std::string whole = ReadFile(original_ / file);
  for (const size_t left : {before + 3, before + 5000, size_t{70'000}, whole.size() - 1}) {
    const Outcome outcome = Try(file, whole.substr(0, left));
    EXPECT_TRUE(outcome.exact && outcome.verified) << left << " " << outcome.problem;
  }
  constexpr size_t kPageBytes = 4096;
  for (const size_t begin : {before, 2 * kPageBytes, 8 * kPageBytes, 10 * kPageBytes,
                             whole.size() / kPageBytes * kPageBytes}) {
    std::string torn = whole;
    const size_t end = std::min((begin / kPageBytes + 1) * kPageBytes, torn.size());
    std::fill(torn.begin() + static_cast<std::ptrdiff_t>(begin),
              torn.begin() + static_cast<std::ptrdiff_t>(end), '\0');
    const Outcome outcome = Try(file, torn);
    EXPECT_TRUE(outcome.exact && outcome.verified) << begin << " " << outcome.problem;
  }
}

// A log that was made in advance is longer than what stands in it; see PreparedLogs.
TEST_F(DamageTest, ZerosBehindALogAreNothing) {
  const std::string file = FileWith(".log");
  const std::string whole = ReadFile(original_ / file);
  for (const size_t zeros : {1, 6, 7, 5000, 200'000}) {
    const Outcome outcome = Try(file, whole + std::string(zeros, '\0'));
    EXPECT_TRUE(outcome.exact && outcome.verified) << zeros << " " << outcome.problem;
    EXPECT_EQ(outcome.notes + outcome.log, "");
    StoreOptions options = Options(copy_);
    options.durability = Durability::kInterval;
    EXPECT_EQ(ReadAll(*OpenStore(options).value()).value(), rows_);
  }
  // With a write behind them, they are a hole.
  constexpr size_t kBlockBytes = 32 * 1024;
  const size_t gap = 10 * kBlockBytes - whole.size() % kBlockBytes;
  EXPECT_TRUE(Try(file, whole + std::string(gap, '\0') + whole).refused);
}

// What a process leaves that ends while RocksDB writes its options.
TEST_F(DamageTest, UnfinishedOptionsAreNothing) {
  const std::string file = FileWith("OPTIONS-");
  const std::string whole = ReadFile(original_ / file);
  for (const size_t bytes : {size_t{0}, whole.size() / 2}) {
    const Outcome outcome = Try(file + ".dbtmp", whole.substr(0, bytes));
    EXPECT_TRUE(outcome.exact && outcome.verified) << outcome.problem;
    EXPECT_NE(outcome.notes.find(".dbtmp was not finished"), std::string::npos) << outcome.notes;
    EXPECT_FALSE(fs::exists(copy_ / (file + ".dbtmp")));
  }
}

// A torn end of the MANIFEST, whose last writes say nothing here that must not be forgotten.
TEST_F(DamageTest, ATornManifestIsNoDamage) {
  const std::string file = FileWith("MANIFEST-");
  const std::string whole = ReadFile(original_ / file);
  std::string torn = whole + whole.substr(0, 60);
  std::fill_n(torn.end() - 20, 20, '\0');
  for (const std::string& bytes : {torn, torn.substr(0, whole.size() + 3)}) {
    const Outcome outcome = Try(file, bytes);
    EXPECT_TRUE(outcome.exact && outcome.verified) << outcome.problem << outcome.log;
  }
}

// When the disk was full, the log ends with a part of a write, and the next log goes on, with
// numbers missing in between.
TEST_F(DamageTest, LogsBehindATornOneCount) {
  fs::remove_all(original_);
  std::vector<size_t> ends;
  {
    const auto store = OpenStore(Options(original_)).value();
    for (const std::string& name :
         {std::string("first"), std::string("torn"), std::string("next")}) {
      PutRow(*store, ItemKey(name), std::string(5000, 'x'));
      ends.push_back(ReadFile(original_ / FileWith(".log")).size());
    }
  }
  const std::string file = FileWith(".log");
  const std::string bytes = ReadFile(original_ / file);
  const int number = std::stoi(fs::path(file).stem().string());
  const std::string next = std::to_string(1'000'000 + number + 1).substr(1) + ".log";
  WriteFile(original_ / "rocksdb" / next, bytes.substr(ends[1]));
  rows_ = {{"first/", std::string(5000, 'x')}, {"next/", std::string(5000, 'x')}};
  std::string with_hole = bytes.substr(0, ends[1]);
  std::fill_n(with_hole.begin() + static_cast<std::ptrdiff_t>(ends[0]) + 100, 100, '\0');
  for (const std::string& torn : {bytes.substr(0, ends[0] + 3000), with_hole}) {
    const Outcome outcome = Try(file, torn);
    EXPECT_TRUE(outcome.exact && outcome.verified) << outcome.problem << outcome.log;
  }
}

// Where writes are synced one by one, nothing leaves a hole before the last. Else a loss of power
// does, and the log counts up to there.
TEST_F(DamageTest, AHoleInTheLogIsDamageWhereWritesAreSynced) {
  const std::string file = FileWith(".log");
  std::string bytes = ReadFile(original_ / file);
  constexpr size_t kHole = 40'000;
  std::fill_n(bytes.begin() + kHole, 100, '\0');
  const Outcome outcome = Try(file, bytes);
  EXPECT_TRUE(outcome.refused);
  EXPECT_NE(outcome.problem.find(file + " is damaged at byte "), std::string::npos)
      << outcome.problem;

  Copy();
  WriteFile(copy_ / file, bytes);
  StoreOptions options = Options(copy_);
  options.durability = Durability::kInterval;
  std::string log;
  options.log = [&log](std::string_view message) { log += message; };
  auto store = OpenStore(options);
  ASSERT_TRUE(store.ok()) << store.error().message;
  const Rows rows = ReadAll(**store).value();
  EXPECT_GT(rows.size(), 80U);
  EXPECT_LT(rows.size(), rows_.size());
  EXPECT_NE(log.find(file + " is damaged at byte "), std::string::npos) << log;
}

}  // namespace
}  // namespace stator::storage
