#include "storage/rocksdb/huge_pages.h"

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <jemalloc/jemalloc.h>

#pragma weak mallctl

namespace stator::storage {
namespace {

constexpr size_t kBytes = 1024 * 1024;

// Whether huge pages are wished for where `address` lies ("hg"), as the kernel tells it.
bool WishesHugePages(const void* address) {
  const auto wanted = reinterpret_cast<uintptr_t>(address);
  std::ifstream maps("/proc/self/smaps");
  bool is_here = false;
  for (std::string line; std::getline(maps, line);) {
    uintptr_t begin = 0;
    uintptr_t end = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx ", &begin, &end) == 2) {
      is_here = begin <= wanted && wanted < end;
    } else if (is_here && line.starts_with("VmFlags:")) {
      return line.find(" hg") != std::string::npos;
    }
  }
  return false;
}

TEST(HugePages, AreForTheThreadThatAsksForThem) {
  if (mallctl == nullptr) {
    GTEST_SKIP() << "another allocator";
  }
  if (!std::ifstream("/sys/kernel/mm/transparent_hugepage/enabled")) {
    GTEST_SKIP() << "a kernel without huge pages";
  }
  std::unique_ptr<char[]> usual;
  std::unique_ptr<char[]> huge;
  std::thread([&] {
    usual = std::make_unique<char[]>(kBytes);
    UseHugePagesOnThisThread();
    huge = std::make_unique<char[]>(kBytes);
  }).join();
  EXPECT_FALSE(WishesHugePages(usual.get()));
  EXPECT_TRUE(WishesHugePages(huge.get()));
  std::thread([&] {
    const auto other = std::make_unique<char[]>(kBytes);
    EXPECT_FALSE(WishesHugePages(other.get()));
  }).join();
}

}  // namespace
}  // namespace stator::storage
