//! SQL over published tables, and over nothing else.
