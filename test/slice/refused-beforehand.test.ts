import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SliceLab } from "./support/lab.ts";
import { OpenConsole } from "./support/open-console.ts";
import { passerelle, plainEnvironment, run } from "./support/programs.ts";

const restingConsole = fileURLToPath(new URL("fixtures/resting-console.ts", import.meta.url));

let lab: SliceLab;

beforeAll(async () => {
  lab = await SliceLab.start();
});
afterAll(async () => {
  await lab?.stop();
});

/** What `passerelle inventory` could not read on an estate, by resource. */
async function errorsOn(estate: string, dataFolder: string) {
  const words = ["inventory", "--json", "--estate", estate, "--data", lab.path(dataFolder)];
  const { code, output, error } = await passerelle(words);
  expect({ code, error }).toEqual({ code: 0, error: "" });
  const { errors } = JSON.parse(output) as {
    errors: {
      resource: string;
      error: { code: string; message: { en: string; fr: string }; hint: { en: string } };
    }[];
  };
  return new Map(errors.map(({ resource, error }) => [resource, error]));
}

async function allLogIns(): Promise<number> {
  const { machines } = await lab.control.status();
  return machines.reduce((sum, machine) => sum + machine.logIns.tried, 0);
}

describe("an allowlist", () => {
  it("that leaves this workstation out: refused before any credential, naming both sides", async () => {
    const estate = lab.estateWith("outside.yaml", (words) => words.replace("127.0.0.0/8", "198.51.100.0/24"));
    const errors = await errorsOn(estate, "outside");
    // The hosts, the cluster and the alerts.
    expect(errors.size).toBe(13);
    for (const error of errors.values()) {
      expect(error.code).toBe("reach.outside-allowlist");
      for (const words of [error.message.en, error.message.fr]) {
        expect(words).toContain("127.0.0.1");
        expect(words).toContain("198.51.100.0/24");
      }
    }
    expect(await allLogIns()).toBe(0);
    const words = ["act", "ssh.reboot", "tower-a", "--yes", "--reason", "trial", "--estate", estate];
    const act = await passerelle([...words, "--data", lab.path("outside")]);
    expect(act.code).toBe(1);
    expect(await allLogIns()).toBe(0);
  });

  it("behind the bounce is judged by the address that the bounce saw, before the host is asked anything", async () => {
    const estate = lab.estateWith("behind.yaml", (words) =>
      words
        .replace("  hops:", "    elsewhere:\n      - 198.51.100.0/24\n  hops:")
        .replace("    via: bounce\n    allowlist: workstation", "    via: bounce\n    allowlist: elsewhere"),
    );
    const before = await allLogIns();
    const errors = await errorsOn(estate, "behind");
    expect(errors.has("bounce")).toBe(false);
    expect(errors.get("tower-a")).toMatchObject({ code: "reach.outside-allowlist" });
    expect((await lab.machine("bounce")).logIns.accepted).toBeGreaterThan(0);
    expect(await allLogIns()).toBe(before + (await lab.logIns("bounce")));
  });
});

describe("a secret", () => {
  it("that is not there: says which, and sends nothing", async () => {
    const estate = lab.estateWith("no-secret.yaml", (words) =>
      words.replace("password: file:secrets/host-password", "password: file:secrets/no-such-file"),
    );
    const errors = await errorsOn(estate, "no-secret");
    expect(errors.get("tower-a")).toMatchObject({ code: "secrets.unknown" });
    expect(errors.get("tower-a")?.message.fr).toContain("secrets/no-such-file");
    expect(errors.get("tower-a")?.hint.en).not.toBe("");
    expect(await lab.logIns("tower-a")).toBe(0);
  });

  it("in a passphrase file that is locked: says so until the file is opened, by the right passphrase only", async () => {
    const estate = lab.estateWith("sealed.yaml", (words) =>
      words.replace("password: file:secrets/host-password", "password: keychain:host-password"),
    );
    const dataFolder = lab.path("sealed");
    const password = readFileSync(lab.path("lab", "secrets", "host-password"), "utf8").trim();
    let open = await OpenConsole.open({ estate, dataFolder });
    try {
      await open.until("the secret is missed", () => open.errorOf("tower-a") === "secrets.unknown");
      expect(await open.window.secrets.unlock({ passphrase: "a long passphrase" })).toEqual({
        created: true,
      });
      await open.window.secrets.set({ name: "host-password", value: password });
      await open.read("tower-a");
      await open.close();
      open = await OpenConsole.open({ estate, dataFolder });
      await open.until("it is locked", () => open.errorOf("tower-a") === "secrets.locked");
      const { needs } = await open.first(open.window.overview.watch());
      expect(needs.map((need) => need.key)).toContain("secrets");
      const before = await lab.logIns("tower-a");
      for (let attempt = 0; attempt < 3; attempt += 1) {
        await expect(open.window.secrets.unlock({ passphrase: "a wrong guess" })).rejects.toMatchObject({
          data: { code: "secrets.wrong-passphrase" },
        });
      }
      expect(await lab.logIns("tower-a")).toBe(before);
      await open.window.secrets.unlock({ passphrase: "a long passphrase" });
      await open.read("tower-a");
    } finally {
      await open.close();
    }
  });
});

describe("a second console on the same data folder", () => {
  it("is refused, names the first one and changes nothing", async () => {
    const folder = lab.path("taken");
    const first = run(restingConsole, [folder], plainEnvironment());
    await first.says("at rest");
    const before = snapshot(folder);
    const logIns = await allLogIns();
    for (const command of [["inventory"], ["act", "ssh.reboot", "tower-a", "--yes", "--reason", "trial"]]) {
      const second = await passerelle([...command, "--estate", lab.estate, "--data", folder]);
      expect(second.code).toBe(1);
      expect(second.output).toBe("");
      expect(second.error).toContain("[console.data-folder-in-use]");
      expect(second.error).toContain(`process ${first.child.pid}`);
    }
    expect(snapshot(folder)).toEqual(before);
    expect(await allLogIns()).toBe(logIns);
    // Reading the journal is no use of the folder: it may be done beside the console.
    const listed = await passerelle(["journal", "list", "--json", "--data", folder]);
    expect(JSON.parse(listed.output)).toHaveLength(1);
    first.child.kill("SIGTERM");
    expect(await first.ended).toMatchObject({ code: 0 });
  });
});

function snapshot(folder: string) {
  return readdirSync(folder)
    .filter((name) => !name.endsWith("-shm"))
    .map((name) => {
      const path = join(folder, name);
      return { name, mode: statSync(path).mode, bytes: readFileSync(path).toString("base64") };
    });
}
