import { expect, test } from "vitest";
import { openSystemBrowser } from "./system-browser.ts";

async function started(address: string, platform: NodeJS.Platform): Promise<string[]> {
  const all: string[] = [];
  await openSystemBrowser(address, platform, async (program, words) => void all.push(program, ...words));
  return all;
}

test("each desktop opens it with its own program, as one word", async () => {
  const address = "https://id.example/authorize?state=1&x=%22;rm%20-rf";
  expect(await started(address, "linux")).toEqual(["xdg-open", address]);
  expect(await started(address, "darwin")).toEqual(["open", address]);
  expect(await started(address, "win32")).toEqual(["rundll32", "url.dll,FileProtocolHandler", address]);
});

test.each(["http://127.0.0.1:8250/start", "http://localhost:8250/", "http://[::1]:8250/"])(
  "%s is this machine itself, and needs no encryption",
  async (address) => {
    expect(await started(address, "linux")).toEqual(["xdg-open", address]);
  },
);

test.each([
  ...["file:///etc/passwd", "javascript:alert(1)", "ms-settings:", "--help", "", "data:text/html,x"],
  ...["http://id.example/authorize", "http://127.0.0.1.id.example/", "http://localhost@id.example/"],
])("%j is no page and is not opened", async (address) => {
  await expect(started(address, "linux")).rejects.toThrow("not the address of a page");
});

test("a desktop without such a program is told", async () => {
  const missing = () =>
    openSystemBrowser("https://id.example/", "linux", () => Promise.reject(new Error("ENOENT")));
  await expect(missing()).rejects.toThrow("ENOENT");
});
