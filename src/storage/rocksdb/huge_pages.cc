#include "storage/rocksdb/huge_pages.h"

#include <algorithm>
#include <optional>
#include <string>

#include <jemalloc/jemalloc.h>
#include <sys/mman.h>
#include <sys/types.h>

// Null where jemalloc is not linked: sanitizers bring an allocator of their own.
#pragma weak mallctl

namespace stator::storage {
namespace {

constexpr size_t kHugePageBytes = 2 * 1024 * 1024;

extent_hooks_t usual_hooks;
extent_hooks_t huge_page_hooks;

// NOLINTNEXTLINE(readability-function-size): jemalloc's signature
void* AllocateExtent(extent_hooks_t* /*hooks*/, void* address, size_t bytes, size_t alignment,
                     bool* zero, bool* commit, unsigned arena) {
  void* const memory = usual_hooks.alloc(&usual_hooks, address, bytes,
                                         std::max(alignment, kHugePageBytes), zero, commit, arena);
  if (memory != nullptr) {
    (void)madvise(memory, bytes, MADV_HUGEPAGE);  // a wish
  }
  return memory;
}

// The size of a pointer is that of what jemalloc reads or writes, when the value is one.
// NOLINTBEGIN(bugprone-sizeof-expression)
template <class Value>
bool Read(const std::string& name, Value& value) {
  size_t bytes = sizeof(Value);
  return mallctl(name.c_str(), static_cast<void*>(&value), &bytes, nullptr, 0) == 0;
}

template <class Value>
bool Write(const std::string& name, Value value) {
  return mallctl(name.c_str(), nullptr, nullptr, static_cast<void*>(&value), sizeof(Value)) == 0;
}
// NOLINTEND(bugprone-sizeof-expression)

// Makes a jemalloc arena whose memory is in huge pages and stays, and returns its number. Giving
// back a part of a huge page would split it.
std::optional<unsigned> MakeArena() {
  constexpr ssize_t kNever = -1;
  unsigned number = 0;
  if (mallctl == nullptr || !Read("arenas.create", number)) {
    return std::nullopt;
  }
  const std::string arena = "arena." + std::to_string(number);
  extent_hooks_t* hooks = nullptr;
  if (!Read(arena + ".extent_hooks", hooks)) {
    return std::nullopt;
  }
  usual_hooks = huge_page_hooks = *hooks;
  huge_page_hooks.alloc = AllocateExtent;
  const bool done =
      Write(arena + ".extent_hooks", &huge_page_hooks) && Write(arena + ".dirty_decay_ms", kNever);
  return done ? std::optional(number) : std::nullopt;
}

}  // namespace

void UseHugePagesOnThisThread() {
  // One for the process: what one store frees another can have.
  static const std::optional<unsigned> arena = MakeArena();
  if (arena) {
    (void)Write("thread.arena", *arena);
  }
}

}  // namespace stator::storage
