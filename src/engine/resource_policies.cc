// The policies of tables and streams: those methods of Tables.
#include "engine/resource_policies.h"

#include <charconv>
#include <memory>
#include <optional>
#include <utility>

#include "engine/tables.h"

namespace stator::engine {
namespace {

constexpr int64_t kMicrosPerMilli = 1000;
constexpr std::string_view kStream = "/stream/";

// What a policy is attached to.
struct Subject {
  std::string table;
  std::optional<std::string> stream_label;  // its stream instead of the table
};

base::Error NotFound(const std::string& arn) {
  return base::Error{base::ErrorCode::kResourceNotFound,
                     "Requested resource not found: ResourcArn: " + arn + " not found"};
}

base::Error PolicyNotFound(const std::string& arn) {
  return base::Error{base::ErrorCode::kPolicyNotFound,
                     "Resource-based policy not found for the provided ResourceArn: " + arn};
}

base::Result<Subject> SubjectOf(const Catalog& catalog, const std::string& arn) {
  const size_t stream_at = arn.find(kStream);
  const std::string table_arn = arn.substr(0, stream_at);
  const std::optional<std::string_view> name = catalog.NameOf(table_arn);
  if (!arn.starts_with("arn:") ||
      (name && BareTableName(*name).find('/') != std::string_view::npos)) {
    return base::ValidationError("Invalid ResourceArn: Invalid ResourceArn provided as input " +
                                 arn);
  }
  if (!name) {
    return NotFound(arn);  // of another account or region
  }
  Subject subject{.table = std::string(*name), .stream_label = {}};
  if (stream_at != std::string::npos) {
    subject.stream_label = arn.substr(stream_at + kStream.size());
  }
  return subject;
}

// The table's policy or its stream's; fails when the stream is not the table's latest one.
base::Result<const std::optional<ResourcePolicy>*> PolicyOf(const Table* table,
                                                            const Subject& subject,
                                                            const std::string& arn) {
  if (table == nullptr || (subject.stream_label && table->stream_label != subject.stream_label)) {
    return NotFound(arn);
  }
  return subject.stream_label ? &table->stream_policy : &table->policy;
}

base::Result<void> CheckRevision(const std::optional<ResourcePolicy>& policy,
                                 const std::optional<std::string>& expected,
                                 const std::string& arn) {
  const std::string_view revision =
      policy ? std::string_view(policy->revision_id) : Tables::kNoPolicy;
  if (expected && *expected != revision) {
    return policy ? base::Error{base::ErrorCode::kPolicyNotFound,
                                "The resource-based policy of the provided ResourceArn: " + arn +
                                    " does not have the revision id: " + *expected}
                  : PolicyNotFound(arn);
  }
  return {};
}

std::shared_ptr<Table> WithPolicy(const Table& table, const Subject& subject,
                                  std::optional<ResourcePolicy> policy) {
  auto changed = std::make_shared<Table>(table);
  (subject.stream_label ? changed->stream_policy : changed->policy) = std::move(policy);
  return changed;
}

}  // namespace

std::string NewRevisionId(std::string_view previous, int64_t now_micros) {
  int64_t last = 0;
  std::from_chars(previous.data(), previous.data() + previous.size(), last);
  const int64_t now = now_micros / kMicrosPerMilli;
  return std::to_string(now > last ? now : last + 1);
}

base::Result<std::string> Tables::PutResourcePolicy(const std::string& arn,
                                                    const std::string& document,
                                                    const std::optional<std::string>& expected) {
  STATOR_ASSIGN_OR_RETURN(const Subject subject, SubjectOf(catalog_, arn));
  const int64_t now_micros = clock_.NowMicros();
  const auto put = [&](const Table* current) -> base::Result<std::shared_ptr<const Table>> {
    STATOR_ASSIGN_OR_RETURN(const std::optional<ResourcePolicy>* policy,
                            PolicyOf(current, subject, arn));
    STATOR_RETURN_IF_ERROR(CheckRevision(*policy, expected, arn));
    ResourcePolicy changed{.document = document, .revision_id = {}};
    const bool same = *policy && (*policy)->document == document;
    changed.revision_id =
        same ? (*policy)->revision_id
             : NewRevisionId(*policy ? (*policy)->revision_id : std::string(), now_micros);
    return std::shared_ptr<const Table>(WithPolicy(*current, subject, std::move(changed)));
  };
  STATOR_ASSIGN_OR_RETURN(const std::shared_ptr<const Table> table,
                          catalog_.Update(subject.table, put));
  return (subject.stream_label ? table->stream_policy : table->policy)->revision_id;
}

base::Result<std::optional<std::string>> Tables::DeleteResourcePolicy(
    const std::string& arn, const std::optional<std::string>& expected) {
  STATOR_ASSIGN_OR_RETURN(const Subject subject, SubjectOf(catalog_, arn));
  std::optional<std::string> revision;
  const auto remove = [&](const Table* current) -> base::Result<std::shared_ptr<const Table>> {
    STATOR_ASSIGN_OR_RETURN(const std::optional<ResourcePolicy>* policy,
                            PolicyOf(current, subject, arn));
    STATOR_RETURN_IF_ERROR(CheckRevision(*policy, expected, arn));
    revision = *policy ? std::optional((*policy)->revision_id) : std::nullopt;
    return std::shared_ptr<const Table>(WithPolicy(*current, subject, std::nullopt));
  };
  STATOR_RETURN_IF_ERROR(catalog_.Update(subject.table, remove));
  return revision;
}

base::Result<ResourcePolicy> Tables::GetResourcePolicy(const std::string& arn) const {
  STATOR_ASSIGN_OR_RETURN(const Subject subject, SubjectOf(catalog_, arn));
  const base::Result<Catalog::Snapshot> snapshot = catalog_.Find(subject.table);
  STATOR_ASSIGN_OR_RETURN(const std::optional<ResourcePolicy>* policy,
                          PolicyOf(snapshot.ok() ? snapshot->table.get() : nullptr, subject, arn));
  if (!*policy) {
    return PolicyNotFound(arn);
  }
  return **policy;
}

}  // namespace stator::engine
