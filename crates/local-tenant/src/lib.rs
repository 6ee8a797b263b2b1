//! An Entra-compatible identity endpoint on loopback, for development and tests only.
