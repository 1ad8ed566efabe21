import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { JournalEvent } from "../../src/shared/journal.ts";
import { resourceSchema } from "../../src/shared/resource.ts";
import { SliceLab } from "./support/lab.ts";
import { passerelle, plainEnvironment, startPasserelle } from "./support/programs.ts";

const commandLine = fileURLToPath(new URL("../../src/main/cli.ts", import.meta.url));

let lab: SliceLab;

beforeAll(async () => {
  lab = await SliceLab.start();
});
afterAll(async () => {
  await lab?.stop();
});

afterEach(async () => {
  await lab.control.clear();
});

const where = () => ["--estate", lab.estate, "--data", lab.path("data")];
const french = { LANG: "fr_FR.UTF-8" };

interface Inventory {
  estate: string;
  at: number;
  resources: unknown[];
  errors: { resource: string; source: string; error: { code: string; message: object; hint: object } }[];
}

async function readInventory(...more: string[]): Promise<Inventory> {
  const { code, output, error } = await passerelle(["inventory", "--json", ...where(), ...more]);
  expect({ code, error }).toEqual({ code: 0, error: "" });
  return JSON.parse(output) as Inventory;
}

describe("passerelle check", () => {
  it("ends with 0 for a sound estate", async () => {
    const { code, output, error } = await passerelle(["check", lab.estate]);
    expect({ code, error }).toEqual({ code: 0, error: "" });
    expect(output).toBe(`${lab.estate}: no fault\n`);
  });

  it("ends with 1 and names place, expectation and near miss, in the terminal's language", async () => {
    const faulty = lab.estateWith("faulty.yaml", (words) =>
      words.replace("supportWindow: gold", "supportWindow: glod"),
    );
    const line =
      readFileSync(faulty, "utf8")
        .split("\n")
        .findIndex((each) => each.includes("glod")) + 1;
    const { code, output } = await passerelle(["check", faulty]);
    expect(code).toBe(1);
    expect(output).toContain(`${faulty}:${line}:20 `);
    expect(output).toContain("gold");
    const inFrench = await passerelle(["check", faulty], french);
    expect(inFrench.output).toContain(`${faulty}:${line}:20 `);
    expect(inFrench.output).not.toBe(output);
  });

  it("ends with 1 for a file that is not there, and for words that make no sense", async () => {
    expect((await passerelle(["check", lab.path("none.yaml")])).code).toBe(1);
    expect(await passerelle(["check"])).toMatchObject({ code: 1, output: "" });
  });
});

/** Whether the estate file itself names a resource; others are found by reading. */
const isDeclared = (id: string) => !id.includes("/");

