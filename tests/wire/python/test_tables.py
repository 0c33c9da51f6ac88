"""K1-K12: tables, their settings, and what infrastructure tools ask about them."""

import re

import pytest
import raw
from conftest import index, schema


@pytest.fixture(scope="module")
def call(endpoint):
    """Calls without boto3: Debian's is older than some members of the API."""
    client = raw.Client(endpoint)

    def run(operation, **parameters):
        answer = client.call(operation, **parameters)
        assert answer.status == 200, answer.body
        return answer.json()
    yield run
    client.close()


def definitions(text):
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in (pair.split(":") for pair in text.split())]


@pytest.fixture
def create(client, tables):
    """CreateTable as it is, for what must fail."""
    def run(keys="pk", types="pk:S", **more):
        parameters = {"BillingMode": "PAY_PER_REQUEST", "KeySchema": schema(keys), "AttributeDefinitions": definitions(types)}
        return client.create_table(TableName=tables.name("refused"), **{**parameters, **more})
    return run


def describe(client, name):
    return client.describe_table(TableName=name)["Table"]


def test_a_table_is_described_as_it_was_made(call, tables):
    """K4, K5, K11, Appendix B"""
    name = tables.create("described", "pk:S sk:N", "g:B", GlobalSecondaryIndexes=[index("ByG", "g sk", "INCLUDE", ["a"])],
                         LocalSecondaryIndexes=[index("ByL", "pk g", "KEYS_ONLY")])
    table = call("DescribeTable", TableName=name)["Table"]
    assert table["TableName"] == name and table["TableStatus"] == "ACTIVE"
    assert table["KeySchema"] == schema("pk sk")
    assert sorted(d["AttributeName"] for d in table["AttributeDefinitions"]) == ["g", "pk", "sk"]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["ProvisionedThroughput"]["ReadCapacityUnits"] == 0
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", table["TableId"])
    assert re.fullmatch(rf"arn:aws:dynamodb:[a-z0-9-]+:\d{{12}}:table/{name}", table["TableArn"])
    assert (table["ItemCount"], table["TableSizeBytes"]) == (0, 0)
    assert table["DeletionProtectionEnabled"] is False
    assert "SSEDescription" not in table  # K10
    assert table["WarmThroughput"]["Status"] == "ACTIVE"
    (by_g,) = table["GlobalSecondaryIndexes"]
    assert by_g["IndexName"] == "ByG" and by_g["IndexStatus"] == "ACTIVE" and by_g["KeySchema"] == schema("g sk")
    assert by_g["Projection"] == {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a"]}
    assert by_g["IndexArn"] == f"{table['TableArn']}/index/ByG"
    assert by_g["WarmThroughput"]["Status"] == "ACTIVE"
    (by_l,) = table["LocalSecondaryIndexes"]
    assert by_l["KeySchema"] == schema("pk g") and "IndexStatus" not in by_l


def test_provisioned_throughput(client, tables):
    """K4"""
    name = tables.create("provisioned", "pk:S", BillingMode="PROVISIONED",
                         ProvisionedThroughput={"ReadCapacityUnits": 3, "WriteCapacityUnits": 4})
    table = describe(client, name)
    throughput = table["ProvisionedThroughput"]
    assert (throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]) == (3, 4)
    assert throughput["NumberOfDecreasesToday"] == 0
    assert "BillingModeSummary" not in table
    client.update_table(TableName=name, ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 4})
    tables.wait(name)
    assert describe(client, name)["ProvisionedThroughput"]["ReadCapacityUnits"] == 5
    client.update_table(TableName=name, BillingMode="PAY_PER_REQUEST")
    tables.wait(name)
    table = describe(client, name)
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["ProvisionedThroughput"]["ReadCapacityUnits"] == 0


