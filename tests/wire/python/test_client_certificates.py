"""Clients that show a certificate instead of signing, and act as the user that it stands for."""

import json
import os
import ssl
import subprocess
import urllib.parse

import boto3
import botocore
import botocore.config
import botocore.exceptions
import pytest
import raw
import server
from auth import Auth

pytestmark = pytest.mark.skipif("STATOR_ENDPOINT" in os.environ, reason="the server's identities are not ours")

NOBODY = "Request must contain either a valid (registered) AWS access key ID or X.509 certificate."
LISTS = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "dynamodb:ListTables", "Resource": "*"}}


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class Certified:
    """A server that maps certificates, an authority, and certificates that it has signed."""

    def __init__(self, directory):
        self.directory = directory
        self.server_cert = directory / "server.pem"
        subprocess.run([server.binary(), "tls", "self-signed", "--san", "127.0.0.1", "--cert", self.server_cert,
                        "--key", directory / "server.key"], check=True, capture_output=True)
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-subj", "/CN=authority", "-keyout", directory / "ca.key", "-out", directory / "ca.pem")
        for name in ("alice", "bob", "nobody"):
            self.make(name)
        self.auth = Auth(directory, ["--tls-cert", str(self.server_cert), "--tls-key", str(directory / "server.key"),
                                     "--tls-client-ca", str(directory / "ca.pem"), "--tls-client-users",
                                     "--tls-client-optional"])
        self.keys = {name: self.auth.new_user(name, LISTS) for name in ("alice", "bob")}
        self.fingerprints = {name: self.add(name) for name in ("alice", "bob")}

    def make(self, name, days=2):
        base = self.directory / name
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                "-keyout", f"{base}.key", "-out", f"{base}.csr")
        openssl("x509", "-req", "-in", f"{base}.csr", "-CA", self.directory / "ca.pem", "-CAkey", self.directory / "ca.key",
                "-CAcreateserial", "-days", days, "-out", f"{base}.pem")

    def add(self, name, user=None):
        answer = self.auth.iam("add-client-certificate", "--user-name", user or name,
                               "--certificate", f"file://{self.directory / name}.pem")
        return answer["ClientCertificate"]["Fingerprint"] if isinstance(answer, dict) else answer

    def context(self, name, **settings):
        context = ssl.create_default_context(cafile=self.server_cert)
        for setting, value in settings.items():
            setattr(context, setting, value)
        if name:
            context.load_cert_chain(f"{self.directory / name}.pem", f"{self.directory / name}.key")
        return context

    def connect(self, name):
        """A keep-alive connection of whoever has that certificate, or none."""
        client = raw.Client.__new__(raw.Client)
        client.host = urllib.parse.urlsplit(self.auth.endpoint).netloc
        client.connection = raw.http.client.HTTPSConnection(client.host, timeout=30, context=self.context(name))
        return client

    def call(self, name, target="ListTables", headers=None, client=None):
        client = client or self.connect(name)
        return client.post(target, {}, headers, signed=False)


@pytest.fixture(scope="module")
def certified(tmp_path_factory):
    # The clients of this server are told of its certificate here, and not by the environment.
    with pytest.MonkeyPatch.context() as patch:
        made = Certified(tmp_path_factory.mktemp("certified"))
        patch.setenv("SSL_CERT_FILE", str(made.server_cert))
        patch.setenv("AWS_CA_BUNDLE", str(made.server_cert))
        yield made
        assert made.auth.stop() == 0


def refused(answer, error, message):
    assert (answer.status, answer.error, answer.message) == (400, error, message), answer.body


def identity(certified, name, **more):
    """Who the server says that it is, by STS over the same connection."""
    client = certified.connect(name)
    body = b"Action=GetCallerIdentity&Version=2011-06-15"
    client.connection.request("POST", "/", body, {"Content-Type": "application/x-www-form-urlencoded", **more})
    answer = client._answer()
    return answer.body.decode() if answer.status == 200 else f"{answer.status} {answer.body.decode()}"


