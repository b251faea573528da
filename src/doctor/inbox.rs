//! The inbox: what waits, what was refused, what was taken in and not moved.

use super::{Findings, Grade, Patient};

pub(super) fn look(patient: &Patient, findings: &mut Findings) {
    let Ok((_, config)) = &patient.settings else { return };
    let ids: Vec<String> = config.providers.iter().map(|p| p.id.clone()).collect();
    let waiting = match shumar_ingest::waiting(&patient.dir, &ids) {
        Ok(waiting) => waiting,
        Err(e) => return findings.unlooked("inbox", &e.into()),
    };
    for id in &ids {
        let files: Vec<_> = waiting.iter().filter(|w| w.provider == *id).collect();
        let place = format!("inbox/{id}");
        let mut refused = 0;
        let mut taken = 0;
        for waiting in &files {
            let mut reason = waiting.file.clone().into_os_string();
            reason.push(".refused.txt");
            refused += usize::from(std::path::Path::new(&reason).is_file());
            let known = patient.sound().map(|register| {
                shumar_ingest::taken_already(register, id, &waiting.file).unwrap_or_default()
            });
            taken += usize::from(known.flatten().is_some());
        }
        if taken > 0 {
            findings.add(
                Grade::Warning,
                &place,
                format!(
                    "{taken} file(s) are in the lake already and were not moved to `accepted/`"
                ),
                "run `shumar ingest`: it moves them, and takes nothing in twice",
            );
        }
        if refused > 0 {
            findings.add(
                Grade::Warning,
                &place,
                format!("{refused} file(s) were refused and wait for a correction"),
                "send each office the report that lies beside its file",
            );
        }
        let others = files.len() - taken.min(files.len()) - refused.min(files.len() - taken);
        if others > 0 {
            findings.add(
                Grade::Note,
                &place,
                format!("{others} file(s) wait"),
                "run `shumar ingest`",
            );
        }
    }
    for stray in shumar_ingest::strays(&patient.dir, &ids).unwrap_or_default() {
        findings.add(Grade::Warning, "inbox", stray, "see there");
    }
}