def test_life_of_a_table(call, client, tables, refused):
    """K5, K6"""
    name = tables.create("life", "pk:S")
    call("UpdateTable", TableName=name, DeletionProtectionEnabled=True)
    tables.wait(name)
    first = describe(client, name)["TableId"]
    with refused("ResourceInUseException", f"Table already exists: {name}"):
        client.create_table(TableName=name, KeySchema=schema("pk"), AttributeDefinitions=definitions("pk:S"), BillingMode="PAY_PER_REQUEST")
    with refused("ValidationException", re.compile("Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.")):
        client.delete_table(TableName=name)
    call("UpdateTable", TableName=name, DeletionProtectionEnabled=False)
    tables.wait(name)
    client.put_item(TableName=name, Item={"pk": {"S": "old"}})
    assert client.delete_table(TableName=name)["TableDescription"]["TableStatus"] == "DELETING"
    client.get_waiter("table_not_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
    with refused("ResourceNotFoundException"):
        client.get_item(TableName=name, Key={"pk": {"S": "old"}})
    client.create_table(TableName=name, KeySchema=schema("pk"), AttributeDefinitions=definitions("pk:S"), BillingMode="PAY_PER_REQUEST")
    tables.wait(name)
    assert describe(client, name)["TableId"] != first
    assert client.scan(TableName=name)["Count"] == 0


def test_list_tables(client, tables):
    names = sorted(tables.create(f"list-{i}", "pk:S") for i in range(3))
    everything, start = [], {}
    while True:
        page = client.list_tables(Limit=2, **start)
        assert len(page["TableNames"]) <= 2
        everything += page["TableNames"]
        if "LastEvaluatedTableName" not in page:
            break
        assert page["LastEvaluatedTableName"] == page["TableNames"][-1]
        start = {"ExclusiveStartTableName": page["LastEvaluatedTableName"]}
    assert everything == sorted(everything) and set(names) <= set(everything)


PREFIX = "One or more parameter values were invalid: "


@pytest.mark.parametrize("arguments, message", [
    # K1
    ({"types": "pk:S x:S"}, re.compile("Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions|Some AttributeDefinitions are not used")),
    ({"keys": "other"}, re.compile("Some index key attributes are not defined in AttributeDefinitions|Invalid KeySchema: Some index key attribute have no definition|Hash Key not specified in Attribute Definitions")),
    ({"keys": "pk sk third", "types": "pk:S sk:S third:S"}, None),
    ({"KeySchema": [{"AttributeName": "pk", "KeyType": "RANGE"}]}, re.compile("Invalid KeySchema: The first KeySchemaElement is not a HASH key type")),
    ({"types": "pk:M"}, re.compile("Member must satisfy enum value set: \\[(S, N, B|B, N, S)\\]")),
    ({"keys": "pk pk"}, None),
    ({"KeySchema": []}, None),
    # K2
    ({"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}},
     PREFIX + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"),
    ({"BillingMode": "PROVISIONED"}, re.compile("ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED")),
    ({"BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 1}},
     re.compile("greater than or equal to 1")),
    # K3
    ({"StreamSpecification": {"StreamEnabled": False, "StreamViewType": "KEYS_ONLY"}}, None),
    # Q9
    ({"types": "pk:S g:S", "GlobalSecondaryIndexes": [index("Index", "g", "INCLUDE")]},
     PREFIX + "ProjectionType is INCLUDE, but NonKeyAttributes is not specified"),
    ({"types": "pk:S g:S", "GlobalSecondaryIndexes": [index("Index", "g", "KEYS_ONLY", ["a"])]},
     PREFIX + "ProjectionType is KEYS_ONLY, but NonKeyAttributes is specified"),
    ({"types": "pk:S g:S", "GlobalSecondaryIndexes": [index("Index", "g", "ALL", ["a"])]},
     PREFIX + "ProjectionType is ALL, but NonKeyAttributes is specified"),
    ({"types": "pk:S g:S", "GlobalSecondaryIndexes": [index("Index", "g"), index("Index", "g")]},
     PREFIX + "Duplicate index name: Index"),
    ({"types": "pk:S g:S", "GlobalSecondaryIndexes": []}, re.compile("GlobalSecondaryIndexes|globalSecondaryIndexes|Some AttributeDefinitions|Number of attributes")),
    ({"types": "pk:S l:S", "LocalSecondaryIndexes": [index("Index", "pk l")]},
     PREFIX + "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex"),
    ({"keys": "pk sk", "types": "pk:S sk:S l:S", "LocalSecondaryIndexes": [index("Index", "l sk")]},
     re.compile("[Ii]ndex KeySchema does not have the same leading hash key as table KeySchema")),
    ({"keys": "pk sk", "types": "pk:S sk:S", "LocalSecondaryIndexes": [index(f"Index{i}", "pk sk") for i in range(6)]}, None),
    ({"types": "pk:S g:S", "GlobalSecondaryIndexes": [index(f"Index{i}", "g") for i in range(21)]}, None),
    # Q10: only global indexes have more than 1 + 1
    ({"keys": "pk +p2", "types": "pk:S p2:S"}, None),
    ({"types": "pk:S a:S b:S c:S d:S e:S", "GlobalSecondaryIndexes": [index("Index", "a +b +c +d +e")]}, None),
], ids=lambda _: None)
def test_refused_tables(create, invalid, arguments, message):
    with invalid(message):
        create(**arguments)


def test_an_index_is_added_and_removed(client, tables, invalid, refused):
    """Q13, K1, K8"""
    name = tables.create("grow", "pk:S")
    for i in range(30):
        client.put_item(TableName=name, Item={"pk": {"S": str(i)}, **({"g": {"S": f"g{i % 2}"}} if i % 3 else {})})
    client.put_item(TableName=name, Item={"pk": {"S": "wrong"}, "g": {"N": "1"}})  # L6: skipped by the backfill
    with invalid():  # the definition must come with the request
        client.update_table(TableName=name, GlobalSecondaryIndexUpdates=[{"Create": index("ByG", "g")}])
    answer = client.update_table(TableName=name, AttributeDefinitions=definitions("pk:S g:S"),
                                 GlobalSecondaryIndexUpdates=[{"Create": index("ByG", "g", "KEYS_ONLY")}])
    assert answer["TableDescription"]["GlobalSecondaryIndexes"][0]["IndexStatus"] in ("CREATING", "ACTIVE")
    tables.wait(name)
    assert client.scan(TableName=name, IndexName="ByG")["Count"] == 20
    with invalid(re.compile("Type mismatch for Index Key")):
        client.put_item(TableName=name, Item={"pk": {"S": "wrong2"}, "g": {"N": "1"}})
    with refused("ResourceNotFoundException", f"Requested resource not found: Index Unknown for table {name}"):
        client.update_table(TableName=name, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "Unknown"}}])
    client.update_table(TableName=name, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "ByG"}}])
    tables.wait(name)

    def gone():
        return "GlobalSecondaryIndexes" not in describe(client, name)
    import server
    server.wait_until(gone, 60, "index gone")
    assert [d["AttributeName"] for d in describe(client, name)["AttributeDefinitions"]] == ["pk"]
    with invalid("The table does not have the specified index: ByG"):
        client.scan(TableName=name, IndexName="ByG")


