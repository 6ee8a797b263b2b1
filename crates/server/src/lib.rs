//! Assembly: configuration, listeners, TLS, jobs, metrics, shutdown; the development twin.
