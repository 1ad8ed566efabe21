import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Commands that could change the machine or ask its devices: each has a stand-in, whatever a test defines. */
const dangerous = [
  "sudo",
  "systemctl",
  "shutdown",
  "reboot",
  "apt-get",
  "dnf",
  "yum",
  "apk",
  "pacman",
  "smartctl",
  "needs-restarting",
];

/** A folder of stand-ins for commands, to be put in front of the search path of a local shell. */
export class FakeCommands {
  readonly folder = mkdtempSync(join(tmpdir(), "passerelle-commands-"));

  /** Stand-ins by name, as bodies of sh scripts; the dangerous ones that are left out end with 127. */
  constructor(commands: Record<string, string> = {}) {
    for (const name of dangerous) this.#write(name, "exit 127");
    for (const [name, body] of Object.entries(commands)) this.#write(name, body);
  }

  /** The environment for a shell that finds the stand-ins first. */
  get environment(): Record<string, string> {
    return { PATH: `${this.folder}:${process.env.PATH ?? "/usr/bin:/bin"}`, COMMANDS: this.folder };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #write(name: string, body: string): void {
    writeFileSync(join(this.folder, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  }
}