describe("passerelle inventory", () => {
  it("prints every resource and every error as JSON", async () => {
    const inventory = await readInventory();
    const resources = inventory.resources.map((resource) => resourceSchema.parse(resource));
    expect(inventory.estate).toBe("Atelier (lab)");
    expect(resources.some((resource) => resource.id === "atelier-kubernetes/nodes/web-1")).toBe(true);
    expect(resources.find(({ id }) => id === "atelier-alerts/service")).toMatchObject({ health: "ok" });
    const machines = resources.map(({ id }) => id).filter(isDeclared);
    expect(machines.sort()).toEqual(
      ["atelier", "bounce", "tower-a", "tower-b", "web-1", "db-1", "mail-1", "staging-1"]
        .concat(["web-2", "db-2", "backup-1", "build-1"])
        .sort(),
    );
    const tower = resources.find((resource) => resource.id === "tower-a");
    expect(tower).toMatchObject({ kind: "host", site: "atelier", stale: false });
    expect(tower?.facts["os.bootId"]?.value).toBe((await lab.machine("tower-a")).bootId);
    expect(inventory.errors).toMatchObject([
      {
        resource: "web-2",
        source: "atelier-hosts",
        error: {
          code: "reach.host-key-unknown",
          hint: { en: expect.stringContaining("passerelle trust web-2 --fingerprint SHA256:") },
        },
      },
    ]);
  });

  it("prints a table and, on standard error, each error in the terminal's language", async () => {
    const { code, output, error } = await passerelle(["inventory", ...where()], french);
    expect(code).toBe(0);
    expect(output).toMatch(/^ok +host +tower-b +tower-b +atelier$/m);
    expect(error).toContain("présente une clé d'hôte encore inconnue");
    expect(error.trim().split("\n")).toHaveLength(1);
  });

  it("ends at once when it is interrupted, prints no half of it and leaves the data folder free", async () => {
    await lab.control.fault("link-slow", "staging-1", "1");
    const before = await lab.logIns("backup-1");
    const running = startPasserelle(["inventory", "--json", ...where()]);
    // Others are read by now, and the slow host keeps the reading going for twenty seconds yet.
    while ((await lab.logIns("backup-1")) === before) await new Promise((resolve) => setTimeout(resolve, 20));
    running.child.kill("SIGINT");
    const { code, output, error } = await running.ended;
    expect({ code, output }).toEqual({ code: 1, output: "" });
    expect(error).toContain("[general.cancelled]");
    await lab.control.clear();
    const ids = (await readInventory()).resources.map((resource) => resourceSchema.parse(resource).id);
    expect(ids.filter(isDeclared)).toHaveLength(12);
  });

  it("says what is wrong with its words, and never repeats a value", async () => {
    const typed = await passerelle(["inventory", "--password=opensesame", ...where()]);
    expect(typed.code).toBe(1);
    expect(typed.error).toBe("There is no option --password here. See `passerelle help`. [cli.usage]\n");
  });

  it("ends quietly when its reader goes away, and with 1 when its words are lost", async () => {
    for (const words of [
      ["inventory", "--json", ...where()],
      ["journal", "list", "--data", lab.path("data")],
    ]) {
      const child = spawn(process.execPath, [commandLine, ...words], {
        env: plainEnvironment(),
        stdio: ["ignore", "pipe", "pipe"],
      });
      let error = "";
      child.stderr.setEncoding("utf8").on("data", (more: string) => {
        error += more;
      });
      child.stdout.destroy();
      expect(await once(child, "close")).toEqual([0, null]);
      expect(error).toBe("");
    }
  });

  it.skipIf(process.platform !== "linux")(
    "tells when there is no room for its words (/dev/full)",
    async () => {
      const full = spawn("/bin/sh", ["-c", '"$@" >/dev/full', "sh", process.execPath, commandLine, "help"], {
        env: plainEnvironment(french),
        stdio: ["ignore", "ignore", "pipe"],
      });
      let error = "";
      full.stderr.setEncoding("utf8").on("data", (more: string) => {
        error += more;
      });
      expect(await once(full, "close")).toEqual([1, null]);
      expect(error).toMatch(/^La sortie n'a pas pu être écrite \(ENOSPC\)\. .*\n$/);
    },
  );
});

describe("passerelle import", () => {
  it("turns a list of machines into estate file words, and says line by line what it left out", async () => {
    const list = lab.path("machines.csv");
    writeFileSync(list, "name,address,user,password\nTower C,192.0.2.12,admin,Marked-Secret-1\n,,,\nx,,,\n");
    const { code, output, error } = await passerelle(["import", list, "--via", "bounce"]);
    expect(code).toBe(1);
    expect(output).toContain("tower-c:");
    expect(output).toContain("password: keychain:amt-tower-c");
    expect(error).toMatch(/^4: The address is missing\.\n.*carries 1 passwords/);
    expect(output + error).not.toContain("Marked");
    const estate = lab.path("imported.yaml");
    const hop = "{ address: 192.0.2.1, user: ops, authentication: [{ agent: true }] }";
    writeFileSync(estate, `passerelle: 1\nname: Imported\nreach:\n  hops:\n    bounce: ${hop}\n${output}`);
    expect((await passerelle(["check", estate])).code).toBe(0);
    const misnamed = await passerelle(["import", list, "--via", "Not A Hop: x"]);
    expect(misnamed).toMatchObject({ code: 1, output: "" });
    expect(misnamed.error).toContain("--via takes an identifier");
    const french = await passerelle(["import", lab.path("nothing.csv")], { LANG: "fr_FR.UTF-8" });
    expect(french).toMatchObject({ code: 1, output: "" });
    expect(french.error).toContain("ne peut pas être lue");
  });
});

describe("passerelle trust", () => {
  it("stores a host key that was compared, and nothing else", async () => {
    const { errors } = await readInventory();
    const fingerprint = /SHA256:[A-Za-z0-9+/]{43}/.exec(JSON.stringify(errors))?.[0] ?? "";
    const wrong = await passerelle([
      "trust",
      "web-2",
      "--fingerprint",
      `SHA256:${"A".repeat(43)}`,
      ...where(),
    ]);
    expect(wrong).toMatchObject({ code: 1, output: "" });
    expect(wrong.error).toContain(`web-2 shows ${fingerprint}`);
    expect((await readInventory()).errors).toHaveLength(1);
    expect((await passerelle(["trust", "web-2", ...where()])).code).toBe(1);
    const nobody = await passerelle(["trust", "nobody", "--fingerprint", fingerprint, ...where()]);
    expect(nobody.error).toContain("[action.unknown-resource]");

    const right = await passerelle(["trust", "web-2", "--fingerprint", fingerprint, ...where()], french);
    expect(right).toMatchObject({ code: 0, output: "La clé de web-2 est enregistrée.\n", error: "" });
    expect((await readInventory()).errors).toEqual([]);
    const again = await passerelle(["trust", "web-2", "--fingerprint", fingerprint, ...where()]);
    expect(again).toMatchObject({ code: 0, output: "The key of web-2 is trusted already.\n" });
    const listed = await passerelle([
      "journal",
      "list",
      "--json",
      "--subject",
      "web-2",
      "--data",
      lab.path("data"),
    ]);
    const types = (JSON.parse(listed.output) as JournalEvent[]).map((event) => event.type);
    expect(types).toEqual(
      expect.arrayContaining(["host-key.unknown", "host-key.accepted", "host-key.stored"]),
    );
  });

  it("says why when a host does not get as far as its key", async () => {
    await lab.control.fault("bounce-down");
    const words = ["trust", "db-2", "--fingerprint", `SHA256:${"A".repeat(43)}`, ...where()];
    const { code, error } = await passerelle(words);
    await lab.control.clear();
    expect(code).toBe(1);
    expect(error).toContain("refused the connection");
  });
});

describe("passerelle", () => {
  it("says how it is used, in both languages, and ends with 1 for what it does not know", async () => {
    expect(await passerelle(["help"])).toMatchObject({ code: 0, error: "" });
    expect((await passerelle(["--help"], french)).output).toContain("une console d'exploitation");
    expect((await passerelle([])).code).toBe(1);
    const unknown = await passerelle(["toString"], french);
    expect(unknown).toMatchObject({ code: 1, output: "" });
    expect(unknown.error).toContain("La commande toString n'existe pas.");
    expect((await passerelle(["version"])).output).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it("refuses a data folder that is a file, and an estate with nothing good in it", async () => {
    const file = lab.path("a-file");
    writeFileSync(file, "");
    const folder = await passerelle(["inventory", "--estate", lab.estate, "--data", file]);
    expect(folder.error).toContain("[console.data-folder-unusable]");
    const estate = await passerelle(["inventory", "--estate", file, "--data", lab.path("fresh")]);
    expect(estate).toMatchObject({ code: 1, output: "" });
    expect(estate.error).toContain("[estate.none-in-force]");
  });
});
