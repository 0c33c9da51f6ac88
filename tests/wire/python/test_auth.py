"""Signatures, identities, STS and the audit of a server with --auth, which each test run starts for itself."""

import datetime
import hashlib
import json
import os
import re
import urllib.parse

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.exceptions
import pytest
import raw
import server
from auth import Auth

pytestmark = pytest.mark.skipif("STATOR_ENDPOINT" in os.environ, reason="the server's identities are not ours")

ACCOUNT = "000000000000"
LIST = b"{}"
MISMATCH = ("The request signature we calculated does not match the signature you provided. Check your AWS Secret "
            "Access Key and signing method. Consult the service documentation for details.")
UNKNOWN = "The security token included in the request is invalid."


@pytest.fixture(scope="module")
def auth(tmp_path_factory):
    running = Auth(tmp_path_factory.mktemp("auth"), ["--audit-table", "audited"])
    yield running
    assert running.stop() == 0


def refused(answer, error, message=None):
    assert (answer.status, answer.error) == (400, error), answer.body
    assert answer.json()["__type"] == "com.amazon.coral.service#" + error
    if message:
        assert answer.message == message


def test_right_key(auth):
    assert auth.send(auth.signed()).json() == {"TableNames": []}
    assert auth.client().list_tables()["TableNames"] == []


def test_wrong_secret(auth):
    wrong = {**auth.root, "AWS_SECRET_ACCESS_KEY": "x" * 40}
    refused(auth.send(auth.signed(credentials=wrong)), "InvalidSignatureException", MISMATCH)


def test_unknown_key(auth):
    refused(auth.send(auth.signed(credentials={})), "UnrecognizedClientException", UNKNOWN)


def test_tampered_body(auth):
    refused(auth.send(auth.signed(), b'{"Limit":1}'), "InvalidSignatureException", MISMATCH)
    stated = {"X-Amz-Content-Sha256": hashlib.sha256(LIST).hexdigest()}
    assert auth.send(auth.signed(headers=stated)).status == 200
    refused(auth.send(auth.signed(headers=stated), b'{"Limit":1}'), "InvalidSignatureException", MISMATCH)


def test_tampered_target(auth):
    headers = {**auth.signed(), "X-Amz-Target": raw.TARGET + "DescribeLimits"}
    refused(auth.send(headers), "InvalidSignatureException", MISMATCH)


def test_missing_headers(auth):
    headers = auth.signed()
    without = {name: value for name, value in headers.items() if name != "Authorization"}
    refused(auth.send(without), "MissingAuthenticationTokenException",
            "Request must contain either a valid (registered) AWS access key ID or X.509 certificate.")
    without = {name: value for name, value in headers.items() if name != "X-Amz-Date"}
    answer = auth.send(without)
    refused(answer, "IncompleteSignatureException")
    assert "requires existence of either a 'X-Amz-Date' or a 'Date' header." in answer.message


def test_clock(auth):
    """W18: 15 minutes either way."""
    now = datetime.datetime.now(datetime.timezone.utc)
    for minutes in (-14, 14):
        assert auth.send(auth.signed(when=now + datetime.timedelta(minutes=minutes))).status == 200
    late = auth.send(auth.signed(when=now - datetime.timedelta(minutes=16)))
    refused(late, "InvalidSignatureException")
    assert re.fullmatch(r"Signature expired: \d{8}T\d{6}Z is now earlier than \d{8}T\d{6}Z "
                        r"\(\d{8}T\d{6}Z - 15 min\.\)", late.message)
    early = auth.send(auth.signed(when=now + datetime.timedelta(minutes=16)))
    refused(early, "InvalidSignatureException")
    assert re.fullmatch(r"Signature not yet current: \d{8}T\d{6}Z is still later than \d{8}T\d{6}Z "
                        r"\(\d{8}T\d{6}Z \+ 15 min\.\)", early.message)


