"""A Kinesis endpoint for tests: it answers PutRecords, keeps what it accepted, and fails as it is told."""

import base64
import http.server
import json
import threading

import botocore.auth
import botocore.awsrequest
import botocore.credentials

CREDENTIALS = botocore.credentials.Credentials("id", "secret", "token")


def signature(handler, body, region):
    """What the Authorization header of a request has to be."""
    names = ["Host", "Content-Type", "X-Amz-Date", "X-Amz-Target", "X-Amz-Security-Token"]
    request = botocore.awsrequest.AWSRequest(method="POST", url=f"http://{handler.headers['Host']}/", data=body,
                                             headers={name: handler.headers[name] for name in names})
    request.context["timestamp"] = handler.headers["X-Amz-Date"]
    signer = botocore.auth.SigV4Auth(CREDENTIALS, "kinesis", region)
    scope = signer.string_to_sign(request, signer.canonical_request(request))
    return signer.signature(scope, request)


class Kinesis:
    """`accepted` has, for each stream, the records in the order of their acceptance; `calls` the bodies of
    all calls. `judge`, given a record's data, returns its ErrorCode or None; `answer`, given a body,
    "close", a status and a body to answer with, or None."""

    def __init__(self, port=0, keep_alive=True, chunked=False, tls=None):
        self.lock = threading.Lock()
        self.accepted, self.calls, self.problems = {}, [], []
        self.judge = lambda data: None
        self.answer = lambda body: None
        kinesis = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1" if keep_alive else "HTTP/1.0"

            def do_POST(self):
                kinesis.handle(self, chunked)

            def log_message(self, *_):
                pass

        class Listener(http.server.ThreadingHTTPServer):
            def handle_error(self, *_):  # a client that goes away, or does not trust the certificate
                pass

        self.listener = Listener(("127.0.0.1", port), Handler)
        if tls:
            self.listener.socket = tls.wrap_socket(self.listener.socket, server_side=True)
        self.port = self.listener.server_address[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        threading.Thread(target=self.listener.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self):
        self.answer = lambda body: "close"  # connections that are open, too
        self.listener.shutdown()
        self.listener.server_close()

    def handle(self, handler, chunked):
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        request = json.loads(body)
        with self.lock:
            self.calls.append(request)
            self.check(handler, body, request)
            told = self.answer(request)
            if told == "close":
                handler.close_connection = True
                return
            status, text = told or (200, json.dumps(self.put(request)))
        handler.send_response(status)
        handler.send_header("Content-Type", "application/x-amz-json-1.1")
        data = text.encode()
        if chunked:
            handler.send_header("Transfer-Encoding", "chunked")
            data = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (data[:7], data[7:]) if part)
            data += b"0\r\n\r\n"
        elif handler.protocol_version == "HTTP/1.1":
            handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    def check(self, handler, body, request):
        """What holds of every call; what does not is noted in `problems`."""
        keys = [record["PartitionKey"] for record in request["Records"]]
        if len(set(keys)) != len(keys):
            self.problems.append("two records of one partition key in one call")
        if not 1 <= len(keys) <= 500:
            self.problems.append(f"{len(keys)} records in one call")
        if handler.headers["X-Amz-Target"] != "Kinesis_20131202.PutRecords":
            self.problems.append(handler.headers["X-Amz-Target"])
        if request["StreamName"] != request["StreamARN"].split("/")[1]:
            self.problems.append(request["StreamARN"])
        region = request["StreamARN"].split(":")[3]
        if not handler.headers["Authorization"].endswith(f"Signature={signature(handler, body, region)}"):
            self.problems.append("the signature is wrong")

    def put(self, request):
        stream = self.accepted.setdefault(request["StreamName"], [])
        results = []
        for record in request["Records"]:
            data = json.loads(base64.b64decode(record["Data"], validate=True))
            code = self.judge(data)
            if code:
                results.append({"ErrorCode": code, "ErrorMessage": "told so"})
            else:
                stream.append((record["PartitionKey"], data))
                results.append({"SequenceNumber": str(len(stream)), "ShardId": "shardId-000000000000"})
        return {"FailedRecordCount": sum("ErrorCode" in result for result in results), "Records": results}

    def records(self, stream="changes"):
        """The accepted records without those that came again."""
        with self.lock:
            accepted = list(self.accepted.get(stream, []))
        return list({data["eventID"]: data for _, data in accepted}.values())

    def values(self, stream="changes"):
        """The new values `v` of each item `pk`, in the order of their first acceptance."""
        seen = {}
        for record in self.records(stream):
            change = record["dynamodb"]
            value = int(change["NewImage"]["v"]["N"]) if "NewImage" in change else None
            seen.setdefault(change["Keys"]["pk"]["S"], []).append(value)
        return seen
