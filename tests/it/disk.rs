//! A disk that is full, read-only or somebody else's: a clear message, nothing half done, and with room
//! again the same commands finish.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::faults::{copy, nothing_left};
use crate::support::{ANNUAL, digests, json, police, run, text};

const VERBS: [&[&str]; 5] = [
    &["ingest"],
    &["release", "annual", "--period", "2025"],
    &["publish"],
    &["rti", "new", "--from", "../request.toml"],
    &["nil", "cell", "--month", "2023-05"],
];

/// A home in which every verb has something to write.
fn busy() -> tempfile::TempDir {
    let dir = police("4", ANNUAL);
    let home = dir.path().join("home");
    let file = home.join("shumar.toml");
    let settings = std::fs::read_to_string(&file).expect("settings");
    let name = "name = { en = \"Test commission\" }";
    let settings = settings.replace(name, &format!("{name}\njurisdiction = \"pk-kp\""));
    let expects = "kind = \"police\"\nexpects = { every = \"month\", from = \"2023-01\" }\n";
    let settings = settings.replace("kind = \"police\"\n", expects);
    std::fs::write(&file, format!("{settings}\n[rti]\nofficer = \"A. Officer\"\n"))
        .expect("settings");
    json(&home, &["release", "annual", "--period", "2024"]);
    json(&home, &["publish"]);
    let rows: String = (0..3000)
        .map(|key| format!("zq{key},zqu{},2025-{:02},Swat,rape,fir\n", key / 3, 1 + key % 12))
        .collect();
    let content =
        format!("no,token,month,district,offence,result\n{rows}bad,u,2025-99,Swat,rape,fir\n");
    std::fs::write(home.join("inbox/cell/more.csv"), content).expect("a file");
    let request = "channel = \"hand\"\nsubject = \"complaints\"\nlanguage = \"en\"\n[applicant]\nname = \"Somebody\"\n";
    std::fs::write(dir.path().join("request.toml"), request).expect("a request");
    dir
}

/// What must hold of a command that could not write.
fn refused(code: Option<i32>, told: &str, what: &str) {
    assert!(matches!(code, Some(1 | 2)), "{what}: {code:?} {told}");
    assert!(told.contains("hint: "), "{what}: {told}");
    assert!(!told.contains("the program failed"), "{what}: {told}");
    assert!(!told.contains("zq"), "{what}: {told}");
}

/// With room again everything is done, once, and nothing is left.
fn done(home: &Path, what: &str) {
    for verb in VERBS {
        let mut output = command(home, verb).output().expect("the program starts");
        if text(&output).contains("`--redraw`") {
            output = command(home, &[verb, &["--redraw"]].concat()).output().expect("a run");
        }
        assert_eq!(output.status.code(), Some(0), "{what}: {verb:?}: {}", text(&output));
    }
    // The request was entered after the site was built.
    json(home, &["publish"]);
    crate::kills::tidy(home);
    crate::faults::all_paid(home, what);
    assert_eq!(json(home, &["verify"])["verified"], true, "{what}");
    nothing_left(home, &["disk"], what);
}

fn command(home: &Path, verb: &[&str]) -> Command {
    let mut command = crate::support::shumar();
    command.current_dir(home).arg("--home").arg(home).args(verb);
    command
}

#[test]
fn a_file_that_may_not_grow_is_told() {
    let dir = busy();
    // The signal is ignored, so that the write fails as it does on a full disk.
    let script = "trap '' XFSZ; ulimit -f \"$1\"; shift; exec \"$@\"";
    let mut failed = 0;
    for blocks in ["0", "4", "64", "200"] {
        let place = tempfile::tempdir().expect("a folder");
        copy(dir.path(), place.path());
        let home = place.path().join("home");
        for verb in VERBS {
            let mut limited = Command::new("sh");
            limited.current_dir(&home).args(["-c", script, "sh", blocks]);
            limited.arg(env!("CARGO_BIN_EXE_shumar")).arg("--home").arg(&home).args(verb);
            let output = limited.output().expect("a shell");
            let told = text(&output);
            if output.status.code() != Some(0) {
                failed += 1;
                refused(output.status.code(), &told, &format!("{blocks} blocks: {verb:?}"));
            }
        }
        let before = json(&home, &["rti", "list"]).as_array().map_or(0, Vec::len);
        assert!(before <= 1);
        done(&home, &format!("after {blocks} blocks"));
    }
    assert!(failed > 8, "{failed}");
}

const SKIPPED: &str =
    "skipped: this machine does not let the test mount a folder (it needs to be root)";

/// Whether this machine lets us mount folders for ourselves alone.
fn may_mount() -> bool {
    Command::new("unshare")
        .args(["-m", "sh", "-c", "mount -t tmpfs none /mnt"])
        .output()
        .is_ok_and(|o| o.status.success())
}

