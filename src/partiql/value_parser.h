#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "expression/path.h"
#include "model/attribute_value.h"
#include "partiql/token_reader.h"

namespace stator::partiql {

// What the service says of calls with the wrong operands, and of MISSING where no IS stands before.
base::Error WrongOperandType(std::string_view function, model::ValueType type);
base::Error WrongOperandCount(std::string_view function, size_t count);
base::Error MisplacedMissing();

// Names, document paths, literals and parameters. Takes the parameters in the order of their marks.
class ValueParser : protected TokenReader {
 protected:
  ValueParser(std::string_view text, std::vector<model::AttributeValue> parameters)
      : TokenReader(text), parameters_(std::move(parameters)) {}

  // A quoted name, or a word that is no keyword.
  base::Result<std::string> ParseName();
  // `a.b[0]."c d"`
  base::Result<expression::Path> ParsePath();

  // Whether a literal or parameter begins here.
  bool AtValue() const;
  // REQUIRES: AtValue().
  base::Result<model::AttributeValue> ParseValue() { return ParseValue(0); }

  // Fails when there are more parameters than marks.
  base::Result<void> CheckAllParametersUsed() const;

 private:
  base::Result<model::AttributeValue> ParseValue(int depth);
  base::Result<model::AttributeValue> ParseElement(int depth);
  base::Error UnsupportedType() const;
  base::Result<model::AttributeValue> ParseNumber();
  base::Result<model::AttributeValue> ParseList(int depth);
  base::Result<model::AttributeValue> ParseMap(int depth);
  base::Result<model::AttributeValue> ParseSet(int depth);
  base::Result<model::AttributeValue> TakeParameter();
  base::Result<expression::PathElement> ParseMember();
  base::Result<expression::PathElement> ParseIndex();

  std::vector<model::AttributeValue> parameters_;
  size_t used_parameters_ = 0;
};

}  // namespace stator::partiql