# K8: local indexes come and go with their table.
def test_a_local_index_is_not_changed(client, tables, invalid, refused):
    name = tables.create("tables", "pk:S sk:S", "l:S", LocalSecondaryIndexes=[index("ByL", "pk:S l:S")])
    with invalid("Cannot delete an index that is not a GlobalSecondaryIndex: ByL"):
        client.update_table(TableName=name, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "ByL"}}])
    with invalid("Cannot update an index that is not a GlobalSecondaryIndex: ByL"):
        client.update_table(TableName=name, GlobalSecondaryIndexUpdates=[{"Update": {
            "IndexName": "ByL", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}}])
    with refused("ResourceNotFoundException", f"Requested resource not found: Index: ByL not found for table: {name}"):
        client.describe_contributor_insights(TableName=name, IndexName="ByL")


def test_update_table_needs_a_change(client, tables, invalid):
    name = tables.create("unchanged", "pk:S")
    with invalid():
        client.update_table(TableName=name)
    with invalid():
        client.update_table(TableName=name, StreamSpecification={})  # K3


def test_tags(client, tables):
    """K9"""
    name = tables.create("tags", "pk:S")
    arn = describe(client, name)["TableArn"]
    assert client.list_tags_of_resource(ResourceArn=arn)["Tags"] == []
    client.tag_resource(ResourceArn=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    client.tag_resource(ResourceArn=arn, Tags=[{"Key": "a", "Value": "3"}])
    tags = {tag["Key"]: tag["Value"] for tag in client.list_tags_of_resource(ResourceArn=arn)["Tags"]}
    assert tags == {"a": "3", "b": "2"}
    client.untag_resource(ResourceArn=arn, TagKeys=["a", "unknown"])
    assert [tag["Key"] for tag in client.list_tags_of_resource(ResourceArn=arn)["Tags"]] == ["b"]


def test_a_table_name_may_be_an_arn(client, tables):
    """W25"""
    name = tables.create("arn", "pk:S")
    arn = describe(client, name)["TableArn"]
    answer = client.put_item(TableName=arn, Item={"pk": {"S": "x"}}, ReturnConsumedCapacity="TOTAL")
    assert answer["ConsumedCapacity"]["TableName"] == arn
    assert client.get_item(TableName=name, Key={"pk": {"S": "x"}}, ConsistentRead=True)["Item"] == {"pk": {"S": "x"}}
    assert client.describe_table(TableName=arn)["Table"]["TableName"] == name


def test_what_infrastructure_tools_read(client, tables, refused):
    """Appendix B, K12"""
    name = tables.create("tools", "pk:S")
    arn = describe(client, name)["TableArn"]
    backups = client.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    assert backups["ContinuousBackupsStatus"] in ("ENABLED", "DISABLED")
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "DISABLED"
    assert client.describe_time_to_live(TableName=name)["TimeToLiveDescription"] == {"TimeToLiveStatus": "DISABLED"}
    assert client.describe_contributor_insights(TableName=name)["ContributorInsightsStatus"] == "DISABLED"
    assert client.describe_kinesis_streaming_destination(TableName=name)["KinesisDataStreamDestinations"] == []
    if hasattr(client, "get_resource_policy"):  # newer than Debian 12's boto3
        with refused("PolicyNotFoundException"):
            client.get_resource_policy(ResourceArn=arn)
    limits = client.describe_limits()
    assert limits["TableMaxReadCapacityUnits"] <= limits["AccountMaxReadCapacityUnits"]
    assert client.list_backups()["BackupSummaries"] == []
    assert client.list_exports()["ExportSummaries"] == []
    assert client.list_imports()["ImportSummaryList"] == []
    assert client.list_global_tables()["GlobalTables"] == []


def test_endpoint_discovery(client, endpoint):
    """W26"""
    (answer,) = client.describe_endpoints()["Endpoints"]
    assert answer["CachePeriodInMinutes"] > 0
    if "amazonaws.com" not in endpoint:
        assert answer["Address"] == endpoint.split("//")[1]
