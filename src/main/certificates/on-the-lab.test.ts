import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { issueWebCertificates, makeWebAuthority } from "../../lab/servers/web/certificates.ts";
import { type WebFault, WebServer } from "../../lab/servers/web/web-server.ts";
import { ManualClock } from "../../lab/world/clock.ts";
import type { CertificateState } from "../../shared/certificates.ts";
import type { Estate } from "../../shared/estate.ts";
import { sameText } from "../../shared/text.ts";
import { Inventory } from "../inventory/inventory.ts";
import type { Reach } from "../reach/reach.ts";
import { secureStream } from "../reach/secure-stream.ts";
import { serviceFaults } from "../reach/service-faults.ts";
import { tellingCertificates } from "../reach/shown-certificates.ts";
import { dialLoopback } from "../vault/testing/opened.ts";
import { ShownEndpoints } from "./endpoints.ts";
import { CertificateEngine } from "./engine.ts";

const name = "front.shop.example";
const now = Date.now();
const authority = makeWebAuthority("shop-authority", now);
const certificates = issueWebCertificates(authority, { names: [name], addresses: ["127.0.0.1"] }, now);
const words = sameText("x");
const faults = serviceFaults({ system: "test", speaks: words, checkPlace: words, tryAgain: words }).tls(
  "front",
);
const estate = () =>
  ({ systems: { checks: { type: "web" } }, sites: {}, environments: {} }) as unknown as Estate;
let fault: WebFault | null;
let server: WebServer;
let port: number;
let inventory: Inventory;
let engine: CertificateEngine;

beforeAll(async () => {
  const serves = () => ({ name: "front", running: true });
  server = new WebServer({
    region: "east",
    serves,
    certificates,
    fault: () => fault,
    clock: new ManualClock(),
  });
  port = await server.listen();
});
afterAll(() => server.close());
beforeEach(() => {
  fault = null;
  inventory = new Inventory({ now: () => now });
  engine = new CertificateEngine({
    ...{ inventory, estate, now: () => now },
    ...{ ticketAt: () => null, requestsOf: () => [] },
  });
});
afterEach(() => {
  engine.close();
  inventory.close();
});

/** Connects to the server as a system of the estate does; the certificate as it is listed then. */
async function seen() {
  const endpoints = new ShownEndpoints({ sink: inventory, estate, now: () => now });
  const reach = tellingCertificates({ dial: dialLoopback } as unknown as Reach, (shown) =>
    endpoints.take("checks", shown),
  );
  const signal = AbortSignal.timeout(10_000);
  const place = { address: "127.0.0.1", port, via: null };
  const stream = await reach.dial(place, signal);
  const tls = { pin: null, legacy: false, authorities: authority.cert };
  const socket = await secureStream(stream, name, tls, faults, signal).then(
    (open) => open,
    (error: { code: string }) => error.code,
  );
  if (typeof socket !== "string") socket.destroy();
  engine.settle();
  const [found] = [...engine.all()];
  const certificate = found && engine.shown(found);
  return { certificate, refusal: typeof socket === "string" ? socket : null };
}

describe("what is wrong with a certificate that a server shows", () => {
  it.each<[WebFault | null, CertificateState, boolean, RegExp]>([
    [null, "ok", false, /^It ends in/],
    ["certificate-other-names", "wrong-name", true, /^It is shown for front\.shop\.example/],
    ["certificate-expired", "expired", true, /^It ended 7 days ago/],
    ["certificate-ends-soon", "late", false, /^It ends in [56] days/],
    [
      "certificate-chain-incomplete",
      "incomplete",
      true,
      /certificate of shop-authority-issuing, which vouches/,
    ],
    ["certificate-self-signed", "untrusted", true, /^No authority/],
    ["certificate-weak-key", "weak-key", true, /^Its key \(RSA 1024\)/],
  ])("%s is told as %s in a sentence, with what to do", async (wrong, state, isRefused, sentence) => {
    fault = wrong;
    const { certificate, refusal } = await seen();
    expect(certificate?.state).toBe(state);
    expect(certificate?.text.en).toMatch(sentence);
    expect(certificate?.hint === null).toBe(state === "ok");
    expect(refusal).toBe(isRefused ? "test.certificate-untrusted" : null);
  });
});