def test_scope(auth):
    refused(auth.send(auth.signed(region="mars-north-1")), "InvalidSignatureException",
            "Credential should be scoped to a valid region, not 'mars-north-1'.")
    refused(auth.send(auth.signed(service="s3")), "InvalidSignatureException",
            "Credential should be scoped to correct service: 'dynamodb'.")
    headers = auth.signed()
    headers["Authorization"] = headers["Authorization"].replace("/aws4_request", "")
    refused(auth.send(headers), "IncompleteSignatureException")


def test_unsigned_target(auth):
    headers = auth.signed()
    headers["Authorization"] = headers["Authorization"].replace(";x-amz-target", "")
    refused(auth.send(headers), "InvalidSignatureException",
            "'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization.")


def test_unsigned_payload(auth):
    """Without TLS nothing else protects the body. With it, nobody on the way can change one."""
    headers = auth.signed(headers={"X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD"})
    answer = auth.send(headers, b'{"Limit":1}')
    if auth.endpoint.startswith("https"):
        assert answer.status == 200, answer.body
        return
    refused(answer, "InvalidSignatureException")
    assert "UNSIGNED-PAYLOAD" in answer.message


def test_unknown_operation_needs_no_signature(auth):
    """The service looks at the target first."""
    client = raw.Client(auth.running.endpoint)
    assert client.post("Nothing", {}, signed=False).error == "UnknownOperationException"


class PresignedPost(botocore.auth.SigV4QueryAuth):
    """Signs the body, where botocore would move it into the query."""

    def _modify_request_before_signing(self, request):
        body, request.data = request.data, None
        super()._modify_request_before_signing(request)
        request.data = body


def presigned(auth, seconds, body, signed_body=LIST):
    headers = {"X-Amz-Target": raw.TARGET + "ListTables"}
    request = botocore.awsrequest.AWSRequest("POST", auth.running.endpoint + "/", data=signed_body, headers=headers)
    credentials = botocore.credentials.Credentials(auth.root["AWS_ACCESS_KEY_ID"], auth.root["AWS_SECRET_ACCESS_KEY"])
    PresignedPost(credentials, "dynamodb", "us-east-1", expires=seconds).add_auth(request)
    client = raw.Client(auth.running.endpoint)
    client.connection.request("POST", "/?" + urllib.parse.urlsplit(request.url).query, body, headers)
    return client._answer()


def test_presigned(auth):
    answer = presigned(auth, 60, LIST)
    assert answer.status == 200, answer.body
    refused(presigned(auth, 604801, LIST), "IncompleteSignatureException")
    refused(presigned(auth, 60, b'{"Limit":1}'), "InvalidSignatureException", MISMATCH)


def test_large_and_compressed_bodies(auth):
    """What is signed is what goes over the wire."""
    import gzip
    big = json.dumps({"Limit": 1, "Ignored": "x" * 200_000}).encode()
    assert auth.send(auth.signed(big), big).status == 200
    refused(auth.send(auth.signed(big), big[:-2] + b" }"), "InvalidSignatureException")
    small = gzip.compress(LIST)
    assert auth.send(auth.signed(small, headers={"Content-Encoding": "gzip"}), small).status == 200
    refused(auth.send(auth.signed(LIST, headers={"Content-Encoding": "gzip"}), small), "InvalidSignatureException")


