//! `shumar publish`: the site and the data files, from releases alone.

use serde_json::json;
use shumar_publish::Planned;
use shumar_schemas::config::ReleasePlan;

use crate::failure::Failure;
use crate::home::Home;
use crate::output::{Output, Progress, Rows};

/// The release calendar as it is announced. Releases of several years have no next one.
fn planned(home: &Home) -> Vec<Planned> {
    let one = |plan: &ReleasePlan| {
        let months = match plan.every.as_str() {
            "year" => 12,
            "quarter" => 3,
            _ => return None,
        };
        let (release, title) = (plan.id.clone(), plan.title.clone());
        Some(Planned { release, title, months, due: plan.due.map(|due| (due.months, due.day)) })
    };
    home.config.releases.iter().filter_map(one).collect()
}

pub(crate) fn run(home: &Home, progress: &Progress) -> Result<Output, Failure> {
    let site = home.dir.join("site");
    if shumar_rti::Desk::exists(&home.dir) {
        super::rti::with_desk(home, |desk| Ok(desk.write_log()?))?;
    }
    // What comes to stand while the site is built is not in it, and is left to the next run.
    let wanted = crate::run::site::wanted(home)?;
    let keys = home.dir.join("keys");
    let before = std::fs::read_to_string(site.join(shumar_publish::SIGNED)).ok();
    let seal = |list: &[u8]| {
        let signed = shumar_transform::sign_site(&keys, list, before.clone());
        signed.map_err(|error| error.to_string())
    };
    let published = shumar_publish::publish(
        &home.dir.join("releases"),
        &site,
        &planned(home),
        &seal,
        &mut |done, all| {
            progress.now(format!("publishing {done} of {all}"));
        },
    )?;
    let detail = format!("site/ with {} releases", published.releases);
    home.enter("publish", &detail)?;
    crate::run::site::note(home, &wanted)?;
    let index = site.join("index.html").display().to_string();
    let text = format!(
        "The site holds {} releases with {} tables: {} pages and {} other files.\nOpen {index}",
        published.releases,
        published.tables,
        published.pages,
        published.files - published.pages
    );
    let json = json!({
        "site": site.display().to_string(),
        "index": index,
        "releases": published.releases,
        "tables": published.tables,
        "pages": published.pages,
        "files": published.files,
    });
    Ok(Output { text, json, rows: Rows::default(), code: 0 })
}
