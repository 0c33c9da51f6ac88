#include "cli/simulate_command.h"

#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/clock.h"
#include "cli/iam_simulate.h"

namespace stator::cli {

namespace {

constexpr int kDeniedStatus = 2;

void RunSimulate(const SimulateOptions& options) {
  const base::Result<bool> allowed = SimulatePolicies(options, base::Clock::System(), std::cout);
  if (!allowed.ok()) {
    fmt::print(stderr, "stator: {}\n", allowed.error().message);
    throw CLI::RuntimeError(1);  // how a command ends under CLI11
  }
  if (!*allowed) {
    throw CLI::RuntimeError(kDeniedStatus);
  }
}

}  // namespace

void RegisterSimulate(CLI::App& iam) {
  CLI::App* const simulate = iam.add_subcommand(
      "simulate", "Say whether policies allow a request: 0 if they do, 2 if not");
  const auto options = std::make_shared<SimulateOptions>();
  simulate->add_option("--policy", options->policies, "An identity-based policy; several add up")
      ->option_text("FILE");
  simulate->add_option("--boundary", options->boundary, "The permissions boundary")
      ->option_text("FILE");
  simulate->add_option("--session-policy", options->session_policies, "A policy of the session")
      ->option_text("FILE");
  simulate->add_option("--resource-policy", options->resource_policy, "The resource's policy")
      ->option_text("FILE");
  simulate->add_option("--principal", options->principal, "Who asks")->option_text("ARN");
  simulate->add_flag("--administrator", options->administrator, "The principal may do everything");
  simulate->add_option("--action", options->action, "Such as dynamodb:GetItem")
      ->required()
      ->option_text("ACTION");
  simulate->add_option("--resource", options->resource, "What it is about; * without")
      ->option_text("ARN");
  simulate
      ->add_option("--context", options->context,
                   "A value that conditions ask for; several of one key are all its values")
      ->option_text("KEY=VALUE");
  simulate->add_option("--any", options->any, "A key of which all values are possible")
      ->option_text("KEY");
  simulate->callback([options] { RunSimulate(*options); });
}

}  // namespace stator::cli
