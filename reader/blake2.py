"""BLAKE2b (RFC 7693) alone: :mod:`hashlib` would load OpenSSL, which takes longer than all that a start digests."""

try:
    from _blake2 import blake2b
except ImportError:  # another Python than CPython, or a later one
    from hashlib import blake2b

__all__ = ["blake2b"]
