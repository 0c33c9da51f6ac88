#include "cli/iam_request.h"

#include <charconv>
#include <fstream>
#include <sstream>
#include <utility>

#include "api/json_writer.h"

namespace stator::cli {

namespace {

base::Error Refused(std::string message) {
  return base::Error{base::ErrorCode::kValidation, std::move(message)};
}

// The text itself, or that of the file that it names.
base::Result<std::string> TextOrFile(const std::string& text) {
  constexpr std::string_view kFile = "file://";
  if (!text.starts_with(kFile)) {
    return text;
  }
  const std::ifstream file(text.substr(kFile.size()));
  std::ostringstream content;
  content << file.rdbuf();
  if (!file.is_open() || file.bad()) {
    return Refused("cannot read " + text.substr(kFile.size()));
  }
  return content.str();
}

base::Result<std::pair<std::string, std::string>> ParseTag(const std::string& text) {
  constexpr std::string_view kKey = "Key=";
  constexpr std::string_view kValue = ",Value=";
  const size_t value = text.find(kValue);
  if (text.starts_with(kKey) && value != std::string::npos) {
    return std::pair(text.substr(kKey.size(), value - kKey.size()),
                     text.substr(value + kValue.size()));
  }
  const size_t equal = text.find('=');
  if (equal == std::string::npos) {
    return Refused("'" + text + "' is no tag such as team=blue");
  }
  return std::pair(text.substr(0, equal), text.substr(equal + 1));
}

base::Result<void> AppendTags(const std::vector<std::string>& texts, std::string& out) {
  api::ArrayWriter tags(out);
  for (const std::string& text : texts) {
    STATOR_ASSIGN_OR_RETURN(const auto parsed, ParseTag(text));
    api::ObjectWriter tag(tags.Next());
    tag.String("Key", parsed.first);
    tag.String("Value", parsed.second);
    tag.End();
  }
  tags.End();
  return {};
}

base::Result<void> AppendMember(iam::AdminMember member, const std::vector<std::string>& texts,
                                api::ObjectWriter& body) {
  std::string& out = body.Member(iam::MemberName(member));
  const std::string& text = texts.back();
  switch (member) {
    case iam::kTags:
      return AppendTags(texts, out);
    case iam::kTagKeys: {
      api::ArrayWriter keys(out);
      for (const std::string& key : texts) {
        keys.String(key);
      }
      keys.End();
      return {};
    }
    case iam::kMaxSessionDuration: {
      int64_t seconds = 0;
      const char* const last = text.data() + text.size();
      const auto [end, error] = std::from_chars(text.data(), last, seconds);
      if (error != std::errc() || end != last) {
        return Refused("'" + text + "' is no number of seconds");
      }
      api::AppendInteger(seconds, out);
      return {};
    }
    case iam::kCertificate:
    case iam::kPolicyDocument:
    case iam::kAssumeRolePolicyDocument: {
      STATOR_ASSIGN_OR_RETURN(const std::string document, TextOrFile(text));
      model::AppendJsonString(document, out);
      return {};
    }
    default:
      model::AppendJsonString(text, out);
      return {};
  }
}

}  // namespace

std::string KebabCase(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') {
      out.append(out.empty() ? "" : "-").push_back(static_cast<char>(c - 'A' + 'a'));
    } else {
      out.push_back(c);
    }
  }
  return out;
}

base::Result<std::string> IamRequestBody(const IamArguments& arguments) {
  std::string out;
  api::ObjectWriter body(out);
  for (const auto& [member, texts] : arguments) {
    if (!texts.empty()) {
      STATOR_RETURN_IF_ERROR(AppendMember(member, texts, body));
    }
  }
  body.End();
  return out;
}

}  // namespace stator::cli
