//! Ready files for the system's own services: systemd, cron, the task scheduler of Windows.
//!
//! All name this program and the home by their whole paths, so that they need no `PATH`.

use std::path::Path;

/// What a unit is made from.
pub(crate) struct Unit<'a> {
    pub(crate) program: &'a Path,
    pub(crate) home: &'a Path,
    /// The timetable and its zone.
    pub(crate) cron: &'a str,
    pub(crate) zone: &'a str,
    /// Who is to run it, if it is known.
    pub(crate) user: Option<&'a str>,
}

impl Unit<'_> {
    /// A service of systemd that stays, is started again when it fails, and can write to the home
    /// only.
    pub(crate) fn systemd(&self) -> String {
        let (program, home) = (systemd(self.program), systemd(self.home));
        let user = match self.user {
            Some(user) => format!("User={user}"),
            None => "# User=the owner of the home".to_owned(),
        };
        format!(
            "# /etc/systemd/system/shumar.service
# then: systemctl daemon-reload && systemctl enable --now shumar
[Unit]
Description=shumar: takes files in, makes the releases that are due, builds the site
Documentation=man:shumar(1)
After=local-fs.target time-sync.target

[Service]
Type=exec
{user}
ExecStart={program} --home {home} schedule
Restart=on-failure
RestartSec=30
# It stops after the step at hand. Ending it sooner is safe; the next run goes on.
KillMode=mixed
TimeoutStopSec=15min
UMask=0077
Nice=10
IOSchedulingClass=best-effort
IOSchedulingPriority=7
# It may write to the home only. Hooks may use the network; give them more here if they need it.
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={home}
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
ProtectProc=invisible
NoNewPrivileges=yes
CapabilityBoundingSet=
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service

[Install]
WantedBy=multi-user.target
"
        )
    }

    /// A line of a crontab. Cron has the time of the machine, unless it knows `CRON_TZ`.
    pub(crate) fn cron(&self) -> String {
        let (program, home) = (shell(self.program), shell(self.home));
        format!(
            "# in `crontab -e` of the owner of the home
CRON_TZ={}
{} {program} --quiet --home {home} run >/dev/null
",
            self.zone, self.cron
        )
    }

    /// A task of Windows that begins with the machine, stays, and is started again when it fails.
    pub(crate) fn windows(&self) -> String {
        let (program, home) = (xml(self.program), xml(self.home));
        let user = self.user.map(escaped).unwrap_or_default();
        let user = if user.is_empty() {
            String::new()
        } else {
            format!("\n      <UserId>{user}</UserId>")
        };
        format!(
            r#"<?xml version="1.0"?>
<!-- schtasks /create /tn shumar /xml shumar.xml -->
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>shumar: takes files in, makes the releases that are due, builds the site</Description>
  </RegistrationInfo>
  <Triggers>
    <BootTrigger>
      <Enabled>true</Enabled>
    </BootTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">{user}
      <LogonType>S4U</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>999</Count>
    </RestartOnFailure>
    <Enabled>true</Enabled>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{program}</Command>
      <Arguments>--home "{home}" schedule</Arguments>
    </Exec>
  </Actions>
</Task>
"#
        )
    }
}

/// A path as a word of a unit file.
fn systemd(path: &Path) -> String {
    let text = path.display().to_string();
    let quoted = text.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%");
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@".contains(c);
    if text.chars().all(plain) { text } else { format!("\"{quoted}\"").replace('$', "$$") }
}

/// A path as a word of a line of a crontab, which a shell reads after cron.
fn shell(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@".contains(c);
    if text.chars().all(plain) {
        return text;
    }
    format!("'{}'", text.replace('\'', r"'\''")).replace('%', r"\%")
}

fn xml(path: &Path) -> String {
    escaped(&path.display().to_string())
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_with_blanks_and_signs_stay_one_word() {
        let unit = Unit {
            program: Path::new("/opt/a b/shumar"),
            home: Path::new("/srv/100% of it's"),
            cron: "0 6 * * *",
            zone: "Asia/Karachi",
            user: Some("a&b"),
        };
        let systemd = unit.systemd();
        assert!(
            systemd
                .contains("ExecStart=\"/opt/a b/shumar\" --home \"/srv/100%% of it's\" schedule\n")
        );
        let cron = unit.cron();
        assert!(
            cron.contains(
                r"0 6 * * * '/opt/a b/shumar' --quiet --home '/srv/100\% of it'\''s' run"
            )
        );
        assert!(cron.contains("CRON_TZ=Asia/Karachi\n"));
        assert!(unit.windows().contains("<UserId>a&amp;b</UserId>"));
    }
}
