#pragma once

// A certificate for tests: of CN=alice,O=Acme\, Inc., valid from 2026 to 2126.
namespace stator::auth {

inline constexpr char kTestCertificate[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBoDCCAUegAwIBAgIUALa77/6H3S3RgJ/+10ZKJAxSnC0wCgYIKoZIzj0EAwIw\n"
    "JTETMBEGA1UECgwKQWNtZSwgSW5jLjEOMAwGA1UEAwwFYWxpY2UwIBcNMjYxMTI1\n"
    "MTcxNTA0WhgPMjEyNjExMDExNzE1MDRaMCUxEzARBgNVBAoMCkFjbWUsIEluYy4x\n"
    "DjAMBgNVBAMMBWFsaWNlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAExogV+vam\n"
    "em6s+KPxmmkD/v1Dhd/KprQjwv7Lvg2IzHgu7KI1/9Vk1DeTWSCLfIWE5fOLh1b5\n"
    "4fAw+8nyuwIVmaNTMFEwHQYDVR0OBBYEFC2YFdajL3+hw/POp3KQtfyIfrpEMB8G\n"
    "A1UdIwQYMBaAFC2YFdajL3+hw/POp3KQtfyIfrpEMA8GA1UdEwEB/wQFMAMBAf8w\n"
    "CgYIKoZIzj0EAwIDRwAwRAIgUDeSq60BzaUf1IsM3JVx42AABfhjU0O/QE8JR008\n"
    "UfUCIAVF8IVud7r4Ld9ox2PBhf+1N68zEW1TPOg53cMJ9Rtt\n"
    "-----END CERTIFICATE-----\n";
inline constexpr char kTestFingerprint[] =
    "34d99bf6c65f789c52e9c335070a0c2751f25d11632e9a69c289f7d386011be1";
inline constexpr long long kTestNotBeforeMicros = 1'795'626'904'000'000;
inline constexpr long long kTestNotAfterMicros = 4'949'226'904'000'000;

}  // namespace stator::auth
