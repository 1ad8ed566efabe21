import { randomBytes } from "node:crypto";
import { z } from "zod";
import { OpsError } from "../../../shared/errors.ts";
import type { VaultLogin } from "../../../shared/systems/vault.ts";
import { text } from "../../../shared/text.ts";
import { type LoopbackRedirect, listenForRedirect } from "../../reach/loopback-redirect.ts";
import { envelopeOf, type VaultAuth } from "../answers.ts";
import { service } from "../faults.ts";
import { explainLogin, redirectMissing, redirectUnregistered } from "../login-faults.ts";
import { tokenOf } from "../tokens.ts";
import { answerTime, type LoginParts } from "./login-parts.ts";
import { type Returned, returnedIn } from "./returned.ts";
import { withSecondFactor } from "./second-factor.ts";

type OidcLogin = Extract<VaultLogin, { oidc: unknown }>["oidc"];

const authUrlSchema = envelopeOf(z.object({ auth_url: z.string().catch("") }));

/**
 * Signs in by an OpenID provider: Vault makes the request (with PKCE and a nonce of its own), the person's browser
 * carries it out, and comes back to a loopback port of this machine (RFC 8252, 7.3) or, when it runs elsewhere, the
 * person pastes the address that it ended at. What comes back is bound to this console by `client_nonce`
 * (https://developer.hashicorp.com/vault/api-docs/auth/jwt). Throws `vault.redirect-…`, `vault.provider-refused`,
 * `vault.login-refused`, `reach.nobody-to-ask`.
 */
export async function oidcLogin(
  login: OidcLogin,
  parts: LoginParts,
  signal: AbortSignal,
): Promise<VaultAuth> {
  const { client } = parts;
  const redirect = await listenForRedirect({
    path: "/oidc/callback",
    port: login.port,
    patience: answerTime,
  });
  try {
    const nonce = randomBytes(20).toString("hex");
    const url = await authUrl(login, redirect.address, nonce, parts, signal);
    const state = url.searchParams.get("state") ?? "";
    const returned = await fromBrowser(url, state, redirect, parts, signal);
    const answer = await client.ask({
      path: `auth/${login.mount}/oidc/callback`,
      query: { state, code: returned.code, client_nonce: nonce },
      explain: explainLogin(client.name),
      signal,
    });
    return tokenOf(await withSecondFactor(answer, parts, signal), client.name);
  } finally {
    await redirect.close();
  }
}

/** Where the browser must go. Vault answers with an empty address to what it does not allow. */
async function authUrl(
  { mount, role }: OidcLogin,
  redirect: string,
  nonce: string,
  { client }: LoginParts,
  signal: AbortSignal,
): Promise<URL> {
  const { data } = await client.read(
    {
      method: "POST",
      path: `auth/${mount}/oidc/auth_url`,
      body: { redirect_uri: redirect, client_nonce: nonce, ...(role !== undefined && { role }) },
      explain: explainLogin(client.name),
      signal,
    },
    authUrlSchema,
  );
  if (data.auth_url === "") throw redirectUnregistered(client.name, redirect);
  const url = URL.parse(data.auth_url);
  // It is opened by a program outside: nothing but a page may be named, and its answer must be told apart.
  if (!url || !/^https?:$/.test(url.protocol) || !url.searchParams.get("state")) {
    throw service.http(client.name).garbage();
  }
  return url;
}

/** What the browser brings back: to the loopback port, or in the words of the person. */
async function fromBrowser(
  url: URL,
  state: string,
  redirect: LoopbackRedirect,
  parts: LoginParts,
  signal: AbortSignal,
): Promise<Returned> {
  const { client, questions, openBrowser, now } = parts;
  const over = new AbortController();
  const ended = AbortSignal.any([signal, over.signal]);
  const late = redirectMissing(client.name, answerTime / 60_000);
  const question = {
    kind: "sign-in",
    target: client.name,
    instructions: text(
      "Sign in on the page of your identity provider; this window goes on by itself once you are back.",
      "Identifiez-vous sur la page de votre fournisseur d'identité ; cette fenêtre continue d'elle-même à votre retour.",
    ),
    fields: [
      {
        label: text(
          "Address that the browser ended at, if it runs on another machine",
          "Adresse où le navigateur s'est arrêté, s'il est sur un autre poste",
        ),
        echo: true,
      },
    ],
    url: url.href,
    expiresAt: now() + answerTime,
  } as const;
  const pasted = async () => {
    const [words = ""] = await questions.ask(
      { ...question, fields: [...question.fields] },
      answerTime,
      ended,
    );
    return returnedIn(words, state, client.name);
  };
  try {
    const asked = pasted();
    asked.catch(() => undefined);
    const came = redirect.come(state, ended).then(({ href }) => returnedIn(href, state, client.name));
    came.catch(() => undefined);
    // Without it the person follows the link of the question.
    await openBrowser?.(url.href).catch(() => undefined);
    return await Promise.race([came, asked]);
  } catch (error) {
    throw isUnanswered(error) ? late : error;
  } finally {
    over.abort();
  }
}

function isUnanswered(error: unknown): boolean {
  return error instanceof OpsError && /^reach\.(question-unanswered|redirect-not-come)$/.test(error.code);
}
