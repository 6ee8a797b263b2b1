//! The pages for administrators: everybody's PATs, policies, audit, leaks.
