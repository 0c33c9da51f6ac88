#include "cli/iam.h"

#include <cstdio>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <simdjson.h>

#include "cli/access_control.h"
#include "cli/iam_request.h"
#include "cli/local_client.h"
#include "cli/simulate_command.h"

namespace stator::cli {

namespace {

// What the commands have in common.
struct IamFlags {
  std::string admin_socket;
  std::string data_dir = "./stator-data";
};

[[noreturn]] void Fail(const std::string& message) {
  (void)std::fprintf(stderr, "stator: %s\n", message.c_str());
  throw CLI::RuntimeError(1);  // how a command ends under CLI11
}

// The message of an error's body, or the body.
std::string MessageOf(const std::string& body) {
  simdjson::dom::parser parser;
  simdjson::dom::element element;
  std::string_view message;
  if (parser.parse(body).get(element) == simdjson::SUCCESS &&
      element["message"].get(message) == simdjson::SUCCESS) {
    return std::string(message);
  }
  return body;
}

void RunCommand(const IamFlags& flags, std::string_view operation, const IamArguments& arguments) {
  const base::Result<std::string> body = IamRequestBody(arguments);
  if (!body.ok()) {
    Fail(body.error().message);
  }
  const std::string socket =
      flags.admin_socket.empty() ? DefaultAdminSocket(flags.data_dir) : flags.admin_socket;
  const base::Result<LocalAnswer> answer =
      CallLocally(socket, "StatorIam." + std::string(operation), *body);
  if (!answer.ok()) {
    Fail(answer.error().message);
  }
  constexpr int kSuccess = 200;
  if (answer->status != kSuccess) {
    Fail(MessageOf(answer->body));
  }
  (void)std::printf("%s\n", answer->body.c_str());
}

void AddMember(CLI::App& command, iam::AdminMember member, bool required,
               const std::shared_ptr<IamArguments>& arguments) {
  const std::string flag = "--" + KebabCase(iam::MemberName(member));
  const bool is_list = member == iam::kTags || member == iam::kTagKeys;
  CLI::Option* const option = is_list ? command.add_option(flag, (*arguments)[member])
                                      : command.add_option_function<std::string>(
                                            flag, [arguments, member](const std::string& text) {
                                              (*arguments)[member] = {text};
                                            });
  option->required(required);
  if (member == iam::kTags) {
    option->option_text("key=value ...");
  } else if (member == iam::kPolicyDocument || member == iam::kAssumeRolePolicyDocument) {
    option->option_text("JSON or file://PATH");
  } else if (member == iam::kCertificate) {
    option->option_text("PEM or file://PATH");
  }
}

}  // namespace

void RegisterIam(CLI::App& app) {
  CLI::App* const group =
      app.add_subcommand("iam", "Identities of a server that runs with --auth, and policies");
  group->require_subcommand(1);
  const auto flags = std::make_shared<IamFlags>();
  group->add_option("--admin-socket", flags->admin_socket, "As given to the server")
      ->envname("STATOR_ADMIN_SOCKET");
  group->add_option("--data-dir", flags->data_dir, "As given to the server")
      ->envname("STATOR_DATA_DIR");
  for (const iam::AdminOperation& operation : iam::AdminOperations()) {
    CLI::App* const command =
        group->add_subcommand(KebabCase(operation.name), std::string(operation.help));
    const auto arguments = std::make_shared<IamArguments>();
    for (const iam::AdminMember member : operation.required) {
      AddMember(*command, member, true, arguments);
    }
    for (const iam::AdminMember member : operation.optional) {
      AddMember(*command, member, false, arguments);
    }
    command->callback(
        [flags, arguments, name = operation.name] { RunCommand(*flags, name, *arguments); });
  }
  RegisterSimulate(*group);
}

}  // namespace stator::cli
