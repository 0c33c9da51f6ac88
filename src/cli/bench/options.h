#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "cli/bench/key_chooser.h"
#include "cli/bench/request_template.h"
#include "cli/bench/transport.h"

namespace stator::cli::bench {

// What `stator bench` was asked to do; its flags explain each member.
struct BenchOptions {
  std::string endpoint = "http://127.0.0.1:8000";
  Trust trust;  // of a server that speaks TLS
  SigningOptions signing{.credentials = {"stator", "stator", ""}, .region = "us-east-1"};
  std::string table = "stator-bench";
  std::vector<std::string> workloads;
  std::string mix = "get=50,put=20,update=20,query=10";
  Distribution distribution = Distribution::kUniform;
  uint64_t items = 100'000;  // a multiple of kItemsPerPartition
  size_t item_bytes = 400;
  size_t connections = 64;
  size_t threads = 1;
  double rate = 0;  // requests per second; 0: closed loop
  double warm_up_seconds = 2;
  double duration_seconds = 10;
  uint64_t seed = 1;
  std::string json_path;  // empty: none; `-`: standard output
  bool quiet = false;     // no progress lines
};

}  // namespace stator::cli::bench
