import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { OpsError } from "../../../shared/errors.ts";
import { s3SystemSchema } from "../../../shared/systems/s3.ts";
import { BucketClient } from "./client.ts";

let answer: { status: number; body: string };
let server: Server;
let client: BucketClient;
const signal = new AbortController().signal;

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume();
    response.writeHead(answer.status, { "content-type": "application/xml" });
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/below`;
  client = new BucketClient({
    name: "depot",
    subject: "depot/service",
    config: s3SystemSchema.parse({ type: "s3", url, accessKey: "console", secretKey: "keychain:depot" }),
    dial: async () => connect(port, "127.0.0.1"),
    secrets: { resolve: async () => ({ reveal: () => "the secret key" }) },
    folder: () => "/nonexistent",
  });
});
afterAll(async () => {
  client.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const root = fc.constantFrom(
  "ListBucketResult",
  "ListAllMyBucketsResult",
  "VersioningConfiguration",
  "Error",
  "html",
);
const inner = fc.constantFrom(
  "",
  "<Name>a</Name>",
  "<Contents><Key>k</Key><Size>x</Size><LastModified>never</LastModified></Contents>",
  "<Contents><Size>-1</Size></Contents>",
  "<IsTruncated>true</IsTruncated>",
  "<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>",
  "<Status>Enabled</Status>",
  "<Code>AccessDenied</Code>",
  "<Buckets><Bucket/></Buckets>",
  "<Buckets>",
  "&no;",
);
const body = fc.oneof(
  fc.tuple(root, inner).map(([name, words]) => `<?xml version="1.0"?><${name}>${words}</${name}>`),
  fc.string({ maxLength: 60 }),
);
// What is answered by 5xx is asked again after a wait, which would take the test's time.
const status = fc.constantFrom(200, 204, 301, 400, 401, 403, 404, 405, 409, 501);

test("whatever answers, it ends in an OpsError or in data; no secret is told", async () => {
  const questions = [
    async () => expect((await client.contents("a", "", 1000, signal)).objects).toBeGreaterThanOrEqual(0),
    async () => expect(Array.isArray(await client.buckets(signal))).toBe(true),
    async () => expect([null, "on", "off", "suspended"]).toContain(await client.versioning("a", signal)),
    async () =>
      expect([undefined, "off", "no-default", "compliance", "governance"]).toContain(
        (await client.lock("a", signal))?.mode,
      ),
  ];
  await fc.assert(
    fc.asyncProperty(status, body, fc.constantFrom(...questions), async (code, words, ask) => {
      answer = { status: code, body: words };
      await ask().catch((error: unknown) => {
        expect(error).toBeInstanceOf(OpsError);
        expect(JSON.stringify((error as OpsError).toWire())).not.toContain("the secret key");
      });
    }),
    { numRuns: 80 },
  );
});

test.each(["<html></html>", "", "{}", "<ListBucketResult", "<?xml version='1.0'?><Other/>"])(
  "%j is not taken for an empty bucket",
  async (words) => {
    answer = { status: words === "" ? 204 : 200, body: words };
    await expect(client.contents("a", "", 1000, signal)).rejects.toMatchObject({ code: "s3.garbage" });
  },
);
