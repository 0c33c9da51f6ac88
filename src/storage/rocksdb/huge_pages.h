#pragma once

namespace stator::storage {

// What the calling thread allocates from now on is in huge pages: for the thread that fills write
// buffers. They are large and read at random; with pages of 4 KB most steps of such a read miss the
// processor's cache of page addresses, too (ADR 5 has the figures).
//
// Needs jemalloc as the allocator and a kernel that grants huge pages to those who ask for them
// (/sys/kernel/mm/transparent_hugepage/enabled: "madvise" or "always"); without either, memory is
// as usual. What is freed is kept for the next write buffer.
void UseHugePagesOnThisThread();

}  // namespace stator::storage
