//! What shows that a block of a run is what was written: a checksum, or the seal of an encrypted lake.

use std::fs::File;
use std::io::{Read, Seek};

use shumar_seal::{HEADER, Pieces, Seal, TAG};

use crate::IngestError;

/// For what the keys of runs are derived.
const PURPOSE: &str = "shumar places/1";
const SUM: usize = 4;

/// How the blocks of one run are kept.
pub(super) enum Guard {
    /// As they are, with a checksum.
    Sum,
    /// Sealed, after a header.
    Sealed(Box<Pieces>),
}

impl Guard {
    /// For a new run, and how that begins.
    pub(super) fn new(seal: &Seal) -> Result<(Vec<u8>, Self), IngestError> {
        Ok(match seal.pieces(PURPOSE)? {
            Some((header, pieces)) => (header.to_vec(), Self::Sealed(Box::new(pieces))),
            None => (Vec::new(), Self::Sum),
        })
    }

    /// For a run that is there; `None` if it is not of this lake.
    pub(super) fn of(seal: &Seal, file: &mut File) -> Result<Option<Self>, IngestError> {
        if !seal.is_on() {
            return Ok(Some(Self::Sum));
        }
        let mut header = [0; HEADER];
        let read = file.rewind().and_then(|()| file.read_exact(&mut header));
        if read.is_err() {
            // A file that is too short is damaged, whatever the key.
            return Ok(None);
        }
        Ok(seal.begun(PURPOSE, &header)?.map(|pieces| Self::Sealed(Box::new(pieces))))
    }

    /// Where the first block begins.
    pub(super) fn begin(&self) -> u64 {
        match self {
            Self::Sum => 0,
            Self::Sealed(_) => HEADER as u64,
        }
    }

    /// How long a block of so many bytes is in the file.
    pub(super) fn long(&self, block: usize) -> usize {
        block
            + match self {
                Self::Sum => SUM,
                Self::Sealed(_) => TAG,
            }
    }

    /// Makes a block ready to be written.
    pub(super) fn close(&self, number: u64, block: &mut Vec<u8>) -> Result<(), IngestError> {
        match self {
            Self::Sum => {
                let sum = crc32fast::hash(block);
                block.extend_from_slice(&sum.to_le_bytes());
            }
            Self::Sealed(pieces) => pieces.seal(number, block)?,
        }
        Ok(())
    }

    /// Makes a block that was read what it was; `false` if it is damaged.
    pub(super) fn check(&self, number: u64, block: &mut Vec<u8>) -> bool {
        match self {
            Self::Sum => {
                let Some((bytes, sum)) = block.split_last_chunk::<SUM>() else { return false };
                let (length, whole) = (bytes.len(), crc32fast::hash(bytes).to_le_bytes() == *sum);
                block.truncate(length);
                whole
            }
            Self::Sealed(pieces) => pieces.open(number, block),
        }
    }
}