/// Runs a script with mounts of its own, which end with it.
fn unshared(script: &str, arguments: &[&Path]) -> Output {
    let mut command = Command::new("unshare");
    command.args(["-m", "sh", "-c", script, "sh"]).arg(env!("CARGO_BIN_EXE_shumar"));
    command.args(arguments).output().expect("a shell")
}

#[test]
fn a_full_disk_is_told_and_with_room_again_all_is_done() {
    if !may_mount() {
        println!("{SKIPPED}");
        return;
    }
    let dir = busy();
    // $1 the program, $2 the base, $3 where the disk is, $4 where it is copied to in the end.
    let script = r#"
        mount -t tmpfs -o size=96m none "$3" && cp -a "$2/." "$3/" && cd "$3/home" || exit 9
        head -c 200M /dev/zero > "$3/filler" 2>/dev/null
        for left in 0 8 40 120 400 1500; do
            truncate -s "-${left}K" "$3/filler"
            for verb in "ingest" "release annual --period 2025" "publish" \
                "rti new --from ../request.toml" "nil cell --month 2023-05"; do
                "$1" --home . $verb > "$4/told" 2>&1; code=$?
                if [ $code -ne 0 ]; then
                    echo "== $code $verb ($left)"; cat "$4/told"
                fi
            done
            head -c 200M /dev/zero >> "$3/filler" 2>/dev/null
        done
        "$1" --home . doctor
        rm "$3/filler" "$4/told"; cp -a "$3/." "$4/"
    "#;
    let [disk, out] = ["disk", "out"].map(|name| {
        let folder = dir.path().with_file_name(format!(
            "{}-{name}",
            dir.path().file_name().expect("a name").to_string_lossy()
        ));
        std::fs::create_dir(&folder).expect("a folder");
        Gone(folder)
    });
    let output = unshared(script, &[dir.path(), &disk.0, &out.0]);
    let told = text(&output);
    assert_eq!(output.status.code(), Some(0), "{told}");
    let (ended, doctor) = told.rsplit_once("warning: . (disk)").expect("the doctor sees the disk");
    assert!(doctor.contains("MB are free"), "{doctor}");
    let mut failed = 0;
    for part in ended.split("== ").skip(1) {
        let code = part.split(' ').next().and_then(|c| c.parse().ok());
        let part = part.split("serious: ").next().unwrap_or_default();
        refused(code, part, "a full disk");
        failed += 1;
    }
    assert!(failed > 8, "{failed}: {told}");
    done(&out.0.join("home"), "after the disk was full");
}

/// A folder that is removed in the end.
struct Gone(PathBuf);

impl Drop for Gone {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_folder_that_can_only_be_read_is_told() {
    if !may_mount() {
        println!("{SKIPPED}");
        return;
    }
    let dir = busy();
    let home = dir.path().join("home");
    let before = digests(&home);
    let script = r#"
        mount --bind "$2" "$2" && mount -o remount,ro,bind "$2" && cd "$2" || exit 9
        for verb in "ingest" "release annual --period 2025" "publish" \
            "rti new --from ../request.toml" "nil cell --month 2023-05"; do
            "$1" --home . $verb 2>&1; echo "== $? $verb"
        done
    "#;
    let told = text(&unshared(script, &[&home]));
    let parts: Vec<&str> = told.split("== ").collect();
    assert_eq!(parts.len(), VERBS.len() + 1, "{told}");
    for pair in parts.windows(2) {
        let code = pair[1].split(' ').next().and_then(|c| c.parse().ok());
        refused(code, pair[0], pair[1]);
    }
    assert_eq!(digests(&home), before);
}

#[test]
fn a_home_of_somebody_else_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let dir = busy();
    let home = dir.path().join("home");
    let program = dir.path().join("shumar");
    std::fs::copy(env!("CARGO_BIN_EXE_shumar"), &program).expect("a copy of the program");
    for folder in [dir.path(), &home] {
        let open = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(folder, open).expect("permissions");
    }
    let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    let other = |verb: &[&str]| {
        let mut command = Command::new("setpriv");
        command.current_dir("/").args(nobody).arg(&program).arg("--home").arg(&home).args(verb);
        command.output()
    };
    if !other(&["--version"]).is_ok_and(|output| output.status.success()) {
        println!("skipped: this machine does not let the test run the program as somebody else");
        return;
    }
    let before = digests(&home);
    for verb in [&["status"][..], &["ingest"], VERBS[1], &["publish"], &["verify"]] {
        let output = other(verb).expect("the program starts");
        refused(output.status.code(), &text(&output), &format!("{verb:?}"));
    }
    let doctor = other(&["doctor"]).expect("the program starts");
    assert_eq!(doctor.status.code(), Some(1), "{}", text(&doctor));
    assert_eq!(digests(&home), before);
    // The owner finds everything as it was.
    assert_eq!(run(&home, &["status"]).status.code(), Some(0));
}
