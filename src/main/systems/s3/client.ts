import type { S3Client } from "@aws-sdk/client-s3";
import { OpsError } from "../../../shared/errors.ts";
import type { S3SystemConfig } from "../../../shared/systems/s3.ts";
import { abortFault } from "../../reach/abort.ts";
import type { Reach } from "../../reach/reach.ts";
import { WebService } from "../../reach/web-service.ts";
import type { SecretResolver } from "../../secrets/resolver.ts";
import * as faults from "./faults.ts";
import { service } from "./faults.ts";
import { NotTold, transport } from "./transport.ts";

const mostBytes = 16 * 1024 * 1024;
const pageSize = 1000;
/** The SDK asks again once, by the service's own clock where that is apart, or after a jittered wait where it is busy. */
const attempts = 2;
const secondsADay = 86_400;
const secondsAYear = 365 * secondsADay;

export interface ClientParts {
  /** What it is called in errors. */
  name: string;
  /** The resource that its secret is used for. */
  subject: string;
  config: S3SystemConfig;
  dial: Reach["dial"];
  secrets: SecretResolver;
  /** The folder that relative paths of the estate start at. */
  folder(): string;
  /** Milliseconds for one request. */
  deadline?: number;
}

/** What is below a prefix of a bucket, as far as it was looked through. */
export interface Contents {
  objects: number;
  bytes: number;
  /** The object that was modified last, epoch milliseconds; null where there is none. */
  newest: { name: string; at: number } | null;
  /** Whether there is more than was looked through. */
  cut: boolean;
}

export type Versioning = "on" | "suspended" | "off";
/** How long objects are locked when nothing else is said; `no-default`: only those that say so themselves. */
export type Lock = { mode: "compliance" | "governance"; seconds: number } | { mode: "no-default" | "off" };

/** Buckets of one S3 service, with one key. Throws OpsErrors `reach.…`, `secrets.…` and those of faults.ts. */
export class BucketClient {
  readonly #parts: ClientParts;
  readonly #web: WebService;

