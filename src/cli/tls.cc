#include "cli/tls.h"

#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/self_signed.h"

namespace stator::cli {

namespace {

constexpr int kMostDays = 3650;

void RunSelfSigned(const SelfSignedOptions& options) {
  const base::Result<void> written = WriteSelfSigned(options);
  if (!written.ok()) {
    fmt::print(stderr, "stator: {}\n", written.error().message);
    throw CLI::RuntimeError(1);  // how a command ends under CLI11
  }
  fmt::print("stator serve --tls-cert {} --tls-key {}\n", options.certificate_path,
             options.key_path);
}

}  // namespace

void RegisterTls(CLI::App& app) {
  CLI::App* const tls = app.add_subcommand("tls", "Make certificates for --tls-cert");
  tls->require_subcommand(1);
  CLI::App* const self_signed = tls->add_subcommand(
      "self-signed", "Make a key, and a certificate that clients must be told to trust");
  const auto options = std::make_shared<SelfSignedOptions>();
  self_signed
      ->add_option("--san", options->names,
                   "A name or an IP address of the server; may be given again")
      ->option_text("NAME")
      ->required();
  self_signed->add_option("--days", options->days, "How long it is valid")
      ->check(CLI::Range(1, kMostDays))
      ->capture_default_str();
  self_signed->add_option("--cert", options->certificate_path, "Written; must not exist")
      ->option_text("FILE")
      ->capture_default_str();
  self_signed->add_option("--key", options->key_path, "Written for its owner only; must not exist")
      ->option_text("FILE")
      ->capture_default_str();
  self_signed->callback([options] { RunSelfSigned(*options); });
}

}  // namespace stator::cli
