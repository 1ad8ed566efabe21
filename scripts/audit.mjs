// `npm run audit`: known weaknesses of what is built upon, as the registry knows them. Ends with 0 where there is none to
// deal with, 1 where there is, 75 (EX_TEMPFAIL of sysexits.h) where the registry does not answer: nothing was looked at then.
import { spawnSync } from "node:child_process";
import { accepted, findingsOf, toDealWith } from "./support/audit.mjs";
import { root } from "./support/project.mjs";

const asked = spawnSync("npm", ["audit", "--json", "--loglevel", "error"], {
  cwd: root,
  encoding: "utf8",
  maxBuffer: 64 * 1024 * 1024,
  stdio: ["ignore", "pipe", "ignore"],
  timeout: 120_000,
  shell: process.platform === "win32",
});

/** @type {unknown} */
let report = null;
try {
  report = JSON.parse(asked.stdout ?? "");
} catch {
  // Said below: what is no JSON is no report either.
}

try {
  const findings = findingsOf(report);
  const left = toDealWith(findings, accepted, Date.now());
  for (const line of left) process.stdout.write(`${line}\n`);
  process.stdout.write(
    `audit: ${findings.length} found, ${accepted.length} accepted, ${left.length} to deal with\n`,
  );
  process.exitCode = left.length === 0 ? 0 : 1;
} catch (thrown) {
  process.stdout.write(
    `audit: skipped, the registry gave no answer to it (${thrown instanceof Error ? thrown.message : "unknown"})\n`,
  );
  process.exitCode = 75;
}
