import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { shippedBill } from "./bill-of-materials.mjs";
import { shippedComponents } from "./components.mjs";
import { root } from "./project.mjs";

/** Licences under which the program may be given to others as it is, their notices kept. */
const allowed = /^(MIT|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|Unlicense|CC0-1\.0|BlueOak-1\.0\.0|PSF-2\.0)$/;
/** Judged one by one, by what stands in the package itself. */
const judged: Record<string, string> = {
  // MPL asks for its own files' source alone, which is public and unchanged here.
  "@novnc/novnc": "MPL-2.0",
  // The fonts' own terms: free to embed and to hand on.
  "dejavu-fonts-ttf": "SEE LICENSE IN README.md AND LICENSE",
  // Names none in its manifest; its file LICENSE is MIT's.
  "png-js": "",
};

const shipped = shippedComponents(root);

describe("what users are given", () => {
  it("has what the program loads, and what its page is made of", () => {
    const names = shipped.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["ssh2", "zod", "react", "@patternfly/react-core"]));
    expect(names).not.toEqual(expect.arrayContaining(["vitest"]));
    expect(names).not.toEqual(expect.arrayContaining(["electron-builder"]));
  });

  it("is under licences that let it be handed on", () => {
    const others = shipped.filter(
      ({ name, license }) =>
        judged[name] !== (license ?? "") && !alternatives(license).some((one) => allowed.test(one)),
    );
    expect(others).toEqual([]);
    expect(Object.keys(judged).filter((name) => !shipped.some((one) => one.name === name))).toEqual([]);
  });

  it("stands in its bill of materials once each, with licence, hash and what it needs, the same at every making", () => {
    const whole = JSON.parse(
      execFileSync(
        "npm",
        ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only", "--loglevel", "error"],
        { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024, stdio: ["ignore", "pipe", "ignore"] },
      ),
    );
    const at = "2026-01-01T00:00:00.000Z";
    const bill = shippedBill(whole, shipped, at);
    const refs = bill.components.map((one) => one["bom-ref"]);
    expect(new Set(refs).size).toBe(refs.length);
    expect(refs.length).toBe(new Set(shipped.map(({ name, version }) => `${name}@${version}`)).size);
    for (const one of bill.components)
      expect(one).toMatchObject({
        scope: "required",
        hashes: [{ alg: "SHA-512", content: expect.stringMatching(/^[0-9a-f]{128}$/) }],
      });
    for (const { dependsOn } of bill.dependencies) for (const one of dependsOn) expect(refs).toContain(one);
    expect(JSON.stringify(shippedBill(structuredClone(whole), shipped, at))).toBe(JSON.stringify(bill));
    expect(bill.serialNumber).toBeUndefined();
  });
});

/** The licences of which one may be chosen. */
function alternatives(license: string | null): string[] {
  return (license ?? "").replace(/[()]/g, "").split(" OR ");
}