def test_keys_come_and_go(auth):
    auth.iam("create-user", "--user-name", "carol", "--tags", "team=blue")
    key = auth.new_key("--user-name", "carol")
    assert auth.client("sts", key).get_caller_identity()["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/carol"
    auth.iam("update-access-key", "--access-key-id", key["AWS_ACCESS_KEY_ID"], "--status", "Inactive")
    refused(auth.send(auth.signed(credentials=key)), "UnrecognizedClientException", UNKNOWN)
    auth.iam("update-access-key", "--access-key-id", key["AWS_ACCESS_KEY_ID"], "--status", "Active")
    auth.client("sts", key).get_caller_identity()
    auth.iam("delete-user", "--user-name", "carol")
    refused(auth.send(auth.signed(credentials=key)), "UnrecognizedClientException", UNKNOWN)


def test_iam_refusals(auth):
    assert "cannot be found" in auth.iam("delete-user", "--user-name", "nobody")
    assert "required" in auth.iam("create-user")
    assert "is invalid" in auth.iam("create-user", "--user-name", "a/b")
    assert "policy" in auth.iam("create-policy", "--policy-name", "p", "--policy-document", "[]")
    assert "trust policy" in auth.iam("create-role", "--role-name", "r", "--assume-role-policy-document", allow("sts:AssumeRole"))


def test_admin_api_is_not_on_the_data_port(auth):
    assert auth.send(auth.signed(headers={"X-Amz-Target": "StatorIam.ListUsers"})).error == "UnknownOperationException"
    assert oct(os.stat(auth.socket).st_mode & 0o777) == "0o600"


def allow(action, resource="*"):
    return json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": action, "Resource": resource}})


def trust(principal):
    return json.dumps({"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": principal}}})


