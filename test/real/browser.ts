/** As much of a browser as a sign-in needs: it follows redirects with its cookies, and answers the provider's own forms. */
export class Browser {
  readonly #cookies = new Map<string, string>();

  /** Goes to an address and on, until it has been sent back to `until`; gives the status and the page there. */
  async go(address: string, until: string, login: string | null): Promise<{ status: number; page: string }> {
    const response = await fetch(await this.lastAddress(address, until, login), {
      signal: AbortSignal.timeout(10_000),
    });
    return { status: response.status, page: await response.text() };
  }

  /** The same up to the address that it is sent back to, which it does not open. `login` null: the person gives up. */
  async lastAddress(address: string, until: string, login: string | null): Promise<string> {
    let request: { url: string; body?: URLSearchParams } = { url: address };
    for (let step = 0; step < 20; step += 1) {
      if (request.url.startsWith(until)) return request.url;
      const response = await fetch(request.url, {
        redirect: "manual",
        headers: { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
        ...(request.body && { method: "POST", body: request.body }),
        signal: AbortSignal.timeout(10_000),
      });
      for (const line of response.headers.getSetCookie()) {
        const [pair = ""] = line.split(";");
        const [name = "", value = ""] = pair.split("=");
        this.#cookies.set(name, value);
      }
      const page = await response.text();
      const next = response.headers.get("location");
      request =
        next === null ? this.#answer(request.url, page, login) : { url: new URL(next, request.url).href };
    }
    throw new Error("the browser goes round in circles");
  }

  #answer(at: string, page: string, login: string | null) {
    if (login === null) {
      const abort = /href="([^"]*abort[^"]*)"/.exec(page)?.[1] ?? "";
      return { url: new URL(abort, at).href };
    }
    const action = /action="([^"]+)"/.exec(page)?.[1];
    const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1];
    if (action === undefined || prompt === undefined) throw new Error(`not a form: ${page.slice(0, 300)}`);
    const body = new URLSearchParams({ prompt, login: login, password: "any" });
    return { url: new URL(action, at).href, body };
  }
}
