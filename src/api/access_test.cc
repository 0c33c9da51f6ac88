// What calls access, and that a user who may only access some of it cannot get at the rest by any
// operation.
#include "api/access.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "api/operation_test_fixture.h"

namespace stator::api {
namespace {

constexpr std::string_view kDenied = "AccessDeniedException";

// A table with items of alice and bob, partitioned by owner, with indexes by another attribute.
class AccessTest : public OperationTest {
 protected:
  AccessTest() {
    CreateTable();
    for (const std::string owner : {"alice", "bob"}) {
      Send("PutItem", R"({"TableName":"notes","Item":)" + Item(owner, "1") + "}");
    }
  }

  static std::string Key(const std::string& owner, const std::string& id) {
    return R"({"owner":{"S":")" + owner + R"("},"id":{"S":")" + id + R"("}})";
  }
  static std::string Item(const std::string& owner, const std::string& id) {
    return R"({"owner":{"S":")" + owner + R"("},"id":{"S":")" + id + R"("},"topic":{"S":")" +
           owner + R"("},"pageno":{"N":"7"},"text":{"S":"secret of )" + owner + R"("}})";
  }

  // Alice may do anything with items of her own partition, and with those only.
  void OwnItemsOnly() {
    CallAsAlice(R"({"Effect":"Allow","Action":"dynamodb:*","Resource":[)"
                R"("arn:aws:dynamodb:us-east-1:000000000000:table/notes",)"
                R"("arn:aws:dynamodb:us-east-1:000000000000:table/notes/index/*"],)"
                R"("Condition":{"ForAllValues:StringEquals":)"
                R"({"dynamodb:LeadingKeys":["${aws:username}"]}}})");
  }

  // Alice may do everything under that condition.
  void Under(const std::string& condition) {
    CallAsAlice(R"({"Effect":"Allow","Action":"dynamodb:*","Resource":"*","Condition":{)" +
                condition + "}}");
  }

  // Whether the call is let through; whatever comes of it afterwards.
  bool Passes(const std::string& operation, const std::string& json) {
    const std::string body = Call(operation, json).body;
    EXPECT_EQ(body.find("ValidationException"), std::string::npos) << body;
    EXPECT_EQ(body.find("SerializationException"), std::string::npos) << body;
    return body.find(kDenied) == std::string::npos;
  }

  // The item of bob as it is.
  std::string ItemOfBob() {
    CallAsAnyone();
    return Send("GetItem", R"({"TableName":"notes","Key":)" + Key("bob", "1") + "}");
  }

 private:
  void CreateTable() {
    Send(
        "CreateTable",
        R"({"TableName":"notes","BillingMode":"PAY_PER_REQUEST",)"
        R"("KeySchema":[{"AttributeName":"owner","KeyType":"HASH"},)"
        R"({"AttributeName":"id","KeyType":"RANGE"}],)"
        R"("AttributeDefinitions":[{"AttributeName":"owner","AttributeType":"S"},)"
        R"({"AttributeName":"id","AttributeType":"S"},)"
        R"({"AttributeName":"topic","AttributeType":"S"},)"
        R"({"AttributeName":"pageno","AttributeType":"N"}],)"
        R"("LocalSecondaryIndexes":[{"IndexName":"local","KeySchema":[)"
        R"({"AttributeName":"owner","KeyType":"HASH"},{"AttributeName":"pageno","KeyType":"RANGE"}],)"
        R"("Projection":{"ProjectionType":"ALL"}}],)"
        R"("GlobalSecondaryIndexes":[{"IndexName":"topics","KeySchema":[)"
        R"({"AttributeName":"topic","KeyType":"HASH"}],)"
        R"("Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["text"]}},)"
        R"({"IndexName":"days","KeySchema":[{"AttributeName":"topic","KeyType":"HASH"},)"
        R"({"AttributeName":"pageno","KeyType":"HASH"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}]})");
  }
};

// The requests that an operation makes of an owner's items.
struct OwnersRequest {
  std::string operation;
  std::string before;  // the text before the item's or key's JSON
  bool whole_item = false;
  std::string after;
};

const std::vector<OwnersRequest>& OwnersRequests() {
  static const std::vector<OwnersRequest> requests{
      {"GetItem", R"({"TableName":"notes","Key":)", false, "}"},
      {"PutItem", R"({"TableName":"notes","Item":)", true, "}"},
      {"PutItem", R"({"TableName":"arn:aws:dynamodb:us-east-1:000000000000:table/notes","Item":)",
       true, "}"},
      {"UpdateItem", R"({"TableName":"notes","Key":)", false,
       R"(,"UpdateExpression":"SET #t = :t","ExpressionAttributeNames":{"#t":"text"},)"
       R"("ExpressionAttributeValues":{":t":{"S":"new"}},"ReturnValues":"ALL_OLD"})"},
      {"UpdateItem", R"({"TableName":"notes","Key":)", false,
       R"(,"AttributeUpdates":{"text":{"Action":"DELETE"}},"ReturnValues":"UPDATED_OLD"})"},
      {"DeleteItem", R"({"TableName":"notes","Key":)", false, R"(,"ReturnValues":"ALL_OLD"})"},
      {"PutItem", R"({"TableName":"notes","Item":)", true,
       R"(,"ConditionExpression":"attribute_not_exists(id) ",)"
       R"("ReturnValuesOnConditionCheckFailure":"ALL_OLD"})"},
      {"BatchGetItem", R"({"RequestItems":{"notes":{"Keys":[)", false, "]}}}"},
      {"BatchGetItem",
       R"({"RequestItems":{"notes":{"Keys":[{"owner":{"S":"alice"},"id":{"S":"9"}},)", false,
       "]}}}"},
      {"BatchWriteItem", R"({"RequestItems":{"notes":[{"PutRequest":{"Item":)", true, "}}]}}"},
      {"BatchWriteItem", R"({"RequestItems":{"notes":[{"DeleteRequest":{"Key":)", false, "}}]}}"},
      {"BatchWriteItem",
       R"({"RequestItems":{"notes":[{"DeleteRequest":{"Key":{"owner":{"S":"alice"},)"
       R"("id":{"S":"9"}}}},{"DeleteRequest":{"Key":)",
       false, "}}]}}"},
      {"TransactGetItems", R"({"TransactItems":[{"Get":{"TableName":"notes","Key":)", false,
       "}}]}"},
      {"TransactWriteItems", R"({"TransactItems":[{"Put":{"TableName":"notes","Item":)", true,
       "}}]}"},
      {"TransactWriteItems", R"({"TransactItems":[{"Delete":{"TableName":"notes","Key":)", false,
       "}}]}"},
      {"TransactWriteItems",
       R"({"TransactItems":[{"Update":{"TableName":"notes","UpdateExpression":"REMOVE x","Key":)",
       false, "}}]}"},
      {"TransactWriteItems",
       R"({"TransactItems":[{"ConditionCheck":{"TableName":"notes","ConditionExpression":)"
       R"("attribute_exists(id) ","ReturnValuesOnConditionCheckFailure":"ALL_OLD","Key":)",
       false, "}}]}"},
      {"TransactWriteItems",
       R"({"TransactItems":[{"Put":{"TableName":"notes","Item":{"owner":{"S":"alice"},)"
       R"("id":{"S":"8"}}}},{"Delete":{"TableName":"notes","Key":)",
       false, "}}]}"},
  };
  return requests;
}

TEST_F(AccessTest, AUserWithLeadingKeysReachesOnlyHisOwnItems) {
  const std::string before = ItemOfBob();
  OwnItemsOnly();
  for (const OwnersRequest& request : OwnersRequests()) {
    const auto json = [&request](const std::string& owner) {
      return request.before + (request.whole_item ? Item(owner, "1") : Key(owner, "1")) +
             request.after;
    };
    EXPECT_TRUE(Passes(request.operation, json("alice"))) << json("alice");
    const Response refused = Call(request.operation, json("bob"));
    EXPECT_NE(refused.body.find(kDenied), std::string::npos) << json("bob") << refused.body;
    EXPECT_EQ(refused.body.find("secret"), std::string::npos) << refused.body;
  }
  EXPECT_EQ(ItemOfBob(), before);
}

TEST_F(AccessTest, AUserWithLeadingKeysQueriesOnlyHisOwnPartitions) {
  OwnItemsOnly();
  const auto query = [](const std::string& index, const std::string& attribute,
                        const std::string& owner, const std::string& more = "") {
    return R"({"TableName":"notes",)" + index + R"("KeyConditionExpression":"#k = :k)" + more +
           R"(","ExpressionAttributeNames":{"#k":")" + attribute +
           R"("},"ExpressionAttributeValues":{":k":{"S":")" + owner + "\"}" +
           (more.empty() ? "" : R"(,":d":{"N":"7"})") + "}}";
  };
  const std::string topics = R"("IndexName":"topics",)";
  const std::string local = R"("IndexName":"local",)";
  const std::string days = R"("IndexName":"days",)";
  EXPECT_NE(Send("Query", query("", "owner", "alice")).find("secret of alice"), std::string::npos);
  EXPECT_NE(Send("Query", query(topics, "topic", "alice")).find("secret of alice"),
            std::string::npos);
  EXPECT_NE(Send("Query", query(local, "owner", "alice")).find("secret of alice"),
            std::string::npos);
  EXPECT_NE(Send("Query", query(days, "topic", "alice", " AND pageno = :d")).find("\"Count\":1"),
            std::string::npos);
  EXPECT_FALSE(Passes("Query", query("", "owner", "bob")));
  EXPECT_FALSE(Passes("Query", query(topics, "topic", "bob")));
  EXPECT_FALSE(Passes("Query", query(local, "owner", "bob")));
  EXPECT_FALSE(Passes("Query", query(days, "topic", "bob", " AND pageno = :d")));
  // The attribute that stands for the partition key of another key does not count.
  EXPECT_FALSE(Passes("Query", query("", "topic", "alice")));
  EXPECT_FALSE(Passes("Query", query(R"("IndexName":"none",)", "topic", "alice")));
  EXPECT_FALSE(Passes("Query",
                      R"({"TableName":"notes","KeyConditions":{"owner":)"
                      R"({"ComparisonOperator":"EQ","AttributeValueList":[{"S":"bob"}]}}})"));
}

TEST_F(AccessTest, AUserWithLeadingKeysCannotScan) {
  OwnItemsOnly();
  EXPECT_FALSE(Passes("Scan", R"({"TableName":"notes"})"));
  EXPECT_FALSE(Passes("Scan", R"({"TableName":"notes","IndexName":"topics"})"));
  EXPECT_FALSE(Passes("Scan", R"({"TableName":"notes","Select":"COUNT"})"));
  EXPECT_FALSE(Passes("Scan", R"({"TableName":"notes","FilterExpression":"#o = :o",)"
                              R"("ExpressionAttributeNames":{"#o":"owner"},)"
                              R"("ExpressionAttributeValues":{":o":{"S":"alice"}}})"));
}

// Keys of any type are texts to policies: numbers in their one form, binaries in base64.
TEST_F(AccessTest, LeadingKeysAreTexts) {
  for (const auto& [type, value, text] :
       {std::tuple("N", "1.50e1", "15"), std::tuple("B", "AAEC", "AAEC")}) {
    const std::string table = std::string("table-") + type;
    CallAsAnyone();
    Send("CreateTable",
         R"({"TableName":")" + table + R"(","BillingMode":"PAY_PER_REQUEST",)" +
             R"("KeySchema":[{"AttributeName":"k","KeyType":"HASH"}],"AttributeDefinitions":[)" +
             R"({"AttributeName":"k","AttributeType":")" + type + R"("}]})");
    const std::string get =
        R"({"TableName":")" + table + R"(","Key":{"k":{")" + type + R"(":")" + value + R"("}}})";
    Under(std::string(R"("StringEquals":{"dynamodb:LeadingKeys":")") + text + "\"}");
    EXPECT_TRUE(Passes("GetItem", get));
    Under(R"("StringEquals":{"dynamodb:LeadingKeys":"16"})");
    EXPECT_FALSE(Passes("GetItem", get));
  }
}

TEST_F(AccessTest, KeysOfSeveralAttributesHaveAConditionEach) {
  const std::string query = R"({"TableName":"notes","IndexName":"days","KeyConditionExpression":)"
                            R"("topic = :t AND pageno = :d","ExpressionAttributeValues":)"
                            R"({":t":{"S":"x"},":d":{"N":"7.0"}}})";
  Under(R"("StringEquals":{"dynamodb:FirstPartitionKeyValues":"x",)"
        R"("dynamodb:SecondPartitionKeyValues":"7"})");
  EXPECT_TRUE(Passes("Query", query));
  Under(R"("StringEquals":{"dynamodb:SecondPartitionKeyValues":"8"})");
  EXPECT_FALSE(Passes("Query", query));
}

// Which attributes a request touches: those of its keys and expressions, wherever they stand.
TEST_F(AccessTest, AttributesAreAllThatARequestNames) {
  Under(R"("ForAllValues:StringEquals":{"dynamodb:Attributes":["owner","id","pageno"]})");
  const std::string key = R"({"TableName":"notes","Key":)" + Key("alice", "1");
  const std::string text = R"(,"ExpressionAttributeNames":{"#t":"text"})";
  const std::string value = R"(,"ExpressionAttributeValues":{":v":{"S":"secret of alice"}})";
  EXPECT_TRUE(Passes("GetItem", key + R"(,"ProjectionExpression":"id,#d",)"
                                      R"("ExpressionAttributeNames":{"#d":"pageno"}})"));
  EXPECT_FALSE(Passes("GetItem", key + R"(,"ProjectionExpression":"id,#t.x")" + text + "}"));
  EXPECT_FALSE(Passes("GetItem", key + R"(,"AttributesToGet":["text"]})"));
  EXPECT_FALSE(Passes("GetItem", key + "}"));  // returns them all
  // Neither conditions nor filters are oracles.
  const std::string touch = key + R"(,"UpdateExpression":"SET #d = :v",)"
                                  R"("ExpressionAttributeNames":{"#d":"pageno"},)"
                                  R"("ExpressionAttributeValues":{":v":{"N":"7"}})";
  EXPECT_TRUE(Passes("UpdateItem", touch + "}"));
  EXPECT_TRUE(Passes("UpdateItem", touch + R"(,"ReturnValues":"UPDATED_NEW"})"));
  EXPECT_FALSE(Passes("UpdateItem", touch + R"(,"ReturnValues":"ALL_NEW"})"));
  EXPECT_FALSE(
      Passes("UpdateItem", touch + R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD"})"));
  EXPECT_FALSE(
      Passes("UpdateItem", key + R"(,"UpdateExpression":"SET #d = #t",)"
                                 R"("ExpressionAttributeNames":{"#d":"pageno","#t":"text"}})"));
  EXPECT_FALSE(Passes(
      "UpdateItem", key + R"(,"ConditionExpression":"begins_with(#t,:v) ")" + text + value + "}"));
  EXPECT_FALSE(Passes("UpdateItem", key + R"(,"Expected":{"text":{"Exists":false}}})"));
  EXPECT_FALSE(
      Passes("DeleteItem", key + R"(,"ConditionExpression":"size(#t) > size(id) ")" + text + "}"));
  EXPECT_TRUE(Passes("DeleteItem", key + "}"));
  EXPECT_FALSE(Passes("PutItem", R"({"TableName":"notes","Item":)" + Item("alice", "1") + "}"));
  EXPECT_FALSE(
      Passes("Scan", R"({"TableName":"notes","Select":"COUNT","FilterExpression":"#t = :v")" +
                         text + value + "}"));
  EXPECT_FALSE(Passes("Scan", R"({"TableName":"notes","Select":"COUNT","ScanFilter":{"text":)"
                              R"({"ComparisonOperator":"NOT_NULL"}}})"));
  EXPECT_TRUE(Passes("Scan", R"({"TableName":"notes","Select":"COUNT"})"));
}

// An index returns what it projects, which may be few attributes.
TEST_F(AccessTest, AttributesOfAnIndexAreItsProjection) {
  const auto query = [](const std::string& more) {
    return R"({"TableName":"notes","IndexName":"topics","KeyConditionExpression":"topic = :t",)"
           R"("ExpressionAttributeValues":{":t":{"S":"x"}})" +
           more + "}";
  };
  Under(R"("ForAllValues:StringEquals":{"dynamodb:Attributes":["owner","id","topic"]})");
  EXPECT_FALSE(Passes("Query", query("")));  // with the text
  EXPECT_TRUE(Passes("Query", query(R"(,"Select":"COUNT")")));
  EXPECT_TRUE(Passes("Query", query(R"(,"ProjectionExpression":"id")")));
  EXPECT_FALSE(Passes("Scan", R"({"TableName":"notes","IndexName":"days"})"));  // with the day
  Under(R"("ForAllValues:StringEquals":{"dynamodb:Attributes":["owner","id","topic","text"]})");
  EXPECT_TRUE(Passes("Query", query("")));
  EXPECT_FALSE(Passes("Query",
                      R"({"TableName":"notes","IndexName":"local","KeyConditionExpression":)"
                      R"("#o = :o","ExpressionAttributeNames":{"#o":"owner"},)"
                      R"("ExpressionAttributeValues":{":o":{"S":"alice"}}})"));  // all
}

TEST_F(AccessTest, SelectAndTheOtherParameters) {
  const std::string get = R"({"TableName":"notes","Key":)" + Key("alice", "1");
  const std::string index = R"({"TableName":"notes","IndexName":"topics")";
  Under(R"("StringEquals":{"dynamodb:Select":"SPECIFIC_ATTRIBUTES"})");
  EXPECT_TRUE(Passes("GetItem", get + R"(,"ProjectionExpression":"id"})"));
  EXPECT_FALSE(Passes("GetItem", get + "}"));
  EXPECT_FALSE(Passes("Scan", index + "}"));
  Under(R"("StringEquals":{"dynamodb:Select":"ALL_PROJECTED_ATTRIBUTES"})");
  EXPECT_TRUE(Passes("Scan", index + "}"));
  EXPECT_FALSE(Passes("Scan", R"({"TableName":"notes"})"));
  Under(R"("StringEquals":{"dynamodb:ReturnConsumedCapacity":"NONE"})");
  EXPECT_TRUE(Passes("GetItem", get + "}"));
  EXPECT_FALSE(Passes("GetItem", get + R"(,"ReturnConsumedCapacity":"INDEXES"})"));
  Under(R"("StringEquals":{"dynamodb:ReturnValues":["NONE","UPDATED_NEW"]})");
  EXPECT_TRUE(Passes("DeleteItem", get + "}"));
  EXPECT_FALSE(Passes("DeleteItem", get + R"(,"ReturnValues":"ALL_OLD"})"));
  EXPECT_FALSE(Passes("DeleteItem", get + R"(,"ReturnValuesOnConditionCheckFailure":"ALL_OLD"})"));
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
TEST_F(AccessTest, TransactionsNeedTheActionsOfTheirParts) {
  const auto write = [](const std::string& parts) {
    return R"({"TransactItems":[)" + parts + "]}";
  };
  const std::string put = R"({"Put":{"TableName":"notes","Item":)" + Key("alice", "5") + "}}";
  const std::string remove = R"({"Delete":{"TableName":"notes","Key":)" + Key("alice", "6") + "}}";
  const std::string check = R"({"ConditionCheck":{"TableName":"notes","ConditionExpression":)"
                            R"("attribute_exists(id) ","Key":)" +
                            Key("alice", "1") + "}}";
  CallAsAlice(R"({"Effect":"Allow","Action":"dynamodb:PutItem","Resource":"*"})");
  EXPECT_TRUE(Passes("TransactWriteItems", write(put)));
  EXPECT_FALSE(Passes("TransactWriteItems", write(put + "," + remove)));
  EXPECT_FALSE(Passes("TransactWriteItems", write(check)));
  EXPECT_NE(Refused("TransactWriteItems", write(put + "," + check))
                .find("dynamodb:ConditionCheckItem on resource: "
                      "arn:aws:dynamodb:us-east-1:000000000000:table/notes because"),
            std::string::npos);
  const std::string item = R"({"TableName":"notes","Item":)" + Key("alice", "5") + "}";
  Under(R"("StringEquals":{"dynamodb:EnclosingOperation":"TransactWriteItems"})");
  EXPECT_TRUE(Passes("TransactWriteItems", write(put)));
  EXPECT_FALSE(Passes("PutItem", item));
  CallAsAlice(R"({"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*",)"
              R"("Resource":"*","Condition":{"ForAnyValue:StringEquals":)"
              R"({"dynamodb:EnclosingOperation":["TransactWriteItems","TransactGetItems"]}}})");
  EXPECT_TRUE(Passes("PutItem", item));
  EXPECT_FALSE(Passes("TransactWriteItems", write(put)));
  EXPECT_FALSE(Passes(
      "TransactGetItems",
      R"({"TransactItems":[{"Get":{"TableName":"notes","Key":)" + Key("alice", "5") + "}}]}"));
}

TEST_F(AccessTest, IndexesAreResourcesOfTheirOwn) {
  CallAsAlice(R"({"Effect":"Allow","Action":"dynamodb:*","Resource":)"
              R"("arn:aws:dynamodb:us-east-1:000000000000:table/notes"})");
  EXPECT_TRUE(Passes("Scan", R"({"TableName":"notes"})"));
  EXPECT_NE(Refused("Scan", R"({"TableName":"notes","IndexName":"topics"})")
                .find("table/notes/index/topics because no identity-based"),
            std::string::npos);
}

TEST(AccountOfArn, IsItsFifthPart) {
  EXPECT_EQ(AccountOfArn("arn:aws:dynamodb:us-east-1:000000000000:table/t"), "000000000000");
  EXPECT_EQ(AccountOfArn("*"), "");
  EXPECT_EQ(AccountOfArn("arn:aws"), "");
}

}  // namespace
}  // namespace stator::api
