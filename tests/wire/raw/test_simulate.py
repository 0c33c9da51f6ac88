"""`stator iam simulate` from outside: what it says and its status."""

import json
import subprocess

import pytest

import server

TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/notes"
OWN_ITEMS = {
    "Version": "2012-10-17",
    "Statement": [{
        "Sid": "Own", "Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": TABLE,
        "Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["${aws:username}"]}},
    }],
}


@pytest.fixture
def simulate(tmp_path):
    policy = tmp_path / "own.json"
    policy.write_text(json.dumps(OWN_ITEMS))

    def run(*flags):
        done = subprocess.run([server.binary(), "iam", "simulate", "--policy", policy, "--principal",
                               "arn:aws:iam::000000000000:user/alice", "--resource", TABLE, *flags],
                              capture_output=True, text=True, check=False, timeout=30)
        return done.returncode, done.stdout, done.stderr
    return run


def test_names_the_statement_that_allows(simulate):
    status, out, _ = simulate("--action", "dynamodb:GetItem", "--context", "dynamodb:LeadingKeys=alice")
    assert (status, out.splitlines()[0]) == (0, "allowed")
    assert "by statement 1 (Own) of " in out


def test_says_why_none_does(simulate):
    status, out, _ = simulate("--action", "dynamodb:GetItem", "--context", "dynamodb:LeadingKeys=bob")
    assert (status, out.splitlines()[0]) == (2, "denied")
    assert "because no identity-based policy allows the dynamodb:GetItem action" in out
    assert "its condition is not met: ForAllValues:StringEquals dynamodb:LeadingKeys" in out


@pytest.mark.parametrize("flags", [(), ("--action", "dynamodb:GetItem", "--policy", "/nowhere"),
                                   ("--action", "dynamodb:GetItem", "--context", "aws:nobody=x")])
def test_fails_when_it_cannot_tell(simulate, flags):
    status, out, err = simulate(*flags)
    assert (status, out) == (1, "")
    assert err
