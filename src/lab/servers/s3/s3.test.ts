import {
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ManualClock } from "../../world/clock.ts";
import type { WebFaults } from "../faulty-web.ts";
import { type LabS3, startLabS3 } from "./index.ts";

let s3: LabS3;
let clock: ManualClock;
let faults: WebFaults;
let endpoint: string;
const clients: S3Client[] = [];

beforeEach(async () => {
  clock = new ManualClock();
  faults = {};
  s3 = startLabS3({
    clock,
    keys: [{ accessKey: "console", secretKey: "secret" }],
    certificate: null,
    faults: () => faults,
    onFailure: (error) => {
      throw error;
    },
  });
  endpoint = `http://127.0.0.1:${await s3.listen(0)}`;
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await s3.close();
});

function client(secretAccessKey = "secret", accessKeyId = "console", systemClockOffset = 0): S3Client {
  const made = new S3Client({
    endpoint,
    region: "depot",
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
    systemClockOffset,
  });
  clients.push(made);
  return made;
}

test("a bucket is listed page by page in the order of its keys, strange ones too", async () => {
  for (let each = 0; each < 2100; each += 1)
    s3.store.put("exports", `k/${String(each).padStart(5, "0")}`, 10);
  s3.store.put("exports", "other/é & <b> +.txt", Buffer.from("hello"));
  const sdk = client();
  expect((await sdk.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).toEqual(["exports"]);
  const sizes: number[] = [];
  let token: string | undefined;
  do {
    const page = await sdk.send(
      new ListObjectsV2Command({ Bucket: "exports", Prefix: "k/", ContinuationToken: token }),
    );
    sizes.push(page.Contents?.length ?? 0);
    token = page.NextContinuationToken;
  } while (token !== undefined);
  expect(sizes).toEqual([1000, 1000, 100]);
  const strange = await sdk.send(new ListObjectsV2Command({ Bucket: "exports", Prefix: "other/é &" }));
  const [found] = strange.Contents ?? [];
  expect(found).toMatchObject({ Key: "other/é & <b> +.txt", Size: 5, LastModified: new Date(clock.now()) });
  const read = await sdk.send(new GetObjectCommand({ Bucket: "exports", Key: found?.Key }));
  expect(await read.Body?.transformToString()).toBe("hello");
});

test("versioning and locks are told as furnished, and what is locked stays", async () => {
  s3.store.bucket("exports", { versioning: "on", lock: { mode: "COMPLIANCE", days: 7 } });
  s3.store.bucket("plain");
  const sdk = client();
  await sdk.send(new PutObjectCommand({ Bucket: "exports", Key: "a b/c", Body: "12345" }));
  await sdk.send(new PutObjectCommand({ Bucket: "plain", Key: "a", Body: "1" }));
  expect(await sdk.send(new HeadObjectCommand({ Bucket: "exports", Key: "a b/c" }))).toMatchObject({
    ContentLength: 5,
  });
  expect((await sdk.send(new GetBucketVersioningCommand({ Bucket: "exports" }))).Status).toBe("Enabled");
  expect((await sdk.send(new GetBucketVersioningCommand({ Bucket: "plain" }))).Status).toBeUndefined();
  const lock = await sdk.send(new GetObjectLockConfigurationCommand({ Bucket: "exports" }));
  expect(lock.ObjectLockConfiguration?.Rule?.DefaultRetention).toMatchObject({ Mode: "COMPLIANCE", Days: 7 });
  await expect(sdk.send(new GetObjectLockConfigurationCommand({ Bucket: "plain" }))).rejects.toMatchObject({
    name: "ObjectLockConfigurationNotFoundError",
  });
  const remove = () => sdk.send(new DeleteObjectCommand({ Bucket: "exports", Key: "a b/c" }));
  await expect(remove()).rejects.toMatchObject({ name: "AccessDenied" });
  clock.advance(8 * 86_400_000);
  await remove();
  expect(s3.store.buckets.get("exports")?.objects.size).toBe(0);
});

test.each([
  ["SignatureDoesNotMatch", () => client("another")],
  ["InvalidAccessKeyId", () => client("secret", "nobody")],
  ["RequestTimeTooSkewed", () => client("secret", "console", -3_600_000)],
])("%s is the answer to what is not signed as it should be", async (name, made) => {
  // The SDK mends its clock and asks again, which needs a second attempt that it does not have here.
  await expect(made().send(new ListBucketsCommand({}))).rejects.toMatchObject({ name });
});

test("down it breaks connections, slow it waits for the World's clock", async () => {
  faults = { down: true };
  await expect(client().send(new ListBucketsCommand({}))).rejects.toThrow();
  faults = { slow: 60_000 };
  const answered = client().send(new ListBucketsCommand({}));
  let isAnswered = false;
  void answered.then(() => {
    isAnswered = true;
  });
  while (!isAnswered) {
    clock.advance(30_000);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect((await answered).Buckets).toEqual([]);
});
