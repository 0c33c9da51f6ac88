"""W23 and TLS itself. Each test has a server of its own with fresh certificates."""

import os
import pathlib
import signal
import socket
import ssl
import stat
import subprocess
import time

import pytest
import raw
import server

pytestmark = pytest.mark.skipif("STATOR_ENDPOINT" in os.environ, reason="needs a server with flags of its own")


def self_signed(directory, name, *sans):
    """A certificate and its key, as `stator tls self-signed` makes them."""
    cert, key = directory / f"{name}-cert.pem", directory / f"{name}-key.pem"
    flags = [flag for san in sans or ("127.0.0.1",) for flag in ("--san", san)]
    subprocess.run([server.binary(), "tls", "self-signed", *flags, "--cert", cert, "--key", key], check=True, capture_output=True)
    return cert, key


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return self_signed(tmp_path_factory.mktemp("tls"), "server", "127.0.0.1", "localhost")


@pytest.fixture(scope="module")
def running(certificate):
    process = server.Server(extra_flags=["--tls-cert", certificate[0], "--tls-key", certificate[1]])
    yield process
    assert process.stop() == 0


def address(url):
    host, port = url.removeprefix("https://").split(":")
    return host, int(port)


def client_context(certificate, **settings):
    context = ssl.create_default_context(cafile=certificate)
    for name, value in settings.items():
        setattr(context, name, value)
    return context


def connect(url, context):
    return context.wrap_socket(socket.create_connection(address(url), timeout=10), server_hostname="127.0.0.1")


def healthy(url, context):
    with connect(url, context) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
        return answer.startswith(b"HTTP/1.1 200 OK")


def test_key_is_for_its_owner(certificate):
    assert stat.S_IMODE(os.stat(certificate[1]).st_mode) == 0o600


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=str)
def test_versions(running, certificate, version):
    assert healthy(running.endpoint, client_context(certificate[0], minimum_version=version, maximum_version=version))


def test_old_versions_are_refused(running, certificate):
    context = client_context(certificate[0], minimum_version=ssl.TLSVersion.TLSv1, maximum_version=ssl.TLSVersion.TLSv1_1)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        connect(running.endpoint, context)


