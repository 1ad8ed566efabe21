import { z } from "zod";
import type { SwiftEndConfig, SwiftLogin } from "../../../shared/systems/swift.ts";
import type { WebAnswer, WebService } from "../../reach/web-service.ts";
import * as faults from "./faults.ts";
import { service } from "./faults.ts";

/** What a log-in gives: a token, and the URL of the account. */
export interface Session {
  token: string;
  storageUrl: string;
}

const catalogueSchema = z.object({
  token: z.object({
    catalog: z
      .array(
        z.object({
          type: z.string(),
          endpoints: z
            .array(
              z.object({
                interface: z.string(),
                region: z.string().nullish(),
                region_id: z.string().nullish(),
                url: z.string(),
              }),
            )
            .catch([]),
        }),
      )
      .catch([]),
  }),
});

/**
 * Logs in once, by Keystone's Identity API v3 (`POST …/v3/auth/tokens`) or by Swift's own `auth/v1.0`. Throws OpsErrors
 * `reach.…` and those of faults.ts.
 */
export async function logIn(
  at: { name: string; config: SwiftEndConfig; identity: WebService },
  secret: string,
  signal: AbortSignal,
): Promise<Session> {
  const { name, config, identity } = at;
  const { login } = config;
  const common = { signal, body: null };
  if (login.method === "v1") {
    // What cannot stand in a header is no key that the far side knows.
    if (!/^[\x20-\x7e]+$/.test(secret)) throw faults.loginRefused(name);
    const headers = { "x-auth-user": login.user, "x-auth-key": secret };
    const answer = await identity.ask({ ...common, method: "GET", path: pathOf(login), headers });
    accept(name, answer);
    const { "x-storage-url": url, "x-auth-token": token } = answer.headers;
    return session(name, token, config.storageUrl ?? (typeof url === "string" ? url : ""));
  }
  const answer = await identity.ask({
    ...common,
    method: "POST",
    path: "/auth/tokens",
    headers: {},
    body: JSON.stringify({ auth: identityOf(login, secret) }),
  });
  accept(name, answer);
  return session(
    name,
    answer.headers["x-subject-token"],
    config.storageUrl ?? endpoint(name, config, answer.words),
  );
}

function identityOf(login: Exclude<SwiftLogin, { method: "v1" }>, secret: string): object {
  if (login.method === "application-credential") {
    const application_credential = { id: login.credential, secret };
    return { identity: { methods: ["application_credential"], application_credential } };
  }
  const user = { name: login.user, domain: { name: login.userDomain }, password: secret };
  return {
    identity: { methods: ["password"], password: { user } },
    scope: { project: { name: login.project, domain: { name: login.projectDomain } } },
  };
}

function pathOf({ url }: SwiftLogin): string {
  return new URL(url).pathname === "/" ? "/" : "";
}

function accept(name: string, { status }: WebAnswer): void {
  if (status === 401 || status === 403) throw faults.loginRefused(name);
  if (status >= 300 && status < 400) throw service.moved(name);
  if (status >= 500) throw service.failing(name, status);
  if (status >= 400) throw status === 404 ? service.http(name).garbage() : faults.refused(name, status);
}

function session(name: string, token: unknown, storageUrl: string): Session {
  if (typeof token !== "string" || !/^[\x21-\x7e]{1,8192}$/.test(token)) throw service.http(name).garbage();
  if (!/^https?:\/\/[^\s/?#@]+\/[^\s?#]+$/.test(storageUrl) || !URL.canParse(storageUrl)) {
    throw service.http(name).garbage();
  }
  return { token, storageUrl: storageUrl.replace(/\/+$/, "") };
}

/** The object store that Keystone's catalogue names for this end. */
function endpoint(name: string, config: SwiftEndConfig, words: string): string {
  let value: unknown;
  try {
    value = JSON.parse(words);
  } catch (error) {
    throw service.http(name).garbage(error);
  }
  const parsed = catalogueSchema.safeParse(value);
  if (!parsed.success) throw service.http(name).garbage();
  const found = parsed.data.token.catalog
    .filter(({ type }) => type === "object-store")
    .flatMap(({ endpoints }) => endpoints)
    .filter((each) => each.interface === config.interface)
    .find(({ region, region_id: id }) => config.region === undefined || config.region === (id ?? region));
  if (!found) throw faults.noEndpoint(name, config.region);
  return found.url;
}
