//! `shumar publish`: the site and the data files, from releases alone.

use serde_json::json;

use crate::failure::Failure;
use crate::home::Home;
use crate::output::{Output, Progress, Rows};

pub(super) fn run(home: &Home, progress: &Progress) -> Result<Output, Failure> {
    let site = home.dir.join("site");
    if shumar_rti::Desk::exists(&home.dir) {
        super::rti::with_desk(home, |desk| Ok(desk.write_log()?))?;
    }
    let published =
        shumar_publish::publish(&home.dir.join("releases"), &site, &mut |done, all| {
            progress.now(format!("publishing {done} of {all}"));
        })?;
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
