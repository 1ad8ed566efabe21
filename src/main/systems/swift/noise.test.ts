import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { OpsError } from "../../../shared/errors.ts";
import { swiftSystemSchema } from "../../../shared/systems/swift.ts";
import { SwiftAccount } from "./account.ts";

/** What something else than Swift may answer. */
interface Noise {
  status: number;
  headers: Record<string, string>;
  body: string;
}
let noise: Noise[] = [];
let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    const { status, headers, body } = noise.shift() ?? { status: 200, headers: {}, body: "" };
    response.writeHead(status, headers);
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function account(login: object): SwiftAccount {
  const { ends } = swiftSystemSchema.parse({ type: "swift", ends: { one: { login } } });
  const [config] = Object.values(ends);
  if (!config) throw new Error("an end was expected");
  return new SwiftAccount({
    name: "one",
    subject: "objects/ends/one",
    config,
    dial: async ({ address, port }) => connect(port, address),
    secrets: { resolve: async () => ({ reveal: () => "word" }) },
    folder: () => "/nonexistent",
    deadline: 5000,
  });
}

const status = fc.constantFrom(200, 201, 204, 301, 400, 401, 403, 404, 429, 500, 503);
const word = fc.string({ unit: fc.constantFrom("a", "/", ":", " ", '"', "{", "1", "-"), maxLength: 30 });
const header = fc.constantFrom(
  "x-auth-token",
  "x-subject-token",
  "x-storage-url",
  "x-container-object-count",
  "x-container-sync-to",
  "etag",
);
const body = fc.oneof(
  fc.json({ maxDepth: 3 }),
  fc.string({ maxLength: 200 }),
  fc.constant(
    '{"token":{"catalog":[{"type":"object-store","endpoints":[{"interface":"public","url":"x"}]}]}}',
  ),
);
const answers = fc.array(fc.record({ status, headers: fc.dictionary(header, word), body }), { maxLength: 4 });

test.each(["v1", "password"])(
  "whatever answers a log-in by %s and what follows, it ends in an OpsError or in data",
  async (method) => {
    const login = {
      method,
      url: method === "v1" ? `${url}/auth/v1.0` : `${url}/v3`,
      user: "ops",
      password: "keychain:ops",
      ...(method === "password" && { project: "shop" }),
    };
    await fc.assert(
      fc.asyncProperty(answers, async (given) => {
        noise = given;
        const one = account(login);
        const signal = new AbortController().signal;
        try {
          const head = await one.container("files", signal);
          expect(head === null || typeof head.objects === "number").toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(OpsError);
          expect(String((error as OpsError).message)).not.toContain("word");
        } finally {
          one.close();
        }
      }),
      { numRuns: 60 },
    );
  },
);

test("what lists containers otherwise than Swift does is not taken for an empty account", async () => {
  const signed = { "x-auth-token": "t", "x-storage-url": `${url}/v1/AUTH_a` };
  for (const listing of ["<html></html>", "{}", '[{"name":1}]', "[", "null", ""]) {
    noise = [
      { status: 200, headers: signed, body: "" },
      { status: 200, headers: {}, body: listing },
    ];
    const one = account({ method: "v1", url: `${url}/auth/v1.0`, user: "a:b", password: "keychain:ops" });
    await expect(one.containers(new AbortController().signal)).rejects.toMatchObject({
      code: "swift.garbage",
    });
    one.close();
  }
});
