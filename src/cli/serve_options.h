#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/dispatcher.h"
#include "base/result.h"
#include "cli/kinesis/kinesis_client.h"
#include "cli/settings.h"
#include "engine/engine.h"
#include "server/http_server_options.h"
#include "storage/store_options.h"

namespace stator::cli {

// All that `stator serve` can be told. A value type.
struct ServeOptions {
  storage::StoreOptions store;
  engine::EngineOptions engine;
  api::DispatcherOptions api;
  server::HttpServerOptions http;
  server::TlsOptions tls;       // as given so far; becomes http.tls when there is a certificate
  std::string test_clock_file;  // moves the clock, see test_clock.h; empty: none
  bool insecure_any_credentials = false;  // serve other machines although nothing is verified
  bool auth = false;                      // verify who signs each call
  std::string auth_key_file;              // empty: auth.key in the data directory
  std::string admin_socket;               // empty: admin.sock in the data directory
  std::vector<std::string> audit_tables;  // whose items' every use is logged
  kinesis::KinesisOptions kinesis;        // where Kinesis destinations are
  std::string log_level = "info";
};

// One setting: a flag `--name`, a variable STATOR_NAME, a key of the config file.
struct SettingDescription {
  std::string_view name;
  std::string_view value;  // what stands for the value in the help; empty for a switch
  std::string_view help;
  // Takes the text over, or says what is wrong with it.
  base::Result<void> (*apply)(const std::string& text, ServeOptions& options);
};

// Every setting, in the order of the help.
const std::vector<SettingDescription>& ServeSettings();

// Changes the options as the settings say. Fails with a text for people.
base::Result<void> ApplySettings(const Settings& settings, ServeOptions& options);

// The options that the settings make of the defaults, if serving with them is safe. Fails with a
// text for people.
base::Result<ServeOptions> MakeServeOptions(const Settings& settings);

}  // namespace stator::cli
