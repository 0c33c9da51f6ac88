#include "cli/self_signed.h"

#include <filesystem>
#include <fstream>
#include <memory>

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <sys/stat.h>

namespace stator::cli {
namespace {

// Writes into a directory of its own.
class SelfSigned : public testing::Test {
 protected:
  SelfSigned() {
    std::string path = (std::filesystem::temp_directory_path() / "stator-cert-XXXXXX").string();
    EXPECT_NE(mkdtemp(path.data()), nullptr);
    directory_ = path;
    options_.certificate_path = directory_ + "/cert.pem";
    options_.key_path = directory_ + "/key.pem";
    options_.names = {"db.example.com", "127.0.0.1", "::1"};
  }
  ~SelfSigned() override { std::filesystem::remove_all(directory_); }

  SelfSignedOptions options_;
  std::string directory_;
};

TEST_F(SelfSigned, WritesWhatNamesTheServer) {
  ASSERT_TRUE(WriteSelfSigned(options_).ok());
  const std::unique_ptr<BIO, decltype(&BIO_free)> file(
      BIO_new_file(options_.certificate_path.c_str(), "r"), &BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr), &X509_free);
  ASSERT_NE(certificate, nullptr);
  EXPECT_EQ(X509_check_host(certificate.get(), "db.example.com", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(certificate.get(), "example.com", 0, 0, nullptr), 0);
  EXPECT_EQ(X509_check_ip_asc(certificate.get(), "127.0.0.1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(certificate.get(), "::1", 0), 1);
  EXPECT_EQ(X509_check_ca(certificate.get()), 0);
  EXPECT_EQ(X509_verify(certificate.get(), X509_get0_pubkey(certificate.get())), 1);
}

TEST_F(SelfSigned, KeepsTheKeyForItsOwner) {
  ASSERT_TRUE(WriteSelfSigned(options_).ok());
  struct stat status {};
  ASSERT_EQ(stat(options_.key_path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(SelfSigned, ReplacesNothing) {
  std::ofstream(options_.certificate_path) << "mine";
  EXPECT_FALSE(WriteSelfSigned(options_).ok());
  EXPECT_EQ(std::filesystem::file_size(options_.certificate_path), 4U);
  EXPECT_FALSE(std::filesystem::exists(options_.key_path));
}

TEST_F(SelfSigned, RefusesWhatIsNoName) {
  for (const std::string name : {"", "a,DNS:b", "a b", "a/b", "\n"}) {
    options_.names = {name};
    EXPECT_FALSE(WriteSelfSigned(options_).ok()) << name;
  }
  options_.names = {};
  EXPECT_FALSE(WriteSelfSigned(options_).ok());
}

}  // namespace
}  // namespace stator::cli
