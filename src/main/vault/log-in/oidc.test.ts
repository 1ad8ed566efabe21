import { randomInt } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { OpsError } from "../../../shared/errors.ts";
import { vaultLoginSchema } from "../../../shared/systems/vault.ts";
import { sameText } from "../../../shared/text.ts";
import { listenForRedirect } from "../../reach/loopback-redirect.ts";
import { FakeVault } from "../testing/fake-vault.ts";
import { openedVault } from "../testing/opened.ts";

const signal = new AbortController().signal;
const state = "state-of-this-attempt";

let vault: FakeVault;
let port: number;
let open: ReturnType<typeof openedVault>;

beforeEach(async () => {
  vault = await new FakeVault().start();
  port = await freePort();
  vault.instead = ({ path }) => {
    if (path.startsWith("auth/oidc/oidc/auth_url")) {
      const url = `https://id.example/authorize?state=${state}`;
      return { body: { data: { auth_url: url } } };
    }
    return path.startsWith("auth/oidc/oidc/callback") ? vault.logIn() : null;
  };
});
afterEach(async () => {
  await open.close();
  await vault.stop();
});

function opened(parts: Parameters<typeof openedVault>[2]) {
  const login = vaultLoginSchema.parse({ oidc: { port } });
  open = openedVault({ one: { url: vault.url } }, login, parts);
  return open;
}
const back = (query: string) => fetch(`http://127.0.0.1:${port}/oidc/callback?${query}`);

/** A port that nothing listens at, below those that are given out for the asking. */
async function freePort(): Promise<number> {
  for (;;) {
    const wanted = randomInt(20_000, 30_000);
    const listener = await listenForRedirect({ path: "/", port: wanted }).catch(() => null);
    if (!listener) continue;
    await listener.close();
    return wanted;
  }
}

/** The port can be listened at again: nothing of the attempt is left. */
async function isFree(): Promise<boolean> {
  const again = await listenForRedirect({ path: "/oidc/callback", port });
  await again.close();
  return true;
}

describe("a sign-in by the browser", () => {
  test("that nobody comes back from ends with the question's time, and lets go of the port", async () => {
    const { access } = opened({
      answer: () => {
        const code = "reach.question-unanswered";
        throw new OpsError({ code, system: "reach", message: sameText("late"), hint: sameText("again") });
      },
    });
    await expect(access.signIn(signal)).rejects.toMatchObject({ code: "vault.redirect-missing" });
    expect(vault.asked("auth/oidc/oidc/callback")).toBe(0);
    expect(access.standing).toMatchObject({ state: "signed-out", error: { code: "vault.redirect-missing" } });
    expect(await isFree()).toBe(true);
  });

  test("that is given up in the middle ends at once, and lets go of the port", async () => {
    const over = new AbortController();
    const { access } = opened({ openBrowser: async () => over.abort() });
    await expect(access.signIn(over.signal)).rejects.toBeDefined();
    await expect.poll(() => access.standing.state).toBe("signed-out");
    expect(vault.asked("auth/oidc/oidc/callback")).toBe(0);
    expect(await isFree()).toBe(true);
  });

  test("takes no answer of another attempt, and goes on waiting for its own, once", async () => {
    const seen: number[] = [];
    const { access } = opened({
      openBrowser: async () => {
        for (const query of ["state=other&code=stolen", "code=stolen", `state=${state}`])
          seen.push((await back(query)).status);
        // Whichever comes second finds nobody waiting, or nobody there any more.
        const both = ["mine", "second"].map((code) => back(`state=${state}&code=${code}`).catch(() => null));
        seen.push(...(await Promise.all(both)).map((answer) => answer?.status ?? 400).sort());
      },
    });
    await access.signIn(signal);
    expect(seen).toEqual([400, 400, 400, 200, 400]);
    expect(vault.asked("auth/oidc/oidc/callback")).toBe(1);
    expect(access.standing.state).toBe("signed-in");
  });

  test("goes on by the link where no browser can be opened", async () => {
    const { access } = opened({
      openBrowser: () => Promise.reject(new Error("ENOENT")),
      answer: () => [`http://127.0.0.1:${port}/oidc/callback?state=${state}&code=mine`],
    });
    await access.signIn(signal);
    expect(access.standing.state).toBe("signed-in");
  });
});
