import { spawn } from "node:child_process";

/** The desktop's own program that opens an address, which is its last word. */
const openers: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
};
const usualOpener = ["xdg-open"] as const;

/** Starts a program that goes on by itself; resolves once it runs, rejects when it cannot be started. */
export type StartProgram = (program: string, words: readonly string[]) => Promise<void>;

/**
 * Has the desktop's browser open an address that main asks for, never one that a page does. Only https goes out, and http to this
 * machine itself: what else an address may name would be a program, or be read on the way. Rejects when the desktop has nothing to open it with.
 */
export async function openSystemBrowser(
  address: string,
  platform: NodeJS.Platform = process.platform,
  start: StartProgram = startDetached,
): Promise<void> {
  const url = URL.parse(address);
  if (!url || !isPage(url)) throw new TypeError("not the address of a page");
  const [program = "", ...words] = openers[platform] ?? usualOpener;
  await start(program, [...words, url.href]);
}

function isPage({ protocol, hostname }: URL): boolean {
  return (
    protocol === "https:" ||
    (protocol === "http:" && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname))
  );
}

function startDetached(program: string, words: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { detached: true, stdio: "ignore", shell: false });
    child.once("error", reject);
    child.once("spawn", () => {
      child.unref();
      resolve();
    });
  });
}
