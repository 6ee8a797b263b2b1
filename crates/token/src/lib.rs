//! The personal access token itself: minting, parsing, checksums and digests.
