import { enableCompileCache } from "node:module";
import { parseArgs } from "node:util";
import { OpsError, toOpsError } from "../shared/errors.ts";
import { findLab } from "./control.ts";
import { readCopy } from "./process/copy/read-copy.ts";
import { usageError } from "./process/errors.ts";
import { flavours } from "./servers/kubernetes/api/flavour.ts";
import { allSites } from "./world/site.ts";

const hostLimit = 5000;
const podLimit = 50_000;
const vmLimit = 20_000;
const template = new URL("../../resources/lab/atelier.yaml", import.meta.url);

/** A whole number from the command line within its bounds; throws OpsError `lab.usage`. */
function wholeNumber(name: string, words: string, low: number, high: number): number {
  const value = /^\d{1,10}$/.test(words) ? Number(words) : Number.NaN;
  if (value >= low && value <= high) return value;
  throw usageError(
    `--${name} takes a whole number from ${low} to ${high}, not "${words.slice(0, 50)}".`,
    `--${name} attend un nombre entier de ${low} à ${high}, et non « ${words.slice(0, 50)} ».`,
  );
}

/** One of several words from the command line; throws OpsError `lab.usage`. */
function oneOf<Word extends string>(name: string, words: string, among: readonly Word[]): Word {
  const found = among.find((each) => each === words);
  if (found) return found;
  const [all, given] = [among.join(", "), words.slice(0, 50)];
  throw usageError(
    `--${name} takes one of ${all}, not "${given}".`,
    `--${name} attend l'une de ces valeurs : ${all}, et non « ${given} ».`,
  );
}

function parse(words: string[]) {
  try {
    return parseArgs({
      args: words,
      allowPositionals: true,
      options: {
        folder: { type: "string" },
        speed: { type: "string", default: "1" },
        seed: { type: "string", default: "1" },
        hosts: { type: "string", default: "0" },
        pods: { type: "string", default: "0" },
        cluster: { type: "string", default: "usual" },
        sites: { type: "string", default: "all" },
        vms: { type: "string", default: "0" },
        copy: { type: "string" },
        port: { type: "string", default: "0" },
        "with-parent": { type: "boolean", default: false },
      },
    });
  } catch (error) {
    const detail = error instanceof Error ? error.message.slice(0, 200) : "";
    throw usageError(`The options were not understood: ${detail}`, `Options non comprises : ${detail}`);
  }
}

async function start(values: ReturnType<typeof parse>["values"]): Promise<void> {
  const options = {
    folder: values.folder ?? null,
    speed: wholeNumber("speed", values.speed, 1, 10_000),
    seed: wholeNumber("seed", values.seed, 0, 4_294_967_295),
    hosts: wholeNumber("hosts", values.hosts, 0, hostLimit),
    pods: wholeNumber("pods", values.pods, 0, podLimit),
    cluster: oneOf("cluster", values.cluster, flavours),
    sites: oneOf("sites", values.sites, allSites),
    vms: wholeNumber("vms", values.vms, 0, vmLimit),
    bouncePort: wholeNumber("port", values.port, 0, 65_535),
    template,
  };
  const { startLab } = await import("./process/start.ts");
  const copy = values.copy === undefined ? null : await readCopy(values.copy);
  const lab = await startLab({ ...options, ...(copy ? { copy } : {}) });
  const told = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
    if (values["with-parent"]) {
      process.stdin.resume();
      for (const event of ["end", "close", "error"] as const) process.stdin.once(event, () => resolve());
    }
  });
  process.stdout.on("error", () => {});
  process.stdout.write(`${JSON.stringify({ estate: lab.estate, control: lab.control, pid: process.pid })}\n`);
  await Promise.race([lab.stopped, told]);
  await lab.close();
}

async function main(words: string[]): Promise<void> {
  const { values, positionals } = parse(words);
  const [verb = "start", ...rest] = positionals;
  if (verb === "start") {
    if (rest.length > 0)
      throw usageError("`start` takes options only.", "« start » n'attend que des options.");
    await start(values);
    return;
  }
  const control = await findLab(values.folder ?? null);
  const status = await control.send([verb, ...rest]);
  if (verb === "status") process.stdout.write(`${JSON.stringify(status, null, 2)}\n`);
}

function isFrench(): boolean {
  const { LC_ALL, LC_MESSAGES, LANG } = process.env;
  return (LC_ALL || LC_MESSAGES || LANG || "").startsWith("fr");
}

// What is compiled once is kept for the next start.
enableCompileCache();
main(process.argv.slice(2)).then(
  // Nothing that the lab opened is left; what a library keeps open must not hold the process.
  () => process.exit(0),
  (error: unknown) => {
    const known = error instanceof OpsError ? error : toOpsError(error, "lab");
    const language = isFrench() ? "fr" : "en";
    process.stderr.write(`${known.text[language]} ${known.hint[language]}\n`);
    process.exit(1);
  },
);
