import { openForWriting } from "../descriptors.ts";
import type { Process, ProgramTable } from "../process.ts";
import { linesOf, type Sink } from "../streams.ts";
import { expandSet, translate } from "./character-sets.ts";
import { eachInput, LineWriter } from "./inputs.ts";
import { readCount, readOptions, UsageError, withUsage } from "./options.ts";

async function cat(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "nuvAbse");
  let number = 0;
  return eachInput(process, options.operands, async (source) => {
    if (!options.has("n")) {
      for (let bytes = await source.read(); bytes; bytes = await source.read())
        await process.output.write(bytes);
      return;
    }
    for await (const line of linesOf(source)) {
      number += 1;
      await process.print(`${String(number).padStart(6)}\t${line}\n`);
    }
  });
}

/** `-5` and `-n 5` are the same. */
function oldCount(words: readonly string[]): string[] {
  return words.flatMap((word) => (/^-\d+$/.test(word) ? ["-n", word.slice(1)] : [word]));
}

async function head(process: Process): Promise<number> {
  const options = readOptions(oldCount(process.arguments), "n:c:q", ["lines=", "bytes="]);
  const bytes = options.value("c") ?? options.value("bytes");
  const lines = options.value("n") ?? options.value("lines") ?? "10";
  return eachInput(process, options.operands, async (source, name) => {
    if (options.operands.length > 1 && !options.has("q")) await process.print(`==> ${name} <==\n`);
    let left = readCount(bytes ?? lines);
    while (left > 0) {
      const chunk = await source.read();
      if (chunk === null) break;
      let end = bytes === null ? 0 : Math.min(left, chunk.length);
      if (bytes === null) {
        while (left > 0 && end < chunk.length) {
          const line = chunk.indexOf(10, end);
          end = line === -1 ? chunk.length : line + 1;
          if (line !== -1) left -= 1;
        }
      } else left -= end;
      await process.output.write(chunk.subarray(0, end));
    }
    source.close();
  });
}

async function tail(process: Process): Promise<number> {
  const options = readOptions(oldCount(process.arguments), "n:c:fq", ["lines="]);
  const count = options.value("n") ?? options.value("lines") ?? "10";
  return eachInput(process, options.operands, async (source) => {
    if (options.value("c")) {
      const wanted = Math.abs(readCount(options.value("c") ?? "0"));
      let kept = Buffer.alloc(0);
      for (let bytes = await source.read(); bytes; bytes = await source.read()) {
        kept = Buffer.concat([kept, bytes]).subarray(-wanted || undefined);
      }
      await process.output.write(wanted === 0 ? new Uint8Array() : kept);
      return;
    }
    const fromStart = count.startsWith("+");
    const wanted = Math.min(Math.abs(readCount(count)), 1_000_000);
    const writer = new LineWriter(process);
    const kept: string[] = [];
    let number = 0;
    for await (const line of linesOf(source)) {
      number += 1;
      if (fromStart) {
        if (number >= wanted) await writer.line(line);
        continue;
      }
      kept.push(line);
      if (kept.length > wanted) kept.shift();
    }
    for (const line of kept) await writer.line(line);
    await writer.flush();
  });
}

async function wc(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "lwcm");
  const every = !["l", "w", "c", "m"].some((name) => options.has(name));
  const total = [0, 0, 0];
  const print = (counts: number[], name: string) => {
    const shown = counts.filter(
      (_, index) =>
        every || (index === 2 ? options.has("c") || options.has("m") : options.has("lw"[index] ?? "")),
    );
    const wide = shown.length > 1 ? 7 : 0;
    return process.print(`${shown.map((value) => String(value).padStart(wide)).join(" ")}${name}\n`);
  };
  const status = await eachInput(process, options.operands, async (source, name) => {
    const counts = [0, 0, 0];
    let inWord = false;
    for (let bytes = await source.read(); bytes; bytes = await source.read()) {
      counts[2] = (counts[2] ?? 0) + bytes.length;
      for (const byte of bytes) {
        const blank = byte === 32 || (byte >= 9 && byte <= 13);
        if (byte === 10) counts[0] = (counts[0] ?? 0) + 1;
        if (!blank && !inWord) counts[1] = (counts[1] ?? 0) + 1;
        inWord = !blank;
      }
    }
    for (const [index, value] of counts.entries()) total[index] = (total[index] ?? 0) + value;
    await print(counts, options.operands.length > 0 ? ` ${name}` : "");
  });
  if (options.operands.length > 1) await print(total, " total");
  return status;
}

async function tee(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "ai");
  const mode = options.has("a") ? "append" : "truncate";
  const sinks: Sink[] = [process.output];
  for (const name of options.operands) sinks.push(openForWriting(process, name, mode));
  for (let bytes = await process.input.read(); bytes; bytes = await process.input.read()) {
    for (const sink of sinks) await sink.write(bytes);
  }
  return 0;
}

/** Ranges such as `1,3-5,7-` as a test of a position, counted from one. */
function positions(list: string): (position: number) => boolean {
  const ranges = list.split(",").map((part) => {
    const match = /^(\d*)(-?)(\d*)$/.exec(part);
    if (!match || part === "" || part === "-") throw new UsageError(`invalid field range: '${part}'`);
    const low = Number(match[1] || 1);
    return [low, match[3] ? Number(match[3]) : match[2] ? Infinity : low] as const;
  });
  return (position) => ranges.some(([low, high]) => position >= low && position <= high);
}

async function cut(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "d:f:c:b:s", ["delimiter=", "fields=", "output-delimiter="]);
  const fields = options.value("f") ?? options.value("fields");
  const characters = options.value("c") ?? options.value("b");
  const delimiter = options.value("d") ?? options.value("delimiter") ?? "\t";
  if (fields === null && characters === null) {
    throw new UsageError("you must specify a list of bytes, characters, or fields");
  }
  const wanted = positions(fields ?? characters ?? "");
  const writer = new LineWriter(process);
  const status = await eachInput(process, options.operands, async (source) => {
    for await (const line of linesOf(source)) {
      if (fields === null) {
        await writer.line([...line].filter((_, index) => wanted(index + 1)).join(""));
      } else if (line.includes(delimiter)) {
        const parts = line.split(delimiter).filter((_, index) => wanted(index + 1));
        await writer.line(parts.join(options.value("output-delimiter") ?? delimiter));
      } else if (!options.has("s")) await writer.line(line);
    }
  });
  await writer.flush();
  return status;
}

async function tr(process: Process): Promise<number> {
  const options = readOptions(process.arguments, "dscC");
  const [first = "", second = ""] = options.operands.map(expandSet);
  const change = translate(first, second, {
    delete: options.has("d"),
    squeeze: options.has("s"),
    complement: options.has("c") || options.has("C"),
  });
  const decoder = new TextDecoder();
  for (let bytes = await process.input.read(); bytes; bytes = await process.input.read()) {
    await process.print(change(decoder.decode(bytes, { stream: true })));
  }
  return 0;
}

async function rev(process: Process): Promise<number> {
  for await (const line of linesOf(process.input)) await process.print(`${[...line].reverse().join("")}\n`);
  return 0;
}

export const textFilters: ProgramTable = {
  cat: withUsage(cat, 1),
  cut: withUsage(cut, 1),
  head: withUsage(head, 1),
  rev,
  tail: withUsage(tail, 1),
  tee: withUsage(tee, 1),
  tr: withUsage(tr, 1),
  wc: withUsage(wc, 1),
};