  constructor(parts: ClientParts) {
    const { name, config, dial, folder, deadline } = parts;
    this.#parts = parts;
    // The SDK's paths are whole ones.
    const url = new URL(config.url).origin;
    this.#web = new WebService({
      name,
      config: { ...config, url },
      dial,
      folder,
      deadline,
      faults: service,
      mostBytes,
    });
  }

  /** The names of the buckets that the key may list; `login` is tried in place of the stored secret key. */
  async buckets(signal: AbortSignal, login: string | null = null): Promise<string[]> {
    const sdk = await import("@aws-sdk/client-s3");
    const { Buckets = [] } = await this.#surely(
      (client) => client.send(new sdk.ListBucketsCommand({}), { abortSignal: signal }),
      signal,
      login,
    );
    return Buckets.flatMap(({ Name }) => Name ?? []).sort();
  }

  /** Looks through what begins with a prefix, so many objects at the most; `login` is tried as above. */
  async contents(
    bucket: string,
    prefix: string,
    most: number,
    signal: AbortSignal,
    login: string | null = null,
  ): Promise<Contents> {
    const sdk = await import("@aws-sdk/client-s3");
    return this.#surely(
      async (client) => {
        const found: Contents = { objects: 0, bytes: 0, newest: null, cut: false };
        for (let token: string | undefined; ; ) {
          const command = new sdk.ListObjectsV2Command({
            Bucket: bucket,
            MaxKeys: pageSize,
            ...(prefix !== "" && { Prefix: prefix }),
            ...(token !== undefined && { ContinuationToken: token }),
          });
          const page = await client.send(command, { abortSignal: signal });
          for (const { Key = "", Size = 0, LastModified } of page.Contents ?? []) {
            found.objects += 1;
            found.bytes += Size;
            const at = LastModified?.getTime() ?? Number.NaN;
            if (at > (found.newest?.at ?? Number.NEGATIVE_INFINITY))
              found.newest = { name: Key.slice(0, 300), at };
          }
          token = page.IsTruncated ? page.NextContinuationToken : undefined;
          if (token === undefined) return found;
          if (found.objects >= most || (page.Contents ?? []).length === 0) return { ...found, cut: true };
        }
      },
      signal,
      login,
    );
  }

  /** Whether versions are kept; null where the service does not say. */
  async versioning(bucket: string, signal: AbortSignal): Promise<Versioning | null> {
    const sdk = await import("@aws-sdk/client-s3");
    const command = new sdk.GetBucketVersioningCommand({ Bucket: bucket });
    const answer = await this.#told((client) => client.send(command, { abortSignal: signal }), signal);
    if (answer === null) return null;
    if (answer.Status === "Enabled") return "on";
    return answer.Status === "Suspended" ? "suspended" : "off";
  }

  /** How objects are locked by default; null where the service does not say. */
  async lock(bucket: string, signal: AbortSignal): Promise<Lock | null> {
    const sdk = await import("@aws-sdk/client-s3");
    const command = new sdk.GetObjectLockConfigurationCommand({ Bucket: bucket });
    try {
      const answer = await this.#told((client) => client.send(command, { abortSignal: signal }), signal);
      if (answer === null) return null;
      const { ObjectLockEnabled, Rule } = answer.ObjectLockConfiguration ?? {};
      if (ObjectLockEnabled !== "Enabled") return { mode: "off" };
      const { Mode, Days = 0, Years = 0 } = Rule?.DefaultRetention ?? {};
      const seconds = Days * secondsADay + Years * secondsAYear;
      if (Mode === undefined || seconds === 0) return { mode: "no-default" };
      return { mode: Mode === "COMPLIANCE" ? "compliance" : "governance", seconds };
    } catch (error) {
      if (error instanceof NoLock) return { mode: "off" };
      throw error;
    }
  }

  close(): void {
    this.#web.close();
  }

  /** The answer; null where the service does not know the question, or the key may not ask it. */
  async #told<Answer>(
    work: (client: S3Client) => Promise<Answer>,
    signal: AbortSignal,
  ): Promise<Answer | null> {
    try {
      return await this.#ask(work, signal);
    } catch (error) {
      const isUntold =
        error instanceof NotTold || (error instanceof OpsError && error.code === "s3.not-allowed");
      if (isUntold) return null;
      throw error;
    }
  }

  async #ask<Answer>(
    work: (client: S3Client) => Promise<Answer>,
    signal: AbortSignal,
    login: string | null = null,
  ): Promise<Answer> {
    if (signal.aborted) throw abortFault(signal);
    const client = await this.#client(login);
    try {
      return await work(client);
    } catch (error) {
      if (signal.aborted) throw abortFault(signal);
      throw explained(error, this.#parts.name);
    } finally {
      client.destroy();
    }
  }

  /** The same for what every service knows. */
  async #surely<Answer>(
    work: (client: S3Client) => Promise<Answer>,
    signal: AbortSignal,
    login: string | null = null,
  ): Promise<Answer> {
    try {
      return await this.#ask(work, signal, login);
    } catch (error) {
      throw error instanceof NotTold || error instanceof NoLock
        ? service.http(this.#parts.name).garbage(error)
        : error;
    }
  }

  /** A client for one piece of work, so that a secret that was changed is the one that is used. */
  async #client(login: string | null): Promise<S3Client> {
    const { S3Client: Client } = await import("@aws-sdk/client-s3");
    const { config, secrets, subject, name } = this.#parts;
    const secret = login ?? (await secrets.resolve(config.secretKey, subject)).reveal();
    return new Client({
      endpoint: config.url,
      region: config.region,
      forcePathStyle: true,
      credentials: { accessKeyId: config.accessKey, secretAccessKey: secret.trim() },
      requestHandler: transport(this.#web, name),
      maxAttempts: attempts,
      // What the workstation's own AWS configuration says is not about this service.
      retryMode: "standard",
      defaultsMode: "standard",
      useFipsEndpoint: false,
      useDualstackEndpoint: false,
      useArnRegion: false,
      disableMultiregionAccessPoints: true,
      disableS3ExpressSessionAuth: true,
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
      sigv4aSigningRegionSet: [],
      authSchemePreference: [],
      userAgentAppId: async () => undefined,
      logger: silent,
    });
  }
}

/** Nothing of a request is written anywhere. */
const silent = { trace: () => {}, debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Locks are off: S3 says so by an error. */
class NoLock extends Error {}

const wrongKey =
  /^(InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSecurity|AuthorizationHeaderMalformed|InvalidToken)$/;
const noLocks = /^(ObjectLockConfigurationNotFoundError|NoSuchObjectLockConfiguration)$/;
const unknownQuestion = /^(NotImplemented|MethodNotAllowed|XNotImplemented|InvalidRequest)$/;

/** What the SDK throws, by S3's error codes (Amazon S3 API Reference, "Error responses"). */
function explained(error: unknown, name: string): unknown {
  if (error instanceof OpsError || error instanceof NotTold) return error;
  const {
    name: code,
    $metadata,
    $response,
  } = error as {
    name?: string;
    $metadata?: { httpStatusCode?: number };
    $response?: { statusCode?: number };
  };
  const status = $metadata?.httpStatusCode ?? $response?.statusCode ?? 200;
  const word = code ?? "";
  if (wrongKey.test(word)) return faults.loginRefused(name);
  if (word === "RequestTimeTooSkewed") return faults.clockApart(name);
  if (noLocks.test(word)) return new NoLock(word);
  if (word === "NoSuchBucket") return faults.noBucket(name);
  if (unknownQuestion.test(word) || status === 405 || status === 501) return new NotTold(word);
  if (status === 401) return faults.loginRefused(name);
  if (status === 403) return faults.notAllowed(name);
  if (status >= 300 && status < 400) return service.moved(name);
  if (status >= 500) return service.failing(name, status);
  return status >= 400 ? faults.refused(name, status) : service.http(name).garbage(error);
}
