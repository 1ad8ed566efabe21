import { createHash } from "node:crypto";
import type { Process, ProgramTable } from "../process.ts";
import { readAll } from "../streams.ts";
import { eachInput, openInput } from "./inputs.ts";
import { readOptions, UsageError, withUsage } from "./options.ts";

const digest = (algorithm: string) =>
  withUsage(async (process: Process) => {
    const { operands } = readOptions(process.arguments, "bt");
    return eachInput(process, operands, async (source, name) => {
      const hash = createHash(algorithm);
      for (let bytes = await source.read(); bytes; bytes = await source.read()) hash.update(bytes);
      await process.print(`${hash.digest("hex")}  ${name}\n`);
    });
  }, 1);

async function base64(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "diw:", ["decode", "wrap="]);
  const bytes = await readAll(openInput(process, options.operands[0] ?? "-"));
  if (options.has("d") || options.has("decode")) {
    const words = Buffer.from(bytes).toString("latin1").replace(/\s/g, "");
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(words)) throw new UsageError("invalid input");
    await process.output.write(Buffer.from(words, "base64"));
    return 0;
  }
  const width = Number(options.value("w") ?? options.value("wrap") ?? 76);
  const words = Buffer.from(bytes).toString("base64");
  const lines = width > 0 ? (words.match(new RegExp(`.{1,${width}}`, "g")) ?? []) : [words];
  await process.print(lines.join("\n") + (width > 0 && words !== "" ? "\n" : ""));
  return 0;
}

export const digestPrograms: ProgramTable = {
  base64: withUsage(base64, 1),
  md5sum: digest("md5"),
  sha1sum: digest("sha1"),
  sha256sum: digest("sha256"),
  sha512sum: digest("sha512"),
};
