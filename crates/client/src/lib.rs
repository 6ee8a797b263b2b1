//! The client library: typed calls, paging, retries, errors in plain words, and the one rotation engine.