def test_plain_http_is_told_so(running):
    """W23: an answer that the client understands, and the end; never the operation's."""
    with socket.create_connection(address(running.endpoint), timeout=10) as plain:
        plain.sendall(b"POST / HTTP/1.1\r\nHost: h\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\nContent-Length: 2\r\n\r\n{}")
        answer = b"".join(iter(lambda: plain.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"TLS" in answer and answer.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize("data", [b"\x00" * 100, b"\xff" * 5000, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 505, b"\x15\x03\x01\x00\x02\x02\x28"],
                         ids=["zeros", "ones", "hello", "alert"])
def test_garbage(running, certificate, data):
    with socket.create_connection(address(running.endpoint), timeout=10) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        try:
            assert len(connection.recv(4096)) < 100  # an alert at most
        except ConnectionResetError:
            pass
    assert healthy(running.endpoint, client_context(certificate[0]))


def test_alpn(running, certificate):
    context = client_context(certificate[0])
    context.set_alpn_protocols(["h2", "http/1.1"])
    with connect(running.endpoint, context) as connection:
        assert connection.selected_alpn_protocol() == "http/1.1"
    context.set_alpn_protocols(["h2"])
    with pytest.raises(ssl.SSLError):
        connect(running.endpoint, context)
    assert healthy(running.endpoint, client_context(certificate[0]))


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=str)
def test_sessions_are_resumed(running, certificate, version):
    context = client_context(certificate[0], minimum_version=version, maximum_version=version)
    with connect(running.endpoint, context) as first:
        first.sendall(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        assert first.recv(4096)  # tickets of TLS 1.3 come with the first answer
        session = first.session
        first.unwrap()
    with context.wrap_socket(socket.create_connection(address(running.endpoint), timeout=10), server_hostname="127.0.0.1", session=session) as second:
        assert second.session_reused


def test_operations_over_tls(running, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    client = raw.Client(running.endpoint)
    for size in (1, 100_000, 390_000):
        item = {"pk": {"S": "a"}, "f": {"S": "x" * size}}
        if size == 1:
            assert client.call("CreateTable", TableName="tls", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                               AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}]).status == 200
        assert client.call("PutItem", TableName="tls", Item=item).status == 200
        assert client.call("GetItem", TableName="tls", Key={"pk": {"S": "a"}}).json() == {"Item": item}
    client.close()


def test_healthcheck(running, certificate):
    port = running.endpoint.rsplit(":", 1)[1]

    def check(*flags):
        return subprocess.run([server.binary(), "healthcheck", "--port", port, *flags], capture_output=True, check=False).returncode
    assert check("--ca", certificate[0]) == 0
    assert check("--no-verify-certificate") == 0
    assert check("--tls") == 1  # nobody vouches for it
    assert check() == 1  # W23


def test_a_half_open_handshake_ends(certificate):
    """As long as a head may take: ten seconds."""
    process = server.Server(extra_flags=["--tls-cert", certificate[0], "--tls-key", certificate[1]])
    with socket.create_connection(address(process.endpoint), timeout=20) as connection:
        connection.sendall(b"\x16\x03\x01")
        started = time.monotonic()
        assert connection.recv(1) == b""
        assert 5 < time.monotonic() - started < 15
    assert process.stop() == 0


def test_reload(tmp_path, certificate):
    """SIGHUP: new connections see the new certificate, those that are there go on; a broken file changes nothing."""
    cert, key = self_signed(tmp_path, "first")
    process = server.Server(extra_flags=["--tls-cert", cert, "--tls-key", key])
    old = connect(process.endpoint, client_context(cert))
    before = old.getpeercert(binary_form=True)
    second_cert, second_key = self_signed(tmp_path, "second")
    cert.write_bytes(second_cert.read_bytes())
    key.write_bytes(second_key.read_bytes())
    process.process.send_signal(signal.SIGHUP)

    def served():
        context = client_context(cert)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with connect(process.endpoint, context) as connection:
            return connection.getpeercert(binary_form=True)
    server.wait_until(lambda: served() != before, 10, "the new certificate")
    assert healthy(process.endpoint, client_context(cert))
    old.sendall(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
    assert old.recv(4096).startswith(b"HTTP/1.1 200 OK")
    after = served()
    key.write_text("no key")
    process.process.send_signal(signal.SIGHUP)
    server.wait_until(lambda: "goes on with the old certificate" in process.errors(), 10, "the refusal")
    assert served() == after
    old.close()
    assert process.stop() == 0


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def test_client_certificates(tmp_path, certificate):
    authority, stranger = tmp_path / "ca", tmp_path / "stranger"
    for base in (authority, stranger):
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", f"/CN={base.name}",
                "-keyout", f"{base}.key", "-out", f"{base}.pem")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=alice", "-keyout", f"{base}-alice.key", "-out", f"{base}-alice.csr")
        openssl("x509", "-req", "-in", f"{base}-alice.csr", "-CA", f"{base}.pem", "-CAkey", f"{base}.key", "-CAcreateserial", "-days", "2", "-out", f"{base}-alice.pem")
    process = server.Server(extra_flags=["--tls-cert", certificate[0], "--tls-key", certificate[1], "--tls-client-ca", f"{authority}.pem"])

    def serves(base):
        context = client_context(certificate[0])
        if base:
            context.load_cert_chain(f"{base}-alice.pem", f"{base}-alice.key")
        try:
            return healthy(process.endpoint, context)
        except OSError:
            return False
    assert serves(authority)
    assert not serves(None)
    assert not serves(stranger)
    assert process.stop() == 0


@pytest.mark.parametrize("flags", [["--tls-cert", "{cert}"], ["--tls-key", "{key}"], ["--tls-client-ca", "{cert}"], ["--tls-cert", "{key}", "--tls-key", "{key}"],
                                   ["--tls-cert", "nowhere.pem", "--tls-key", "{key}"]], ids=lambda flags: " ".join(flags))
def test_half_of_tls_is_refused(certificate, flags):
    flags = [flag.format(cert=certificate[0], key=certificate[1]) for flag in flags]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STATOR_TLS")}
    started = subprocess.run([server.binary(), "serve", "--in-memory", "--port", "0", *flags], capture_output=True, timeout=10, check=False, env=environment)
    assert started.returncode == 1 and started.stderr.startswith(b"stator: ")


def test_self_signed_replaces_nothing(certificate):
    before = pathlib.Path(certificate[1]).read_bytes()
    done = subprocess.run([server.binary(), "tls", "self-signed", "--san", "h", "--cert", certificate[0], "--key", certificate[1]], capture_output=True, check=False)
    assert done.returncode == 1
    assert pathlib.Path(certificate[1]).read_bytes() == before
