#pragma once

#include <cstddef>

// Every limit of the service that Stator enforces, in one place.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
namespace stator::model::limits {

// Requests.
inline constexpr size_t kRequestBodyBytes = 16 * 1024 * 1024;  // after decompression (W14)
inline constexpr size_t kHeaderBytes = 16 * 1024;              // all headers together (W9)
inline constexpr size_t kRequestLineBytes = 16 * 1024;
inline constexpr int kJsonDepth = 256;  // no recursion deeper, whatever the body holds

// Items and values.
inline constexpr size_t kItemBytes = 409'600;
// Maps and lists around a value; the attribute itself is the first of the documented 32 levels.
inline constexpr int kNestingDepth = 31;
inline constexpr size_t kPartitionKeyBytes = 2048;
inline constexpr size_t kSortKeyBytes = 1024;
inline constexpr size_t kAttributeNameBytes = 65'535;
inline constexpr size_t kKeyAttributeNameBytes = 255;

// Expressions.
inline constexpr size_t kExpressionBytes = 4096;
inline constexpr int kExpressionOperators = 300;
inline constexpr size_t kInOperands = 100;
inline constexpr size_t kPlaceholderBytes = 255;
inline constexpr size_t kSubstitutionBytes = 2 * 1024 * 1024;  // names and values of one request

// Batches, transactions and pages.
inline constexpr size_t kBatchGetKeys = 100;
inline constexpr size_t kBatchGetBytes = 16 * 1024 * 1024;
inline constexpr size_t kBatchWriteRequests = 25;
inline constexpr size_t kBatchWriteBytes = 16 * 1024 * 1024;
inline constexpr size_t kTransactActions = 100;
inline constexpr size_t kBatchStatements = 25;
inline constexpr size_t kTransactBytes = 4 * 1024 * 1024;
inline constexpr size_t kPageBytes = 1024 * 1024;
inline constexpr int kListTablesPage = 100;
inline constexpr int kScanSegments = 1'000'000;

// Tables.
inline constexpr size_t kTables = 2500;
inline constexpr size_t kGlobalIndexes = 20;
inline constexpr size_t kLocalIndexes = 5;
inline constexpr size_t kProjectedAttributes = 100;  // NonKeyAttributes over all indexes
inline constexpr size_t kIndexKeyAttributes = 4;     // of a GSI, for HASH and for RANGE
inline constexpr size_t kTags = 50;
inline constexpr size_t kItemCollectionBytes = 10ULL * 1024 * 1024 * 1024;

// Streams.
inline constexpr int kListStreamsPage = 100;
inline constexpr int kShardsPage = 100;
inline constexpr int kStreamRecords = 1000;  // of one GetRecords
inline constexpr size_t kStreamPageBytes = 1024 * 1024;

// Kinesis destinations of a table.
inline constexpr size_t kActiveDestinations = 2;
inline constexpr size_t kListedDestinations = 10;  // with disabled ones

// Capacity units.
inline constexpr size_t kReadUnitBytes = 4096;
inline constexpr size_t kWriteUnitBytes = 1024;

}  // namespace stator::model::limits
