#include "server/tls_session.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <stdlib.h>

#include "base/check.h"
#include "server/test_server.h"

namespace stator::server {
namespace {

// A fresh key and a self-signed certificate in files of their own.
class CertificateFiles {
 public:
  CertificateFiles() {
    std::string path = (std::filesystem::temp_directory_path() / "stator-tls-XXXXXX").string();
    STATOR_CHECK(mkdtemp(path.data()) != nullptr);
    directory_ = path;
    Renew();
  }
  ~CertificateFiles() { std::filesystem::remove_all(directory_); }
  CertificateFiles(const CertificateFiles&) = delete;
  CertificateFiles& operator=(const CertificateFiles&) = delete;

  void Renew() const {
    EVP_PKEY* const key = EVP_EC_gen("P-256");
    X509* const certificate = X509_new();
    STATOR_CHECK(key != nullptr && certificate != nullptr);
    STATOR_CHECK(X509_set_version(certificate, 2) == 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_NAME* const name = X509_get_subject_name(certificate);
    STATOR_CHECK(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                            reinterpret_cast<const unsigned char*>("test"), -1, -1,
                                            0) == 1);
    STATOR_CHECK(X509_set_issuer_name(certificate, name) == 1);
    STATOR_CHECK(X509_set_pubkey(certificate, key) == 1);
    STATOR_CHECK(X509_sign(certificate, key, EVP_sha256()) > 0);
    BIO* file = BIO_new_file(options().certificate_path.c_str(), "w");
    STATOR_CHECK(PEM_write_bio_X509(file, certificate) == 1);
    BIO_free(file);
    file = BIO_new_file(options().key_path.c_str(), "w");
    STATOR_CHECK(PEM_write_bio_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
    BIO_free(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
  }

  TlsOptions options() const {
    return {.certificate_path = directory_ + "/cert.pem", .key_path = directory_ + "/key.pem"};
  }

 private:
  std::string directory_;
};

// A client in memory, which trusts everybody.
class Client {
 public:
  explicit Client(int version) : context_(SSL_CTX_new(TLS_client_method())) {
    STATOR_CHECK(SSL_CTX_set_min_proto_version(context_, version) == 1);
    STATOR_CHECK(SSL_CTX_set_max_proto_version(context_, version) == 1);
    SSL_CTX_set_session_cache_mode(context_, SSL_SESS_CACHE_CLIENT);
    Connect();
  }
  ~Client() {
    SSL_free(session_);
    SSL_CTX_free(context_);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void Connect() {
    SSL_SESSION* const resumed = session_ == nullptr ? nullptr : SSL_get1_session(session_);
    SSL_free(session_);
    session_ = SSL_new(context_);
    in_ = BIO_new(BIO_s_mem());
    out_ = BIO_new(BIO_s_mem());
    BIO_set_mem_eof_return(in_, -1);
    SSL_set_bio(session_, in_, out_);
    SSL_set_connect_state(session_);
    if (resumed != nullptr) {
      STATOR_CHECK(SSL_set_session(session_, resumed) == 1);
      SSL_SESSION_free(resumed);
    }
  }

  // Carries bytes between the two until neither has any. Returns the server's last word.
  TlsSession::Status Run(TlsSession& server, ReadBuffer& plain, size_t piece_bytes = 16'384) {
    TlsSession::Status status = TlsSession::Status::kOpen;
    while (true) {
      Advance();
      std::string to_server = TakeOutput();
      if (to_server.empty() && server.unsent().empty()) {
        return status;
      }
      for (size_t at = 0; at < to_server.size(); at += piece_bytes) {
        const std::string_view piece = std::string_view(to_server).substr(at, piece_bytes);
        server.received().Reserve(piece.size());
        piece.copy(server.received().FreeSpace(), piece.size());
        server.received().Produce(piece.size());
        status = server.Receive(plain);
      }
      const std::string answer(server.unsent());
      server.MarkSent(answer.size());
      BIO_write(in_, answer.data(), static_cast<int>(answer.size()));
    }
  }

  // The first bytes of a handshake.
  std::string Hello() {
    Advance();
    return TakeOutput();
  }

  void Write(std::string_view text) {
    STATOR_CHECK(SSL_write(session_, text.data(), static_cast<int>(text.size())) > 0);
  }
  void End() { (void)SSL_shutdown(session_); }
  const std::string& received() const { return received_; }
  bool resumed() const { return SSL_session_reused(session_) == 1; }

 private:
  void Advance() {
    char buffer[4096];
    for (int bytes = 1; bytes > 0;) {
      bytes = SSL_read(session_, buffer, sizeof(buffer));
      received_.append(buffer, bytes > 0 ? static_cast<size_t>(bytes) : 0);
    }
  }
  std::string TakeOutput() {
    char* data = nullptr;
    const auto bytes = BIO_get_mem_data(out_, &data);
    const std::string output(data, static_cast<size_t>(bytes));
    BIO_reset(out_);
    return output;
  }

  SSL_CTX* const context_;
  SSL* session_ = nullptr;
  BIO* in_ = nullptr;
  BIO* out_ = nullptr;
  std::string received_;
};

TlsSession::Status Feed(TlsSession& server, std::string_view bytes) {
  ReadBuffer plain;
  server.received().Reserve(bytes.size());
  bytes.copy(server.received().FreeSpace(), bytes.size());
  server.received().Produce(bytes.size());
  return server.Receive(plain);
}

TEST(TlsSession, CarriesBytesBothWays) {
  const CertificateFiles files;
  const auto context = *TlsContext::Load(files.options());
  const std::string question(100'000, 'q');
  const std::string answer(300'000, 'a');
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    for (const size_t piece_bytes : {size_t{1}, size_t{700}, size_t{16'384}}) {
      TlsSession server(*context);
      ReadBuffer plain;
      Client client(version);
      EXPECT_FALSE(server.established());
      EXPECT_EQ(client.Run(server, plain, piece_bytes), TlsSession::Status::kOpen);
      EXPECT_TRUE(server.established());
      EXPECT_FALSE(server.ClientCertificate().has_value());
      client.Write(question);
      EXPECT_EQ(client.Run(server, plain, piece_bytes), TlsSession::Status::kOpen);
      EXPECT_TRUE(plain.view() == question) << plain.size();
      ASSERT_TRUE(server.Send(answer));
      (void)client.Run(server, plain);
      EXPECT_TRUE(client.received() == answer) << client.received().size();
      client.End();
      EXPECT_EQ(client.Run(server, plain), TlsSession::Status::kEnded);
    }
  }
}

TEST(TlsSession, ResumesByTicket) {
  const CertificateFiles files;
  const auto context = *TlsContext::Load(files.options());
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    Client client(version);
    ReadBuffer plain;
    TlsSession first(*context);
    (void)client.Run(first, plain);
    EXPECT_FALSE(client.resumed());
    client.End();  // a session that was not ended must not be resumed
    (void)client.Run(first, plain);
    client.Connect();
    TlsSession second(*context);
    (void)client.Run(second, plain);
    EXPECT_TRUE(second.established());
    EXPECT_TRUE(client.resumed()) << version;
  }
}

TEST(TlsSession, RefusesOldVersions) {
  const CertificateFiles files;
  const auto context = *TlsContext::Load(files.options());
  TlsSession server(*context);
  ReadBuffer plain;
  Client client(TLS1_1_VERSION);
  (void)client.Run(server, plain);
  EXPECT_FALSE(server.established());
}

// W23
TEST(TlsSession, TellsHttpFromGarbage) {
  const CertificateFiles files;
  const auto context = *TlsContext::Load(files.options());
  TlsSession http(*context);
  EXPECT_EQ(Feed(http, "POST / HTTP/1.1\r\nHost: h\r\n\r\n"), TlsSession::Status::kPlainHttp);
  TlsSession garbage(*context);
  EXPECT_EQ(Feed(garbage, std::string(100, '\xff')), TlsSession::Status::kFailed);
  TlsSession later(*context);
  ReadBuffer plain;
  Client client(TLS1_3_VERSION);
  (void)client.Run(later, plain);
  EXPECT_EQ(Feed(later, std::string(100, 'x')), TlsSession::Status::kFailed);
  EXPECT_FALSE(later.Send("too late"));
}

TEST(TlsContext, SaysWhatIsWrongWithFiles) {
  const CertificateFiles files;
  const CertificateFiles others;
  const auto refusal = [](const TlsOptions& options) {
    const auto loaded = TlsContext::Load(options);
    return loaded.ok() ? "accepted" : loaded.error().message;
  };
  TlsOptions options = files.options();
  EXPECT_EQ(refusal(options), "accepted");
  options.key_path = others.options().key_path;
  EXPECT_NE(refusal(options).find("no key that fits"), std::string::npos) << refusal(options);
  options.key_path = options.certificate_path;
  EXPECT_NE(refusal(options), "accepted");
  options.key_path = "/nowhere/key.pem";
  EXPECT_EQ(refusal(options), "/nowhere/key.pem: No such file or directory");
  options = files.options();
  options.client_ca_path = options.key_path;
  EXPECT_NE(refusal(options), "accepted");
}

TEST(TlsContextSource, KeepsWhatWorks) {
  const CertificateFiles files;
  TlsContextSource source(files.options(), *TlsContext::Load(files.options()));
  const auto first = source.Current();
  files.Renew();
  EXPECT_TRUE(source.Reload().ok());
  const auto second = source.Current();
  EXPECT_NE(first, second);
  std::filesystem::remove(files.options().key_path);
  EXPECT_FALSE(source.Reload().ok());
  EXPECT_EQ(source.Current(), second);
}

// Handshakes run beside the loops: clients leave meanwhile, and so does the server.
TEST(TlsServer, StopsWhileHandshakesRun) {
  const CertificateFiles files;
  HttpServerOptions options;
  options.tls = files.options();
  TestServer server(Echo(), std::move(options));
  Client tls(TLS1_3_VERSION);
  const std::string hello = tls.Hello();
  std::vector<std::unique_ptr<TestClient>> staying;
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(TestClient(server.port()).Send(hello));
    staying.push_back(std::make_unique<TestClient>(server.port()));
    EXPECT_TRUE(staying.back()->Send(i % 2 == 0 ? hello : hello.substr(0, 20)));
  }
  const auto start = std::chrono::steady_clock::now();
  server.server().Stop();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

}  // namespace
}  // namespace stator::server
