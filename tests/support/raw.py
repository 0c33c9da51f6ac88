"""Bytes on the wire: what SDKs hide. Signs like an SDK, so that the same test runs against AWS."""

import datetime
import hashlib
import hmac
import http.client
import io
import json
import os
import select
import socket
import ssl
import threading
import urllib.parse

TARGET = "DynamoDB_20120810."
REGION = os.environ.get("AWS_REGION", "us-east-1")
JSON_1_0 = "application/x-amz-json-1.0"


def _hmac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def sign(host, headers, body, when=None, credentials=None, service="dynamodb", region=REGION):
    """Adds SigV4 to `headers`. Written out because tests must send what no SDK would. `credentials` are
    variables as the environment has them."""
    when = when or datetime.datetime.now(datetime.timezone.utc)
    stamp, day = when.strftime("%Y%m%dT%H%M%SZ"), when.strftime("%Y%m%d")
    credentials = os.environ if credentials is None else credentials
    key_id = credentials.get("AWS_ACCESS_KEY_ID", "test")
    secret = credentials.get("AWS_SECRET_ACCESS_KEY", "test")
    headers = {**headers, "Host": host, "X-Amz-Date": stamp}
    if credentials.get("AWS_SESSION_TOKEN"):
        headers["X-Amz-Security-Token"] = credentials["AWS_SESSION_TOKEN"]
    signed = sorted((name.lower(), str(value).strip()) for name, value in headers.items()
                    if name.lower() == "host" or name.lower().startswith("x-amz-"))
    names = ";".join(name for name, _ in signed)
    payload = hashlib.sha256(body).hexdigest()
    if headers.get("X-Amz-Content-Sha256") == "UNSIGNED-PAYLOAD":
        payload = "UNSIGNED-PAYLOAD"
    canonical = "\n".join(["POST", "/", "", *(f"{n}:{v}" for n, v in signed), "", names, payload])
    scope = f"{day}/{region}/{service}/aws4_request"
    to_sign = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = _hmac(("AWS4" + secret).encode(), day)
    for part in (region, service, "aws4_request"):
        key = _hmac(key, part)
    headers["Authorization"] = (f"AWS4-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders={names}, "
                                f"Signature={_hmac(key, to_sign).hex()}")
    return headers


class Response:
    def __init__(self, status, headers, body):
        self.status, self.body = status, body
        self.headers = {name.lower(): value for name, value in headers}

    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        """The error's name without its namespace, or None."""
        if self.status == 200:
            return None
        return self.json()["__type"].split("#")[-1]

    @property
    def message(self):
        body = self.json()
        return body.get("message", body.get("Message"))


class Client:
    """A keep-alive connection that speaks the API without an SDK. Not thread-safe."""

    def __init__(self, endpoint, timeout_s=30):
        parts = urllib.parse.urlsplit(endpoint)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self.host = parts.netloc
        self.connection = kind(parts.netloc, timeout=timeout_s)

    def post(self, target, body, headers=None, signed=True):
        """One POST; `body` is bytes, or an object that becomes JSON."""
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        all_headers = {"Content-Type": JSON_1_0, "Accept-Encoding": "identity"}
        if target is not None:
            all_headers["X-Amz-Target"] = target if "." in target else TARGET + target
        all_headers.update(headers or {})
        if signed:
            all_headers = sign(self.host, all_headers, body)
        self.connection.request("POST", "/", body, all_headers)
        return self._answer()

    def request(self, method, path, headers=None):
        self.connection.request(method, path, headers=headers or {})
        return self._answer()

    def _answer(self):
        answer = self.connection.getresponse()
        return Response(answer.status, answer.getheaders(), answer.read())

    def call(self, operation, **parameters):
        return self.post(operation, parameters)

    def close(self):
        self.connection.close()


class _Tls(io.RawIOBase):
    """A TLS connection that one thread may write to while another reads from it. OpenSSL's sessions do not allow
    that, so calls take turns, and none waits for the network while it has its turn."""

    def __init__(self, connected, host, timeout_s):
        super().__init__()
        self._socket = ssl.create_default_context().wrap_socket(connected, server_hostname=host)
        self._socket.setblocking(False)
        self._timeout_s, self._turn = timeout_s, threading.Lock()

    def _when_ready(self, call):
        while True:
            reads, writes = [], []
            with self._turn:
                try:
                    return call()
                except ssl.SSLWantReadError:
                    reads.append(self._socket)
                except ssl.SSLWantWriteError:
                    writes.append(self._socket)
            if not any(select.select(reads, writes, [], self._timeout_s)):
                raise TimeoutError("the server is silent")

    def sendall(self, data):
        left = memoryview(data)
        while left:
            left = left[self._when_ready(lambda: self._socket.send(left[:65536])):]

    def readable(self):
        return True

    def readinto(self, buffer):
        return self._when_ready(lambda: self._socket.recv_into(buffer))

    def makefile(self, mode):
        return io.BufferedReader(self)

    def settimeout(self, timeout_s):
        self._timeout_s = timeout_s

    def shutdown(self, how):
        self._socket.shutdown(how)

    def close(self):
        super().close()
        self._socket.close()


class Socket:
    """A TCP (or TLS) connection for requests that no HTTP library would send. One thread may send while another
    receives."""

    def __init__(self, endpoint, timeout_s=10):
        parts = urllib.parse.urlsplit(endpoint)
        self.host = parts.netloc
        port = parts.port or (443 if parts.scheme == "https" else 80)
        self.socket = socket.create_connection((parts.hostname, port), timeout=timeout_s)
        if parts.scheme == "https":
            self.socket = _Tls(self.socket, parts.hostname, timeout_s)
        self.stream = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()
        self.socket.close()

    def head(self, target, body, headers=None, length=True):
        """The bytes of a signed request's line and headers."""
        fields = {"Content-Type": JSON_1_0, "X-Amz-Target": TARGET + target}
        fields = sign(self.host, fields, body)
        if length:
            fields["Content-Length"] = len(body)
        fields.update(headers or {})
        lines = ["POST / HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
        return "\r\n".join(lines).encode()

    def send(self, data):
        self.socket.sendall(data)

    def receive(self):
        """The next response, or None when the server closed the connection without one."""
        try:
            line = self.stream.readline()
        except OSError:  # reset, or silent for too long
            return None
        if not line:
            return None
        status, headers = int(line.split()[1]), []
        while True:
            line = self.stream.readline().rstrip(b"\r\n")
            if not line:
                break
            name, _, value = line.decode("latin-1").partition(":")
            headers.append((name, value.strip()))
        response = Response(status, headers, b"")
        response.body = self.stream.read(int(response.headers.get("content-length", "0")))
        return response

    def closed(self):
        """True when the server has closed its side."""
        try:
            return self.stream.read(1) == b""
        except ConnectionResetError:
            return True
        except OSError:  # it took too long, now or in a read before
            return False