def session_of(client, role, **parameters):
    answer = client.assume_role(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/{role}", RoleSessionName="web",
                                **parameters)["Credentials"]
    return {"AWS_ACCESS_KEY_ID": answer["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": answer["SecretAccessKey"],
            "AWS_SESSION_TOKEN": answer["SessionToken"]}


def test_assume_role(auth):
    auth.iam("create-role", "--role-name", "reader", "--assume-role-policy-document", trust(ACCOUNT))
    sts = auth.client("sts")
    session, other = session_of(sts, "reader", DurationSeconds=900), session_of(sts, "reader")
    assert auth.client("sts", session).get_caller_identity()["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/web"
    # The token belongs to its key, and the key to its token.
    for wrong in ({"AWS_SESSION_TOKEN": other["AWS_SESSION_TOKEN"]}, {"AWS_SESSION_TOKEN": ""}, auth.root):
        refused(auth.send(auth.signed(credentials={**session, **wrong})), "UnrecognizedClientException", UNKNOWN)
    # A role may what its policies say, and that is nothing at first.
    with pytest.raises(botocore.exceptions.ClientError, match="no identity-based policy allows"):
        auth.client(credentials=session).list_tables()
    auth.iam("put-role-policy", "--role-name", "reader", "--policy-name", "p", "--policy-document", allow("dynamodb:List*"))
    auth.client(credentials=session).list_tables()
    narrow = session_of(sts, "reader", Policy=allow("dynamodb:GetItem"))
    with pytest.raises(botocore.exceptions.ClientError, match="no session policy allows"):
        auth.client(credentials=narrow).list_tables()
    auth.iam("delete-role", "--role-name", "reader")
    refused(auth.send(auth.signed(credentials=session)), "UnrecognizedClientException", UNKNOWN)
    with pytest.raises(botocore.exceptions.ClientError, match="not authorized to perform: sts:AssumeRole"):
        session_of(sts, "reader")


def test_trust(auth):
    """Trust in the account leaves it to the user's policies; trust in the user is enough."""
    auth.iam("create-user", "--user-name", "dave")
    sts = auth.client("sts", auth.new_key("--user-name", "dave"))
    denied = "User: arn:aws:iam::000000000000:user/dave is not authorized to perform: sts:AssumeRole on resource: "
    auth.iam("create-role", "--role-name", "writer", "--assume-role-policy-document", trust(ACCOUNT))
    with pytest.raises(botocore.exceptions.ClientError, match=denied):
        session_of(sts, "writer")
    auth.iam("put-user-policy", "--user-name", "dave", "--policy-name", "p", "--policy-document", allow("sts:AssumeRole"))
    session_of(sts, "writer")
    auth.iam("update-assume-role-policy", "--role-name", "writer", "--policy-document", trust("111111111111"))
    with pytest.raises(botocore.exceptions.ClientError, match=denied):
        session_of(sts, "writer")
    auth.iam("delete-user-policy", "--user-name", "dave", "--policy-name", "p")
    auth.iam("update-assume-role-policy", "--role-name", "writer", "--policy-document",
             trust(f"arn:aws:iam::{ACCOUNT}:user/dave"))
    session_of(sts, "writer")


def test_external_ids(auth):
    """The confused deputy: who is trusted has to say in whose name it asks."""
    document = json.loads(trust(ACCOUNT))
    document["Statement"]["Condition"] = {"StringEquals": {"sts:ExternalId": "customer-7"}}
    auth.iam("create-role", "--role-name", "deputy", "--assume-role-policy-document", json.dumps(document))
    sts = auth.client("sts")
    session = session_of(sts, "deputy", ExternalId="customer-7")
    for wrong in ({}, {"ExternalId": "customer-8"}, {"ExternalId": "Customer-7"}):
        with pytest.raises(botocore.exceptions.ClientError, match="not authorized to perform: sts:AssumeRole"):
            session_of(sts, "deputy", **wrong)
    # A role without the condition takes any.
    auth.iam("update-assume-role-policy", "--role-name", "deputy", "--policy-document", trust(ACCOUNT))
    session_of(sts, "deputy", ExternalId="customer-8")
    # A session of a role gets an hour at most.
    auth.iam("create-role", "--role-name", "long", "--assume-role-policy-document", trust(ACCOUNT), "--max-session-duration", "7200")
    auth.iam("put-role-policy", "--role-name", "deputy", "--policy-name", "p", "--policy-document", allow("sts:AssumeRole"))
    session_of(sts, "long", DurationSeconds=7200)
    chained = auth.client("sts", session)
    session_of(chained, "long", DurationSeconds=3600)
    with pytest.raises(botocore.exceptions.ClientError, match="1 hour session limit for roles assumed by role chaining"):
        session_of(chained, "long", DurationSeconds=7200)


def test_sts_refusals(auth):
    for wrong, code in (({"AWS_SECRET_ACCESS_KEY": "x" * 40}, "SignatureDoesNotMatch"),
                        ({"AWS_ACCESS_KEY_ID": "AKIANOBODY"}, "InvalidClientTokenId")):
        with pytest.raises(botocore.exceptions.ClientError) as caught:
            auth.client("sts", {**auth.root, **wrong}).get_caller_identity()
        assert caught.value.response["Error"]["Code"] == code
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_accounts(auth):
    """Tables of two accounts share names, and nothing else."""
    other = {"AWS_ACCESS_KEY_ID": (key := auth.iam("create-account", "--account-id", "111111111111")["AccessKey"])["AccessKeyId"],
             "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    assert auth.client("sts", other).get_caller_identity()["Account"] == "111111111111"
    clients = {ACCOUNT: auth.client(), "111111111111": auth.client(credentials=other)}
    for account, client in clients.items():
        made = client.create_table(TableName="shared", BillingMode="PAY_PER_REQUEST",
                                   KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
                                   AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}])
        assert made["TableDescription"]["TableName"] == "shared"
        assert made["TableDescription"]["TableArn"] == f"arn:aws:dynamodb:us-east-1:{account}:table/shared"
        answer = client.put_item(TableName="shared", Item={"k": {"S": "a"}, "of": {"S": account}},
                                 ReturnConsumedCapacity="TOTAL")
        assert answer["ConsumedCapacity"]["TableName"] == "shared"
        client.transact_write_items(ClientRequestToken="token", TransactItems=[
            {"Put": {"TableName": "shared", "Item": {"k": {"S": account}}}}])
    mine, theirs = clients[ACCOUNT], clients["111111111111"]
    assert theirs.list_tables()["TableNames"] == ["shared"]
    assert "shared" in mine.list_tables()["TableNames"]
    for account, client in clients.items():
        key = {"k": {"S": "a"}}
        assert client.get_item(TableName="shared", Key=key)["Item"]["of"] == {"S": account}
        batch = client.batch_get_item(RequestItems={"shared": {"Keys": [key]}})
        assert batch["Responses"]["shared"][0]["of"] == {"S": account}
        assert client.query(TableName="shared", KeyConditionExpression="k = :k",
                            ExpressionAttributeValues={":k": {"S": "a"}})["Items"][0]["of"] == {"S": account}
        assert client.scan(TableName="shared")["Count"] == 2
        arn = client.describe_table(TableName="shared")["Table"]["TableArn"]
        assert client.get_item(TableName=arn, Key=key)["Item"]["of"] == {"S": account}
        client.tag_resource(ResourceArn=arn, Tags=[{"Key": "a", "Value": account}])
        assert client.list_tags_of_resource(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": account}]
    # One account's root is nobody in another.
    with pytest.raises(botocore.exceptions.ClientError, match="AccessDeniedException"):
        mine.get_item(TableName="arn:aws:dynamodb:us-east-1:111111111111:table/shared", Key=key)
    with pytest.raises(botocore.exceptions.ClientError, match="failed to satisfy constraint"):
        mine.get_item(TableName="111111111111:table/shared", Key=key)
    with pytest.raises(botocore.exceptions.ClientError, match="failed to satisfy constraint"):
        mine.batch_get_item(RequestItems={"111111111111:table/shared": {"Keys": [key]}})
    with pytest.raises(botocore.exceptions.ClientError, match="Table already exists: shared"):
        theirs.create_table(TableName="shared", BillingMode="PAY_PER_REQUEST",
                            KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
                            AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}])
    with pytest.raises(botocore.exceptions.ClientError, match="AccessDeniedException"):
        theirs.list_backups()
    theirs.delete_table(TableName="shared")
    assert theirs.list_tables()["TableNames"] == []
    assert mine.get_item(TableName="shared", Key=key)["Item"]["of"] == {"S": ACCOUNT}


