"""V2, V3: the older wording of the service, by option: all errors at once, members in camelCase."""

import os

import boto3
import botocore.exceptions
import pytest
import server

BAD = {"TableName": "x", "Item": {"pk": {"S": "x"}}, "ReturnValues": "BAD", "ReturnConsumedCapacity": "WORSE"}


def message(settings):
    client = boto3.client("dynamodb", **settings)
    with pytest.raises(botocore.exceptions.ClientError) as refusal:
        client.put_item(**BAD)
    assert refusal.value.response["Error"]["Code"] == "ValidationException"
    return refusal.value.response["Error"]["Message"]


@pytest.mark.skipif("STATOR_ENDPOINT" in os.environ, reason="the server's options are not ours")
def test_all_errors_at_once(settings):
    running = server.Server(None, ["--validation-wording=aggregated"])
    try:
        text = message({**settings, "endpoint_url": running.endpoint})
    finally:
        assert running.stop() == 0
    assert text.startswith("2 validation errors detected: Value '")
    assert "; Value '" in text
    assert "at 'returnValues' failed to satisfy constraint" in text
    assert "at 'returnConsumedCapacity' failed to satisfy constraint" in text


@pytest.mark.skipif("STATOR_ENDPOINT" in os.environ, reason="which wording a region has is not ours")
def test_only_the_first_error(settings):
    text = message(settings)
    assert "errors detected" not in text
    assert ("'BAD'" in text) != ("'WORSE'" in text)
