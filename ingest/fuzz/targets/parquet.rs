//! See `shumar_fuzz`.
#![no_main]

shumar_fuzz::target!(Parquet);