def test_acts_as_its_user(certified):
    assert certified.call("alice").json() == {"TableNames": []}
    for name in ("alice", "bob"):
        assert f"arn:aws:iam::000000000000:user/{name}</Arn>" in identity(certified, name)
    # The user's policies decide, as with a key.
    refused(certified.call("alice", "DescribeLimits"), "AccessDeniedException",
            "User: arn:aws:iam::000000000000:user/alice is not authorized to perform: dynamodb:DescribeLimits on "
            "resource: * because no identity-based policy allows the dynamodb:DescribeLimits action")
    assert certified.auth.audited()[-1]["actor"] == "arn:aws:iam::000000000000:user/alice"


def test_stands_for_nobody(certified):
    """A certificate that only the authority vouches for, or none."""
    for name in ("nobody", None):
        refused(certified.call(name), "MissingAuthenticationTokenException", NOBODY)
        assert identity(certified, name).startswith("403 ")
    refused(certified.call("nobody"), "MissingAuthenticationTokenException", NOBODY)
    assert certified.auth.audited()[-1]["actor"].startswith("certificate ")


def test_a_signature_decides(certified):
    """Whatever certificate it comes with: the signer's identity, or a refusal."""
    auth = certified.auth
    for certificate in ("alice", "nobody", None):
        client = certified.connect(certificate)
        body = b"Action=GetCallerIdentity&Version=2011-06-15"
        headers = raw.sign(client.host, {"Content-Type": "application/x-www-form-urlencoded"}, body,
                           credentials=certified.keys["bob"], service="sts")
        client.connection.request("POST", "/", body, headers)
        assert ":user/bob</Arn>" in client._answer().body.decode()
    wrong = {**certified.keys["bob"], "AWS_SECRET_ACCESS_KEY": "x" * 40}
    client = certified.connect("alice")
    client.connection.request("POST", "/", b"{}", auth.signed(credentials=wrong))
    assert client._answer().error == "InvalidSignatureException"
    for half in ({"Authorization": "AWS4-HMAC-SHA256 x"}, {"Authorization": "Basic x"}, {"Authorization": ""}):
        assert certified.call("alice", headers=half).status == 400
    # Half of a presigned request is none.
    client.connection.request("POST", "/?X-Amz-Algorithm=AWS4-HMAC-SHA256", b"{}", {"X-Amz-Target": raw.TARGET + "ListTables"})
    assert client._answer().error == "IncompleteSignatureException"


def test_is_not_lent_to_web_pages(certified):
    """Browsers send certificates on behalf of any page."""
    refused(certified.call("alice", headers={"Origin": "https://evil.example"}),
            "MissingAuthenticationTokenException", NOBODY)
    assert identity(certified, "alice", Origin="null").startswith("403 ")


def test_revocation_takes_effect_with_the_next_call(certified):
    """On connections that are there, and on sessions that are resumed."""
    client = certified.connect("bob")
    assert certified.call("bob", client=client).status == 200
    assert certified.auth.iam("delete-client-certificate", "--fingerprint", certified.fingerprints["bob"]) == {}
    refused(certified.call("bob", client=client), "MissingAuthenticationTokenException", NOBODY)
    # It may stand for another one then.
    assert certified.add("bob", "alice") == certified.fingerprints["bob"]
    assert certified.call("bob", client=client).status == 200
    assert ":user/alice</Arn>" in identity(certified, "bob")
    listed = certified.auth.iam("list-client-certificates", "--user-name", "alice")["ClientCertificates"]
    assert {entry["Subject"] for entry in listed} == {"CN=alice", "CN=bob"}
    assert "already exists" in certified.add("bob")
    certified.auth.iam("delete-client-certificate", "--fingerprint", certified.fingerprints["bob"])
    certified.add("bob")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=str)
