"""A server with --auth that a test owns, and what manages its users."""

import json
import subprocess
import urllib.parse

import boto3
import botocore.config
import raw
import server


class Auth:
    """Its accounts, users and keys. `credentials` are variables of the environment."""

    def __init__(self, directory, flags=(), environment=None):
        self.socket = str(directory / "admin.sock")
        self.running = server.Server(None, ["--auth", "--admin-socket", self.socket, *flags], environment)
        self.root = self.running.credentials
        self.endpoint = self.running.endpoint

    def iam(self, command, *arguments):
        """The answer of `stator iam`, or the text of its refusal."""
        done = subprocess.run([server.binary(), "iam", "--admin-socket", self.socket, command, *arguments],
                              capture_output=True, text=True, timeout=60, check=False)
        return json.loads(done.stdout) if done.returncode == 0 else done.stderr

    @staticmethod
    def _variables(key):
        return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}

    def new_key(self, *arguments):
        return self._variables(self.iam("create-access-key", *arguments)["AccessKey"])

    def new_account(self, account):
        """The key of the root of a new account."""
        return self._variables(self.iam("create-account", "--account-id", account)["AccessKey"])

    def new_user(self, name, policy=None, account=None):
        """A key of a new user, who has that policy and no other."""
        who = ["--user-name", name, *(["--account-id", account] if account else [])]
        self.iam("create-user", *who)
        if policy:
            self.iam("put-user-policy", *who, "--policy-name", "p", "--policy-document", json.dumps(policy))
        return self.new_key(*who)

    def client(self, service="dynamodb", credentials=None):
        credentials = credentials or self.root
        return boto3.client(service, endpoint_url=self.endpoint, region_name="us-east-1",
                            aws_access_key_id=credentials["AWS_ACCESS_KEY_ID"],
                            aws_secret_access_key=credentials["AWS_SECRET_ACCESS_KEY"],
                            aws_session_token=credentials.get("AWS_SESSION_TOKEN"),
                            config=botocore.config.Config(retries={"total_max_attempts": 1}))

    def send(self, headers, body=b"{}"):
        client = raw.Client(self.endpoint)
        client.connection.request("POST", "/", body, headers)
        return client._answer()

    def signed(self, body=b"{}", target="ListTables", headers=None, **how):
        fields = {"X-Amz-Target": raw.TARGET + target, "Content-Type": raw.JSON_1_0, **(headers or {})}
        host = urllib.parse.urlsplit(self.endpoint).netloc
        return raw.sign(host, fields, body, **{"credentials": self.root, **how})

    def audited(self):
        with open(self.running.log.name, encoding="utf-8") as text:
            return [json.loads(line) for line in text.read().splitlines() if line.startswith('{"audit"')]

    def stop(self):
        return self.running.stop()
