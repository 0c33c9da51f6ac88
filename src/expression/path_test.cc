#include "expression/path.h"

#include <gtest/gtest.h>

#include "expression/path_overlap.h"
#include "expression/test_values.h"

namespace stator::expression {
namespace {

Path MakePath(std::vector<PathElement> elements) { return Path{std::move(elements)}; }

TEST(Path, FindsNestedValues) {
  const model::Item item = {{"a", M({{"b", L({N("0"), N("1"), M({{"c", S("x")}})})}})}};
  EXPECT_EQ(*FindPath(item, MakePath({"a", "b", size_t{1}})), N("1"));
  EXPECT_EQ(*FindPath(item, MakePath({"a", "b", size_t{2}, "c"})), S("x"));
  EXPECT_EQ(FindPath(item, MakePath({"a", "b", size_t{3}})), nullptr);
  EXPECT_EQ(FindPath(item, MakePath({"a", "x", size_t{1}})), nullptr);
  EXPECT_EQ(FindPath(item, MakePath({"a", size_t{0}})), nullptr);
  EXPECT_EQ(FindPath(item, MakePath({"a", "b", "c"})), nullptr);
  EXPECT_EQ(FindPath(item, MakePath({"b"})), nullptr);
}

TEST(Path, Prints) {
  EXPECT_EQ(PathToString(MakePath({"a"})), "[a]");
  EXPECT_EQ(PathToString(MakePath({"a", "b", size_t{2}})), "[a, b, [2]]");
}

// E11
TEST(PathClash, TellsOverlapFromConflict) {
  EXPECT_FALSE(FindPathClash({}));
  EXPECT_FALSE(FindPathClash({MakePath({"a"})}));
  EXPECT_FALSE(FindPathClash({MakePath({"a", "b"}), MakePath({"a", "c"})}));
  EXPECT_FALSE(FindPathClash({MakePath({"a", size_t{0}}), MakePath({"a", size_t{1}})}));
  const auto same = FindPathClash({MakePath({"a"}), MakePath({"b"}), MakePath({"a"})});
  ASSERT_TRUE(same);
  EXPECT_EQ(same->kind, PathClash::Kind::kOverlap);
  EXPECT_EQ(same->first, 0U);
  EXPECT_EQ(same->second, 2U);
  const auto part = FindPathClash({MakePath({"a", "b", "c"}), MakePath({"a"})});
  ASSERT_TRUE(part);
  EXPECT_EQ(part->kind, PathClash::Kind::kOverlap);
  const auto mixed = FindPathClash({MakePath({"a", size_t{1}}), MakePath({"a", "b"})});
  ASSERT_TRUE(mixed);
  EXPECT_EQ(mixed->kind, PathClash::Kind::kConflict);
}

TEST(PathClash, FindsClashesBetweenDistantPaths) {
  const auto clash = FindPathClash({MakePath({"a", "m"}), MakePath({"a", "n"}), MakePath({"b"}),
                                    MakePath({"a", "o"}), MakePath({"a", size_t{9}, "x"})});
  ASSERT_TRUE(clash);
  EXPECT_EQ(clash->kind, PathClash::Kind::kConflict);
  EXPECT_EQ(clash->second, 4U);
  const auto whole = FindPathClash(
      {MakePath({"a", "m"}), MakePath({"a", "n"}), MakePath({"a", "o"}), MakePath({"a"})});
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->kind, PathClash::Kind::kOverlap);
  EXPECT_EQ(whole->second, 3U);
}

}  // namespace
}  // namespace stator::expression
