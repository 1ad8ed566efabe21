import { beforeEach, describe, expect, it } from "vitest";
import { scaledClock } from "../../world/clock.ts";
import { TestMachine } from "../testing.ts";

const start = Date.UTC(2025, 0, 6, 8);

describe("programs that answer from the World", () => {
  let tower: TestMachine;
  const output = async (script: string) => (await tower.run(script)).output;
  beforeEach(() => {
    tower = new TestMachine("tower-a", scaledClock(20_000, start));
  });

  it("shows a healthy tower", async () => {
    expect(await output("uname -snrm; nproc; hostname -f")).toBe(
      "Linux tower-a 6.1.0-27-amd64 x86_64\n16\ntower-a.atelier.example\n",
    );
    expect(await output("systemctl is-system-running; systemctl --failed --no-legend --plain")).toBe(
      "running\n",
    );
    expect(await output("grep -c UU /proc/mdstat; sudo -n mdadm --detail /dev/md1 | grep State.:")).toBe(
      "2\n             State : clean\n",
    );
  });

  it("shows every fault where an administrator looks for it", async () => {
    for (const words of ["disk-full", "raid-degraded", "smart-failing"])
      tower.world.inject([words, "tower-a"]);
    tower.world.inject(["unit-failed", "tower-a", "libvirtd"]);
    expect(await output("df -P / | awk 'NR==2 {print $5}'")).toBe("100%\n");
    expect(await output("grep -o '\\[._\\]' /proc/mdstat; cat /sys/block/md1/md/degraded")).toBe("[U_]\n1\n");
    expect(await output("systemctl --failed --no-legend --plain | cut -d' ' -f1")).toBe("libvirtd.service\n");
    expect(await output("systemctl is-system-running")).toBe("degraded\n");
    const smart = JSON.parse(await output("sudo -n smartctl --json=c -i -H -A -n standby -d auto /dev/sdb"));
    expect(smart.smart_status.passed).toBe(false);
    const healthy = JSON.parse(await output("sudo -n smartctl --json=c -i -H -A /dev/sda"));
    expect(healthy.smart_status.passed).toBe(true);
    expect((await tower.run("sudo -n apt-get -y upgrade")).status).toBe(100);
  });

  it("has no disk tools, and no disks to look into, on a VM", async () => {
    const vm = new TestMachine("staging-1");
    expect((await vm.run("command -v smartctl")).status).toBe(127);
    expect((await vm.run("/usr/lib/update-notifier/apt-check")).error).toMatch(/^\d+;\d+$/);
    expect((await tower.run("/usr/lib/update-notifier/apt-check")).status).toBe(127);
  });

  it("refuses an ordinary account what only root may do", async () => {
    const refused = await tower.run(
      "smartctl -H /dev/sda; mdadm --detail /dev/md0; systemctl restart cron; reboot; dmesg; apt-get -y upgrade",
    );
    expect(refused.status).toBe(100);
    expect(refused.output).toContain("Permission denied");
    expect(refused.error).toMatch(/super-user.*authentication required.*not permitted.*are you root/s);
    expect(tower.world.machine("tower-a").power).toBe("on");
  });

  it("says whether sudo would run a command, without running it", async () => {
    expect(
      (await tower.run("sudo -n -l systemctl reboot >/dev/null; echo $?; sudo -n -l nosuch; echo $?")).output,
    ).toBe("0\n1\n");
    expect(tower.world.machine("tower-a").power).toBe("on");
  });

  it("installs updates, with two package managers never at work at once", async () => {
    expect(await output("apt-get -s -q upgrade | grep -c ^Inst")).toBe("5\n");
    const both = await tower.run(
      "sudo apt-get -y upgrade >/tmp/one & sudo apt-get -y upgrade; wait; cat /tmp/one",
    );
    expect(both.error).toContain("Could not get lock");
    expect(both.output).toContain("Setting up linux-image-amd64");
    expect(await output("apt-get -s upgrade | grep -c ^Inst; cat /var/run/reboot-required.pkgs")).toBe(
      "0\nlinux-image-6.1.0-28-amd64\n",
    );
  });

  it("reboots: the command returns before the machine goes down", async () => {
    const before = tower.world.machine("tower-a").bootId;
    const up = new Promise<void>((resolve) => {
      tower.world.onChange(({ machine, what }) => {
        if (what === "power" && machine === "tower-a" && tower.world.machine(machine).power === "on")
          resolve();
      });
    });
    expect((await tower.run("sudo -n systemctl reboot")).status).toBe(0);
    await up;
    expect(await output("cat /proc/sys/kernel/random/boot_id")).not.toBe(`${before}\n`);
  });

  it("measures time as the World does", async () => {
    tower = new TestMachine("tower-a", scaledClock(50, start));
    expect(
      await output(
        "timeout 5 sleep 1; echo $?; timeout 2 sleep 50; echo $?; timeout -s KILL 2 sleep 50; echo $?",
      ),
    ).toBe("0\n124\n137\n");
    const seconds = await output("a=$(date +%s); sleep 5; b=$(date +%s); [ $((b-a)) -ge 4 ] && echo slept");
    expect(seconds).toBe("slept\n");
  });

  it("shows what runs under /proc and in ps", async () => {
    expect(await output("sleep 900000 & sleep 1; ps; cat /proc/[0-9]*/comm")).toMatch(
      /sleep 900000\n.*\nsleep\n/s,
    );
    tower.shell.lostPower();
    expect(await output("ps -e")).not.toContain("sleep");
  });
});