def test_sessions_that_are_resumed(certified, version):
    """The ticket carries the certificate."""
    context = certified.context("alice", minimum_version=version, maximum_version=version)
    host, port = certified.connect(None).host.split(":")
    request = (f"POST / HTTP/1.1\r\nHost: {host}\r\nX-Amz-Target: {raw.TARGET}ListTables\r\n"
               "Content-Length: 2\r\n\r\n{}").encode()

    def answer(session=None):
        plain = raw.socket.create_connection((host, int(port)), timeout=10)
        with context.wrap_socket(plain, server_hostname=host, session=session) as connection:
            connection.sendall(request)
            received = connection.recv(4096)
            return received, connection.session, connection.session_reused

    first, session, reused = answer()
    assert first.startswith(b"HTTP/1.1 200 OK") and not reused
    second, _, reused = answer(session)
    assert second.startswith(b"HTTP/1.1 200 OK") and reused


def test_users_and_their_certificates_go_together(certified):
    certified.make("carol")
    certified.auth.iam("create-user", "--user-name", "carol")
    certified.add("carol")
    client = certified.connect("carol")
    assert certified.call("carol", client=client).error == "AccessDeniedException"
    certified.auth.iam("delete-user", "--user-name", "carol")
    refused(certified.call("carol", client=client), "MissingAuthenticationTokenException", NOBODY)


def test_what_is_no_certificate(certified):
    key = f"file://{certified.directory / 'alice.key'}"
    for text, why in ((key, "no X.509 certificate"), ("x", "not in PEM")):
        assert why in certified.auth.iam("add-client-certificate", "--user-name", "alice", "--certificate", text)
    assert "cannot be found" in certified.add("nobody", "no-user")


def test_boto3(certified):
    """An SDK that is told not to sign."""
    files = (f"{certified.directory / 'alice'}.pem", f"{certified.directory / 'alice'}.key")
    client = boto3.client("dynamodb", endpoint_url=certified.auth.endpoint, region_name="us-east-1", verify=str(certified.server_cert),
                          config=botocore.config.Config(signature_version=botocore.UNSIGNED, client_cert=files))
    assert client.list_tables()["TableNames"] == []
    with pytest.raises(botocore.exceptions.ClientError, match="user/alice is not authorized to perform: dynamodb:CreateTable"):
        client.create_table(TableName="table", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
                            AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}])


def test_assumes_roles(certified):
    trust = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
                                                    "Principal": {"AWS": "arn:aws:iam::000000000000:user/alice"}}}
    certified.auth.iam("create-role", "--role-name", "r", "--assume-role-policy-document", json.dumps(trust))
    for name, status in (("alice", 200), ("bob", 403)):
        client = certified.connect(name)
        client.connection.request("POST", "/", b"Action=AssumeRole&Version=2011-06-15&RoleSessionName=web&RoleArn="
                                  b"arn%3Aaws%3Aiam%3A%3A000000000000%3Arole%2Fr", {"Content-Type": "application/x-www-form-urlencoded"})
        assert client._answer().status == status, name


def test_needs_the_flag(tmp_path, certified):
    """Without --tls-client-users a certificate lets a client in, and no more."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STATOR_TLS")}
    flags = ["--tls-cert", str(certified.server_cert), "--tls-key", str(certified.directory / "server.key"),
             "--tls-client-ca", str(certified.directory / "ca.pem")]
    plain = Auth(tmp_path, flags, environment)
    try:
        plain.iam("create-user", "--user-name", "alice")
        plain.iam("add-client-certificate", "--user-name", "alice", "--certificate", f"file://{certified.directory / 'alice'}.pem")
        host = urllib.parse.urlsplit(plain.endpoint).netloc
        connection = raw.http.client.HTTPSConnection(host, timeout=30, context=certified.context("alice"))
        connection.request("POST", "/", b"{}", {"X-Amz-Target": raw.TARGET + "ListTables"})
        assert json.loads(connection.getresponse().read())["__type"].endswith("#MissingAuthenticationTokenException")
        connection.close()
        with pytest.raises(OSError):  # not optional either
            connection = raw.http.client.HTTPSConnection(host, timeout=30, context=certified.context(None))
            connection.request("GET", "/")
            connection.getresponse()
    finally:
        assert plain.stop() == 0
