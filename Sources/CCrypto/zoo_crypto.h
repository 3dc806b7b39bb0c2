// The message digests of OpenSSL's libcrypto. Its newer interface, EVP, reads configuration files and sets up providers before
// the first byte is hashed, which takes a millisecond of every start of the program: the older one hashes.
#pragma once
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
