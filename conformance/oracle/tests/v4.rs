//! Version 4: the examples of its page, a violation of each clause, and the laws of section 8.2.

#[path = "v4/examples.rs"]
mod examples;
#[path = "v4/matching.rs"]
mod matching;
#[path = "v4/support.rs"]
mod support;
#[path = "v4/violations.rs"]
mod violations;
#[path = "v4/writing.rs"]
mod writing;
