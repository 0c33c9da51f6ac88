// The command line: flags and wiring, the only place that knows all the parts.
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "cli/bench.h"
#include "cli/healthcheck.h"
#include "cli/iam.h"
#include "cli/local_flags.h"
#include "cli/serve.h"
#include "cli/serve_options.h"
#include "cli/settings.h"
#include "cli/tail.h"
#include "cli/tls.h"
#include "cli/verify.h"

namespace stator::cli {

namespace {

// One line on stderr and the end of the program.
[[noreturn]] void Fail(const std::string& message) {
  (void)std::fprintf(stderr, "stator: %s\n", message.c_str());
  throw CLI::RuntimeError(1);  // how a command ends under CLI11
}

// What was given on the command line.
struct ServeFlags {
  std::string config;
  Settings settings;
};

void RunServe(const ServeFlags& flags) {
  Settings settings = flags.settings;
  for (const std::string_view ignored : {"data-dir", "durability", "memory-budget"}) {
    if (settings.contains("in-memory") && settings.contains(std::string(ignored))) {
      Fail(fmt::format("--in-memory keeps nothing on disk, so --{} would mean nothing", ignored));
    }
  }
  std::vector<std::string_view> names;
  for (const SettingDescription& setting : ServeSettings()) {
    names.push_back(setting.name);
  }
  AddEnvironment(names, settings);
  if (!flags.config.empty()) {
    const base::Result<void> added = AddConfigFile(flags.config, names, settings);
    if (!added.ok()) {
      Fail(added.error().message);
    }
  }
  const base::Result<ServeOptions> options = MakeServeOptions(settings);
  if (!options.ok()) {
    Fail(options.error().message);
  }
  const base::Result<void> served = Serve(*options);
  if (!served.ok()) {
    Fail(served.error().message);
  }
}

void RegisterServe(CLI::App& app) {
  CLI::App* const serve = app.add_subcommand("serve", "Serve the DynamoDB API");
  const auto flags = std::make_shared<ServeFlags>();
  serve->add_option("--config", flags->config, "A TOML file of these settings, without dashes")
      ->envname("STATOR_CONFIG")
      ->option_text("FILE");
  for (const SettingDescription& setting : ServeSettings()) {
    const std::string name(setting.name);
    const std::string flag = "--" + name;
    const auto remember = [flags, name, flag](const std::string& text) {
      flags->settings[name] = {text, flag};
    };
    if (setting.value.empty()) {
      serve->add_flag_callback(
          flag, [remember] { remember("true"); }, std::string(setting.help));
    } else {
      serve->add_option_function<std::string>(flag, remember, std::string(setting.help))
          ->option_text(std::string(setting.value));
    }
  }
  serve->callback([flags] { RunServe(*flags); });
}

void RunHealthcheck(Settings settings, const std::optional<Trust>& trust) {
  AddEnvironment({"host", "port"}, settings);
  ServeOptions options;
  const base::Result<void> applied = ApplySettings(settings, options);
  if (!applied.ok()) {
    Fail(applied.error().message);
  }
  const base::Result<void> healthy = CheckHealth(options.http.host, options.http.port, trust);
  if (!healthy.ok()) {
    Fail(healthy.error().message);
  }
}

void RegisterHealthcheck(CLI::App& app) {
  CLI::App* const check =
      app.add_subcommand("healthcheck", "Exit 0 if a server is healthy, else 1");
  const auto settings = std::make_shared<Settings>();
  for (const std::string name : {"host", "port"}) {
    check->add_option_function<std::string>(
        "--" + name,
        [settings, name](const std::string& text) {
          (*settings)[name] = {text, "--" + name};
        },
        "As given to the server");
  }
  const auto trust = std::make_shared<Trust>();
  CLI::Option* const ca =
      check->add_option("--ca", trust->ca_path, "Over TLS: trust the certificates in this PEM file")
          ->option_text("FILE");
  CLI::Option* const any = check->add_flag("--no-verify-certificate{false}", trust->verify,
                                           "Over TLS: accept any certificate");
  CLI::Option* const tls =
      check->add_flag("--tls")->description("Over TLS: trust what the system trusts");
  check->callback([settings, trust, ca, any, tls] {
    const bool over_tls = ca->count() + any->count() + tls->count() > 0;
    RunHealthcheck(*settings, over_tls ? std::optional(*trust) : std::nullopt);
  });
}

void RunVerify(Settings settings) {
  AddEnvironment({"data-dir", "durability"}, settings);
  const base::Result<ServeOptions> options = MakeServeOptions(settings);
  if (!options.ok()) {
    Fail(options.error().message);
  }
  const bool has_terminal = isatty(STDERR_FILENO) != 0;
  const base::Result<bool> clean =
      Verify(options->store, std::cout, has_terminal ? &std::cerr : nullptr);
  if (!clean.ok()) {
    Fail(clean.error().message);
  }
  if (!*clean) {
    throw CLI::RuntimeError(1);
  }
}

void RegisterVerify(CLI::App& app) {
  CLI::App* const verify = app.add_subcommand(
      "verify", "Check all stored data; no server may use it. Exit 0 if nothing is wrong, else 1");
  const auto settings = std::make_shared<Settings>();
  for (const std::string name : {"data-dir", "durability"}) {
    verify->add_option_function<std::string>(
        "--" + name,
        [settings, name](const std::string& text) {
          (*settings)[name] = {text, "--" + name};
        },
        "As given to the server");
  }
  verify->callback([settings] { RunVerify(*settings); });
}

int Run(std::vector<std::string> arguments) {
  CLI::App app("Stator serves the Amazon DynamoDB API.", "stator");
  app.set_version_flag("--version", "stator " STATOR_VERSION);
  app.require_subcommand(1);
  RegisterServe(app);
  RegisterHealthcheck(app);
  RegisterVerify(app);
  RegisterTls(app);
  RegisterBench(app);
  RegisterIam(app);
  RegisterTail(app);
  arguments = TranslateLocalFlags(std::move(arguments));
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    // A wrong flag is an error like any other; a command's own status is below CLI11's.
    constexpr int kFirstOfCli11 = 100;
    const int status = app.exit(error);
    return status < kFirstOfCli11 ? status : 1;
  }
  return 0;
}

}  // namespace

}  // namespace stator::cli

// Only lack of memory gets out of Run, and ends the program as it should.
int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  return stator::cli::Run(std::vector<std::string>(argv + 1, argv + argc));
}