def test_audit(auth):
    dynamodb = auth.client()
    secret = "the content of an item"
    for name in ("audited", "other"):
        dynamodb.create_table(TableName=name, BillingMode="PAY_PER_REQUEST",
                              KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
                              AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}])
        dynamodb.put_item(TableName=name, Item={"k": {"S": secret}})
    lines = auth.audited()
    root = f"arn:aws:iam::{ACCOUNT}:root"
    assert [(line["actor"], line["from"], line["outcome"]) for line in lines
            if line["action"] == "dynamodb:CreateTable" and line["resources"] != ["shared"]] == [(root, "127.0.0.1", "ok")] * 2
    assert [line["resources"] for line in lines if line["action"] == "dynamodb:PutItem"] == [["audited"]]
    auth.send(auth.signed(target="GetItem", credentials={"AWS_ACCESS_KEY_ID": "AKIANOBODY"}))
    assert auth.audited()[-1]["actor"] == "access key AKIANOBODY"
    assert auth.audited()[-1]["outcome"] == "UnrecognizedClientException"
    text = open(auth.running.log.name, encoding="utf-8").read()
    assert secret not in text and auth.root["AWS_SECRET_ACCESS_KEY"] not in text


def test_first_start_only(tmp_path):
    """The key is shown once, and works after a restart; without the key file nothing starts."""
    first = server.Server(tmp_path / "data", ["--auth"])
    assert first.credentials
    first.stop()
    second = server.Server(tmp_path / "data", ["--auth"])
    assert not second.credentials
    client = raw.Client(second.endpoint)
    headers = raw.sign(client.host, {"X-Amz-Target": raw.TARGET + "ListTables"}, LIST, credentials=first.credentials)
    client.connection.request("POST", "/", LIST, headers)
    assert client._answer().status == 200
    client.close()
    second.stop()
    os.rename(tmp_path / "data/auth.key", tmp_path / "data/moved.key")
    with pytest.raises(RuntimeError, match="auth.key is missing"):
        server.Server(tmp_path / "data", ["--auth"])
    os.chmod(tmp_path / "data/moved.key", 0o644)
    with pytest.raises(RuntimeError, match="open to others"):
        server.Server(tmp_path / "data", ["--auth", "--auth-key-file", str(tmp_path / "data/moved.key")])
