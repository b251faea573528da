//! What the reading thread tells, sheet by sheet and line by line.

use std::collections::VecDeque;
use std::sync::mpsc::Receiver;

use super::merged::Merged;
use super::source::{Line, Part};
use crate::rows::header::SEARCHED;
use crate::{IngestError, Note};

/// The parts of a workbook, as they come.
pub(super) struct Feed {
    parts: Receiver<Result<Part, IngestError>>,
    /// What was noticed about the workbook.
    pub(super) notes: Vec<Note>,
    /// Lines of the sheet at hand that have come.
    lines: VecDeque<Line>,
    /// The sheet that begins behind them.
    next: Option<(u16, Vec<Merged>)>,
}

impl Feed {
    pub(super) fn new(parts: Receiver<Result<Part, IngestError>>) -> Self {
        Self { parts, notes: Vec::new(), lines: VecDeque::new(), next: None }
    }

    /// The next line of the sheet at hand.
    pub(super) fn next_line(&mut self) -> Result<Option<Line>, IngestError> {
        while self.lines.is_empty() && self.more()? {}
        Ok(self.lines.pop_front())
    }

    /// Goes to the next sheet; what is left of the one at hand is passed over.
    pub(super) fn next_sheet(&mut self) -> Result<Option<(u16, Vec<Merged>)>, IngestError> {
        while self.more()? {}
        self.lines.clear();
        Ok(self.next.take())
    }

    /// The lines among which the header is, which stay to be read.
    pub(super) fn first_lines(
        &mut self,
        header_row: Option<u32>,
    ) -> Result<Vec<Line>, IngestError> {
        let enough = |lines: &VecDeque<Line>| match header_row {
            Some(row) => lines.back().is_some_and(|l| l.number >= u64::from(row)),
            None => lines.len() >= SEARCHED,
        };
        while !enough(&self.lines) && self.more()? {}
        let wanted = |l: &&Line| header_row.is_none_or(|row| l.number <= u64::from(row));
        let lines = self.lines.iter().take_while(wanted);
        Ok(match header_row {
            Some(_) => lines.cloned().collect(),
            None => lines.take(SEARCHED).cloned().collect(),
        })
    }

    /// Passes over the lines up to a row.
    pub(super) fn skip_to(&mut self, row: u64) {
        while self.lines.pop_front_if(|l| l.number <= row).is_some() {}
    }

    /// Waits for more of the sheet at hand. Whether there was more.
    fn more(&mut self) -> Result<bool, IngestError> {
        if self.next.is_some() {
            return Ok(false);
        }
        match self.parts.recv() {
            Ok(part) => match part? {
                Part::Lines(lines) => self.lines.extend(lines),
                Part::Notes(notes) => self.notes = notes,
                Part::Sheet(place, areas) => {
                    self.next = Some((place, areas));
                    return Ok(false);
                }
            },
            // The thread has told everything.
            Err(_) => return Ok(false),
        }
        Ok(true)
    }
}
