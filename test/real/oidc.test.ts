import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import Provider, { type Configuration } from "oidc-provider";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ProviderSignIn } from "../../src/main/people/provider-sign-in.ts";
import { listenForRedirect } from "../../src/main/reach/loopback-redirect.ts";
import { OpsError } from "../../src/shared/errors.ts";
import { signInSettingsSchema } from "../../src/shared/sign-in.ts";
import { Browser } from "./browser.ts";
import { describeCounterpart } from "./counterpart.ts";

const { version } = createRequire(import.meta.url)("oidc-provider/package.json") as { version: string };
const signal = new AbortController().signal;

describeCounterpart("oidc-provider (sign-in)", { version }, () => {
  let server: Server;
  let issuer = "";
  let provider: Provider;
  const waiting: ProviderSignIn[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => provider.callback()(request, response));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const place = server.address();
    issuer = `http://127.0.0.1:${typeof place === "object" && place ? place.port : 0}`;
    const configuration: Configuration = {
      clients: [
        {
          client_id: "passerelle",
          application_type: "native",
          token_endpoint_auth_method: "none",
          // A native client may come back to any port of loopback (RFC 8252 section 7.3).
          redirect_uris: ["http://127.0.0.1/signed-in"],
          response_types: ["code"],
          grant_types: ["authorization_code"],
        },
      ],
      pkce: { required: () => true },
      claims: { openid: ["sub"], email: ["email", "email_verified"] },
      conformIdTokenClaims: false,
      findAccount: (_context, id) => ({
        accountId: id,
        claims: () => ({
          ...{ sub: id, email: `${id}@idp.example` },
          // Some providers verify no address, and leave the word out.
          ...(id !== "unsaid" && { email_verified: id !== "mallory" }),
        }),
      }),
    };
    provider = new Provider(issuer, configuration);
  });
  afterAll(async () => {
    await Promise.all(waiting.map((one) => one.close()));
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  function signIn(): ProviderSignIn {
    const one = new ProviderSignIn({ listen: listenForRedirect });
    waiting.push(one);
    return one;
  }
  const settings = (more: object = {}) =>
    signInSettingsSchema.parse({ oidc: { issuer, clientId: "passerelle", ...more } });
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => "none",
      (thrown: unknown) => (thrown instanceof OpsError ? thrown.code : String(thrown)),
    );

  async function loggedIn(login: string | null, more: object = {}) {
    const desk = signIn();
    const { attempt, address } = await desk.begin("one", settings(more));
    const redirect = new URL(address).searchParams.get("redirect_uri") ?? "";
    const returned = desk.returned("one", attempt, signal);
    returned.catch(() => {});
    const { status } = await new Browser().go(address, redirect, login);
    return { desk, attempt, address: new URL(address), status, returned };
  }

  test("whoever logs in there is told by the claim, over PKCE, state and nonce", async () => {
    const { address, status, returned, desk, attempt } = await loggedIn("ada");
    expect(await returned).toBe("ada@idp.example");
    expect(status).toBe(200);
    const asked = Object.fromEntries(address.searchParams);
    expect(asked).toMatchObject({ code_challenge_method: "S256", response_type: "code" });
    expect([asked.state?.length, asked.nonce?.length].every((length) => (length ?? 0) >= 40)).toBe(true);
    // An attempt is good once.
    expect(await codeOf(desk.returned("one", attempt, signal))).toBe("people.no-attempt");
  });

  test("a refusal there, an address that nobody has verified and a claim that is not there sign nobody in", async () => {
    expect(await codeOf((await loggedIn(null)).returned)).toBe("people.provider-refused");
    expect(await codeOf((await loggedIn("mallory")).returned)).toBe("people.no-claim");
    expect(await codeOf((await loggedIn("unsaid")).returned)).toBe("people.no-claim");
    expect(await (await loggedIn("unsaid", { claim: "sub" })).returned).toBe("unsaid");
    expect(await codeOf((await loggedIn("ada", { claim: "employee" })).returned)).toBe("people.no-claim");
  });

  test("an attempt is that of its window alone, and ends when it is given up", async () => {
    const desk = signIn();
    const { attempt } = await desk.begin("one", settings());
    expect(await codeOf(desk.returned("two", attempt, signal))).toBe("people.no-attempt");
    const ending = new AbortController();
    const returned = codeOf(desk.returned("one", attempt, ending.signal));
    ending.abort(new OpsError({ code: "given.up", system: "test", message: words, hint: words }));
    expect(await returned).toBe("given.up");
  });

  test("a code that another answer brought is refused by the provider's own check", async () => {
    const desk = signIn();
    const { attempt, address } = await desk.begin("one", settings());
    const asked = new URL(address).searchParams;
    const returned = codeOf(desk.returned("one", attempt, signal));
    const back = new URL(asked.get("redirect_uri") ?? "");
    back.search = new URLSearchParams({
      code: "forged",
      state: asked.get("state") ?? "",
      iss: issuer,
    }).toString();
    await fetch(back);
    expect(await returned).toBe("people.provider-failed");
  });

  test("a provider that is away, or another issuer, is told before a browser is sent", async () => {
    const away = signInSettingsSchema.parse({
      oidc: { issuer: "http://127.0.0.1:9", clientId: "passerelle" },
    });
    expect(await codeOf(signIn().begin("one", away))).toBe("people.provider-failed");
    const other = signInSettingsSchema.parse({
      oidc: { issuer: issuer.replace("127.0.0.1", "localhost"), clientId: "passerelle" },
    });
    expect(await codeOf(signIn().begin("one", other))).toBe("people.provider-failed");
    const bare = signInSettingsSchema.parse({
      oidc: { issuer: "http://id.example", clientId: "passerelle" },
    });
    expect(await codeOf(signIn().begin("one", bare))).toBe("people.provider-not-secure");
    expect(await codeOf(signIn().begin("one", undefined))).toBe("people.no-provider");
  });
});

const words = { en: "given up", fr: "abandonné" };
