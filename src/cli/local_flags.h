#pragma once

#include <string>
#include <vector>

namespace stator::cli {

// Rewrites DynamoDB Local's flags, which have one dash (`-port 9000 -inMemory`), into Stator's, and
// adds the command `serve` when none is named. Arguments of other commands stay as they are.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocal.UsageNotes.html
std::vector<std::string> TranslateLocalFlags(std::vector<std::string> arguments);

}  // namespace stator::cli
