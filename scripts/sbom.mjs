// `npm run sbom`: writes dist/passerelle.cdx.json, the bill of materials (CycloneDX) of all that users are given.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { shippedBill } from "./support/bill-of-materials.mjs";
import { shippedComponents } from "./support/components.mjs";
import { root } from "./support/project.mjs";

/** @param {string} program @param {string[]} words */
const said = (program, words) =>
  execFileSync(program, words, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    stdio: ["ignore", "pipe", "inherit"],
    shell: process.platform === "win32",
  });

const whole = JSON.parse(
  said("npm", ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only", "--loglevel", "error"]),
);
const committed = new Date(Number(said("git", ["log", "-1", "--format=%ct"])) * 1000).toISOString();
const bill = shippedBill(whole, shippedComponents(root), committed);
mkdirSync(join(root, "dist"), { recursive: true });
writeFileSync(join(root, "dist", "passerelle.cdx.json"), `${JSON.stringify(bill, null, 2)}\n`);
process.stdout.write(`dist/passerelle.cdx.json: ${bill.components.length} components\n`);
