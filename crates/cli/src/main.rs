//! The command line of patcycle.

fn main() {}
