import { expect, type Locator, type Page } from "@playwright/test";

/** What a screen of the window shows now, in figures. */
interface Picture {
  width: number;
  height: number;
  /** Different colours, and the share of pixels that are not the most frequent one. */
  colours: number;
  drawn: number;
  /** A number that changes with any pixel. */
  sum: number;
}

/** What is used of a canvas in the page. */
interface Canvas {
  width: number;
  height: number;
  getContext(kind: "2d"): {
    getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray };
  } | null;
}

/** The place of a machine's screen in the window. */
export function screenOf(window: Page, name: string): Locator {
  return window.getByRole("region", { name: `Screen of ${name}` });
}

/** Reads the picture that noVNC has painted; null when there is none, or it is not live. */
export async function pictureOf(window: Page, name: string): Promise<Picture | null> {
  const canvas = screenOf(window, name).locator(".picture-live canvas").first();
  if ((await canvas.count()) === 0) return null;
  return canvas.evaluate((element) => {
    const canvas = element as unknown as Canvas;
    const { width, height } = canvas;
    const pixels = canvas.getContext("2d")?.getImageData(0, 0, width, height).data;
    if (!pixels) return null;
    const counts = new Map<number, number>();
    let sum = 0;
    for (let at = 0; at < pixels.length; at += 4) {
      const colour = ((pixels[at] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at + 2] ?? 0);
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
      sum = (Math.imul(sum, 31) + colour) | 0;
    }
    const most = Math.max(...counts.values());
    return { width, height, colours: counts.size, drawn: 1 - most / (width * height), sum };
  });
}

/** Waits until a live picture of the machine has something drawn on it, and gives it. */
export async function awaitPicture(window: Page, name: string, timeout = 30_000): Promise<Picture> {
  let seen: Picture | null = null;
  await expect(async () => {
    seen = await pictureOf(window, name);
    expect(seen?.colours ?? 0).toBeGreaterThan(1);
    expect(seen?.drawn ?? 0).toBeGreaterThan(0.001);
  }).toPass({ timeout });
  if (seen === null) throw new Error("a picture was there and is gone");
  return seen;
}
