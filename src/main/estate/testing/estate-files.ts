import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { amtSystemSchema } from "../../../shared/systems/amt.ts";
import { sshSystemSchema } from "../../../shared/systems/ssh.ts";
import { vncSystemSchema } from "../../../shared/systems/vnc.ts";
import { checkEstate } from "../check.ts";

/** The systems that estates in tests may have unless they say otherwise. */
export const configs = { ssh: sshSystemSchema, amt: amtSystemSchema, vnc: vncSystemSchema };

/** A folder of estate files for one test. */
export class EstateFiles {
  readonly folder = mkdtempSync(join(tmpdir(), "passerelle-estate-"));

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  write(name: string, source: string | Buffer): string {
    const file = join(this.folder, name);
    writeFileSync(file, source);
    return file;
  }

  /** The faults of one file as `line:column message`, with the file's own path taken out. */
  async faultsOf(source: string | Buffer): Promise<string[]> {
    const file = this.write("estate.yaml", source);
    const { lines } = await checkEstate(file, configs);
    return lines.map((line) => line.replaceAll(`${file}:`, ""));
  }
}
