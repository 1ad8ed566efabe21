import { scriptEnd, scriptPreamble, wholeScript } from "../host-script.ts";

/** What is cheap and read at every observation; only files of /proc and commands that never wait for a device. */
const quickSections = `
file os-release 16384 /etc/os-release
run uname 1024 uname -snrm
file boot-id 256 /proc/sys/kernel/random/boot_id
file uptime 256 /proc/uptime
file loadavg 256 /proc/loadavg
run nproc 64 nproc
file meminfo 16384 /proc/meminfo
file mdstat 65536 /proc/mdstat
file mounts 262144 /proc/mounts
begin packages
for manager in apt-get dnf yum apk pacman; do
  if has "$manager"; then echo "$manager"; fi
done
finish 0
begin reboot-flag
for flag in /run/reboot-required /var/run/reboot-required; do
  if [ -e "$flag" ]; then
    echo required
    if [ -r "$flag.pkgs" ]; then head -c 4096 "$flag.pkgs"; fi
    break
  fi
done
finish 0
if [ -d /boot ]; then run boot 16384 ls /boot; fi
if [ -d /lib/modules ]; then run modules 16384 ls /lib/modules; fi
if timeout -s KILL 5 df -P -k -l / >/dev/null 2>&1; then heavy df 65536 5 df -P -k -l
else heavy df 65536 5 df -P -k; fi
if has systemctl; then heavy units 65536 5 systemctl --failed --no-legend --plain --no-pager; fi
`.trim();

/** What costs processor time or touches disks; read seldom. The variable `sudo` says whether sudo may be tried. */
const maintenanceSections = `
if has apt-get; then
  heavy updates-apt 524288 20 apt-get -s -q -o Debug::NoLocking=true --with-new-pkgs upgrade
elif has dnf; then
  heavy updates-dnf 524288 15 dnf -q -C check-update
  heavy updates-dnf-security 524288 15 dnf -q -C check-update --security
  heavy needs-restarting 4096 10 dnf -q -C needs-restarting -r
elif has yum; then
  heavy updates-dnf 524288 15 yum -q -C check-update
  heavy updates-dnf-security 524288 15 yum -q -C check-update --security
  heavy needs-restarting 4096 10 needs-restarting -r
elif has apk; then
  heavy updates-apk 262144 10 apk version -l '<'
elif has pacman; then
  heavy updates-pacman 262144 10 pacman -Qu
fi
root=
if has smartctl && [ "$limited" = yes ]; then
  if [ "$user" != 0 ]; then
    root=none
    if [ "$sudo" = try ] && has sudo; then
      if timeout -s KILL 5 sudo -n smartctl --version </dev/null >/dev/null 2>&1; then
        root='sudo -n'
      else
        begin sudo-refused
        finish 0
      fi
    fi
  fi
  if [ "$root" != none ]; then
    timeout -s KILL 5 $root smartctl --scan </dev/null 2>/dev/null | head -n 24 |
      while read -r device option kind rest; do
        case $device in /dev/*) ;; *) continue ;; esac
        if [ "$option" != -d ]; then kind=auto; fi
        heavy "smart $device" 65536 6 $root smartctl --json=c -n standby -i -H -A -d "$kind" "$device"
      done
  fi
fi
`.trim();

export interface FactsScriptOptions {
  mark: string;
  /** Reads the costly part (updates, SMART) too. */
  maintenance: boolean;
  /** Whether sudo may be tried for SMART; false once a host has refused it, for each refusal is reported there. */
  sudo: boolean;
}

/**
 * The one script that reads a host. POSIX sh without extensions (dash, BusyBox, any Linux), in the C locale, as an
 * unprivileged user, without writing anything. Every section is optional and bounded in bytes; what could wait for
 * a dead device or a slow package manager is bounded in time as well, and left out where `timeout` is not to be had.
 */
export function factsScript(options: FactsScriptOptions): string {
  const parts = [scriptPreamble(options.mark), `sudo=${options.sudo ? "try" : "never"}`, quickSections];
  if (options.maintenance) parts.push(maintenanceSections);
  parts.push(scriptEnd);
  return wholeScript(parts.join("\n"));
}
