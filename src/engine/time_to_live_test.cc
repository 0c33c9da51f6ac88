#include "engine/time_to_live.h"

#include <string>

#include <gtest/gtest.h>

#include "engine/expiry_index.h"
#include "engine/table_settings.h"

namespace stator::engine {
namespace {

constexpr int64_t kNow = 1'700'000'000'000'000;
constexpr int64_t kHour = 3'600'000'000;
constexpr storage::Space kSpace = 77;

Table ActiveTable() {
  Table table;
  table.schema.name = "table";
  return table;
}

Table Changed(const Table& table, bool enabled, int64_t now_micros = kNow) {
  return WithTimeToLive(table, {.enabled = enabled, .attribute = "t"},
                        {.now_micros = now_micros, .new_space = kSpace})
      .value();
}

std::string Refusal(const Table& table, const TimeToLiveSpec& spec,
                    const TimeToLiveContext& context = {.now_micros = kNow}) {
  const base::Result<Table> changed = WithTimeToLive(table, spec, context);
  return changed.ok() ? "accepted" : changed.error().message;
}

std::string Description(const Table& table) {
  const auto description = DescribeTimeToLiveOf(table);
  return description.ok()
             ? std::string(description->status) + " " + description->attribute.value_or("-")
             : description.error().message;
}

// The table when the backfill is done, too.
Table Enabled() {
  Table table = Changed(ActiveTable(), true);
  table.schema.expiry_index->backfilling = false;
  return *Settled(table);
}

TEST(TimeToLive, GoesThroughItsStates) {
  Table table = ActiveTable();
  EXPECT_EQ(Description(table), "DISABLED -");
  table = Changed(table, true);
  EXPECT_EQ(Description(table), "ENABLING t");
  EXPECT_FALSE(IsSettled(*Settled(table)) && !table.schema.expiry_index->backfilling);
  EXPECT_EQ(Description(*Settled(table)), "ENABLING t");  // as long as the backfill takes
  EXPECT_EQ(Settled(table)->status, TableStatus::kActive);
  table.schema.expiry_index->backfilling = false;
  EXPECT_FALSE(IsSettled(table));
  table = *Settled(table);
  EXPECT_TRUE(IsSettled(table));
  EXPECT_EQ(Description(table), "ENABLED t");
  table = Changed(table, false);
  EXPECT_EQ(Description(table), "DISABLING t");
  EXPECT_FALSE(IsSettled(table));
  table = *Settled(table);
  EXPECT_EQ(Description(table), "DISABLED -");
  EXPECT_FALSE(table.schema.expiry_index.has_value());
}

// R13
TEST(TimeToLive, RefusesWhatItAlreadyIs) {
  EXPECT_EQ(Refusal(ActiveTable(), {.enabled = false, .attribute = "t"}),
            "TimeToLive is already disabled");
  EXPECT_EQ(Refusal(Enabled(), {.enabled = true, .attribute = "t"}),
            "TimeToLive is already enabled");
  EXPECT_EQ(Refusal(Changed(ActiveTable(), true), {.enabled = true, .attribute = "t"}),
            "TimeToLive is already enabled");
  const std::string other =
      "TimeToLive is active on a different AttributeName: current AttributeName is t";
  EXPECT_EQ(Refusal(Enabled(), {.enabled = true, .attribute = "u"}), other);
  EXPECT_EQ(Refusal(Enabled(), {.enabled = false, .attribute = "u"}), other);
  EXPECT_EQ(Refusal(Changed(Enabled(), false), {.enabled = false, .attribute = "t"}),
            "TimeToLive is already disabled");
}

// R13. The pause applies when there is one; what the request wants is looked at before it.
TEST(TimeToLive, WantsAPauseBetweenChanges) {
  const std::string too_soon =
      "Time to live has been modified multiple times within a fixed interval";
  const TimeToLiveContext soon{.now_micros = kNow + kHour - 1, .pause_micros = kHour};
  EXPECT_EQ(Refusal(Enabled(), {.enabled = false, .attribute = "t"}, soon), too_soon);
  EXPECT_EQ(Refusal(Enabled(), {.enabled = true, .attribute = "t"}, soon),
            "TimeToLive is already enabled");
  const TimeToLiveContext later{.now_micros = kNow + kHour, .pause_micros = kHour};
  EXPECT_EQ(Refusal(Enabled(), {.enabled = false, .attribute = "t"}, later), "accepted");
  const Table disabled = *Settled(Changed(Enabled(), false));
  EXPECT_EQ(Refusal(disabled, {.enabled = true, .attribute = "u"}, soon), too_soon);
  EXPECT_EQ(Refusal(disabled, {.enabled = true, .attribute = "u"}), "accepted");
  // Without a pause, too, while the disabling lasts.
  EXPECT_EQ(Refusal(Changed(Enabled(), false), {.enabled = true, .attribute = "t"}), too_soon);
}

TEST(TimeToLive, WaitsForTheTable) {
  Table table = ActiveTable();
  table.status = TableStatus::kUpdating;
  EXPECT_EQ(Refusal(table, {.enabled = true, .attribute = "t"}), "accepted");
  EXPECT_EQ(Description(table), "DISABLED -");
  table.status = TableStatus::kCreating;
  EXPECT_EQ(WithTimeToLive(table, {.enabled = true, .attribute = "t"}, {}).error().code,
            base::ErrorCode::kResourceInUse);
  EXPECT_EQ(Description(table), "Cannot describe time to live while table is in CREATING state");
  table.status = TableStatus::kDeleting;
  EXPECT_EQ(Description(table), "Cannot describe time to live while table is in DELETING state");
}

}  // namespace
}  // namespace stator::engine
