import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseSync } from "@swc/core";
import { resolveConfig } from "electron-vite";
import { build } from "vite";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";

const root = resolve(import.meta.dirname, "../../../..");

/** What no source may say of a window, a session or the program; each would open a door again. */
const forbiddenSettings: Record<string, boolean> = {
  sandbox: false,
  contextIsolation: false,
  nodeIntegration: true,
  nodeIntegrationInWorker: true,
  nodeIntegrationInSubFrames: true,
  webSecurity: false,
  allowRunningInsecureContent: true,
  experimentalFeatures: true,
  webviewTag: true,
  navigateOnDragDrop: true,
};
/** Names that no source needs: each would hand the page, or another program, more than ports. */
const forbiddenNames = [
  "contextBridge",
  "exposeInMainWorld",
  "openExternal",
  "executeJavaScript",
  "setProxy",
  "enableBlinkFeatures",
  "bypassCSP",
  "openDevTools",
  "remote",
];

type Node = { type: string } & Record<string, unknown>;

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

function* walk(value: unknown): Generator<Node> {
  if (isNode(value)) yield value;
  if (typeof value !== "object" || value === null) return;
  for (const inner of Object.values(value)) yield* walk(inner);
}

function textOf(node: unknown): string {
  return isNode(node) && typeof node.value === "string" ? node.value : "";
}

interface Source {
  path: string;
  nodes: Node[];
}

let sources: Source[];

beforeAll(async () => {
  const folders = ["src/main", "src/preload", "src/shared"];
  const lists = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(join(root, folder), { recursive: true })).map((name) => `${folder}/${name}`),
    ),
  );
  const paths = lists
    .flat()
    .filter((path) => path.endsWith(".ts") && !/\.test\.ts$|fake-electron\.ts$/.test(path));
  sources = await Promise.all(
    paths.map(async (path) => {
      const module = parseSync(await readFile(join(root, path), "utf8"), { syntax: "typescript" });
      return { path, nodes: [...walk(module)] };
    }),
  );
});

describe("the sources", () => {
  it("loosen no setting of a window and use no name that would", () => {
    const found: string[] = [];
    for (const { path, nodes } of sources) {
      for (const node of nodes) {
        if (node.type === "KeyValueProperty" && isNode(node.value) && node.value.type === "BooleanLiteral") {
          const key = textOf(node.key);
          if (forbiddenSettings[key] === node.value.value) found.push(`${path}: ${key}`);
        }
        if (node.type === "Identifier" && forbiddenNames.includes(textOf(node))) {
          found.push(`${path}: ${textOf(node)}`);
        }
      }
    }
    expect(found).toEqual([]);
    expect(sources.length).toBeGreaterThan(50);
  });

  it("make a window in one place, and import Electron in the two entries only", () => {
    const makers = sources.filter(({ nodes }) =>
      nodes.some(({ type, callee }) => {
        const made = isNode(callee) && callee.type === "MemberExpression" ? callee.property : callee;
        return (
          type === "NewExpression" && /^(?:BrowserWindow|BaseWindow|WebContentsView)$/.test(textOf(made))
        );
      }),
    );
    expect(makers.map(({ path }) => path)).toEqual(["src/main/shell/electron/window.ts"]);
    const importers = sources.filter(({ nodes }) =>
      nodes.some(
        ({ type, source, typeOnly }) =>
          type === "ImportDeclaration" && textOf(source) === "electron" && !typeOnly,
      ),
    );
    expect(importers.map(({ path }) => path).sort()).toEqual(["src/main/index.ts", "src/preload/index.ts"]);
  });

  it("use of Electron in the preload nothing but sending and receiving", () => {
    const preload = sources.find(({ path }) => path === "src/preload/index.ts");
    const used = preload?.nodes
      .filter(({ type, object }) => type === "MemberExpression" && textOf(object) === "ipcRenderer")
      .map(({ property }) => textOf(property));
    expect(used?.sort()).toEqual(["on", "send"]);
  });
});

/** Builds the entry of one part of the desktop program as the real build does, in memory. */
async function buildPart(part: "main" | "preload") {
  const { config } = await resolveConfig(
    { root, configFile: join(root, "electron.vite.config.ts") },
    "build",
  );
  const settings = config?.[part];
  if (!settings) throw new Error(`no ${part} in electron.vite.config.ts`);
  const { build: buildSettings, ...rest } = settings;
  const { rollupOptions, rolldownOptions = rollupOptions, ...others } = buildSettings ?? {};
  const input = { index: join(root, "src", part, "index.ts") };
  const built = await build({
    ...rest,
    logLevel: "silent",
    build: { ...others, rolldownOptions: { ...rolldownOptions, input }, write: false },
  });
  return (Array.isArray(built) ? built : [built]).flatMap((one) => ("output" in one ? one.output : []));
}

describe("the built main process", () => {
  it("makes its one window with every safe setting in words", async () => {
    const outputs = await buildPart("main");
    const nodes = outputs.flatMap((output) =>
      output.type === "chunk" ? [...walk(parseSync(output.code, { syntax: "ecmascript" }))] : [],
    );
    const windows = nodes.filter(
      ({ type, key }) => type === "KeyValueProperty" && textOf(key) === "webPreferences",
    );
    expect(windows).toHaveLength(1);
    const properties = isNode(windows[0]?.value) ? windows[0].value.properties : [];
    const settings = new Map<string, unknown>();
    for (const property of Array.isArray(properties) ? properties : []) {
      if (isNode(property) && isNode(property.value))
        settings.set(textOf(property.key), property.value.value);
    }
    for (const [name, forbidden] of Object.entries(forbiddenSettings)) {
      expect([name, settings.get(name)]).toEqual([name, !forbidden]);
    }
    expect(settings.get("spellcheck")).toBe(false);
  });
});

describe("the built preload", () => {
  it("is one CommonJS file that requires nothing but Electron", async () => {
    const outputs = await buildPart("preload");
    expect(outputs.map(({ fileName }) => fileName)).toEqual(["index.cjs"]);
    const code = outputs[0]?.type === "chunk" ? outputs[0].code : "";
    const nodes = [...walk(parseSync(code, { syntax: "ecmascript", isModule: false }))];
    const required = nodes.flatMap(({ type, callee, arguments: given }) => {
      if (type !== "CallExpression" || textOf(callee) !== "require" || !Array.isArray(given)) return [];
      const [first]: unknown[] = given;
      return typeof first === "object" && first !== null && "expression" in first
        ? [textOf(first.expression)]
        : [];
    });
    expect(required).toEqual(["electron"]);
    const types = new Set(nodes.map(({ type }) => type));
    for (const type of ["ImportDeclaration", "ExportNamedDeclaration", "Import"])
      expect(types).not.toContain(type);
  });
});

describe("the package", () => {
  it("flips every fuse to its safe side", async () => {
    const { electronFuses, asar } = parse(await readFile(join(root, "electron-builder.yml"), "utf8"));
    expect(electronFuses).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    });
    expect(asar).toBe(true);
  });
});
