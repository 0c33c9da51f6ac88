#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/random.h"
#include "engine/engine.h"
#include "oracle.h"
#include "requests.h"

namespace stator::crash_points {

// Random requests, sent from one thread without waiting for each answer, so that the store writes
// many of them at once. Not for more than one thread.
class Load {
 public:
  // The oracle must outlive the load.
  Load(uint64_t seed, Oracle& oracle) : random_(seed), oracle_(oracle) {}

  // Sends one random request, and now and then waits for answers.
  void Step(engine::Engine& engine);
  // Makes sure that there is a table, and sends the latest transactions again.
  void Begin(engine::Engine& engine);
  // Writes an item and waits; whether that was acknowledged.
  bool Probe(engine::Engine& engine);

 private:
  Request RandomRequest();
  Request RandomTableRequest();
  Change RandomChange(const ItemKey& key);
  Change PutOf(const ItemKey& key);
  ItemKey RandomKey(const std::string& table);
  std::vector<Change> RandomChanges(uint64_t count, bool batch);
  size_t Send(engine::Engine& engine, Request request);

  base::Random random_;
  Oracle& oracle_;
  int64_t version_ = 0;
  std::vector<Request> transactions_;  // the latest ones
  bool backfilling_ = false;           // an index may be in the making: one request at a time
};

}  // namespace stator::crash_points
