import type { IDisposable, IParser } from "@xterm/xterm";

/**
 * Operating system commands that a far side could harm with: window and icon title (0, 1, 2), palette and screen
 * colours and their queries (4, 5, 10 to 19, 104, 105, 110 to 119), links (8), notifications (9, 99, 777), the
 * clipboard (52), and file transfer and shell integration of other terminals (50, 1337). Source: xterm ctlseqs.
 */
const commands = [0, 1, 2, 4, 5, 8, 9, 50, 52, 99, 104, 105, 777, 1337];
const colours = [10, 11, 12, 13, 14, 15, 16, 17, 18, 19];

/** Control sequences that make a terminal answer as if the person had typed: the answer could be a command. */
const answered = [
  { final: "c" },
  { prefix: ">", final: "c" },
  { prefix: "=", final: "c" },
  { final: "n" },
  { prefix: "?", final: "n" },
  { final: "x" },
  { final: "t" },
  { prefix: ">", final: "q" },
  { prefix: "?", final: "u" },
  { intermediates: "$", final: "p" },
  { prefix: "?", intermediates: "$", final: "p" },
  { intermediates: "*", final: "y" },
];

/**
 * Makes a terminal swallow whatever would reach beyond its own screen: nothing that a far side prints writes the
 * clipboard, names the window, opens a link or types an answer. Programs that ask fall back on the terminal's name.
 */
export function swallowUnsafeSequences(parser: IParser): IDisposable {
  const swallow = () => true;
  const handlers = [
    ...[...commands, ...colours, ...colours.map((number) => number + 100)].map((number) =>
      parser.registerOscHandler(number, swallow),
    ),
    ...answered.map((sequence) => parser.registerCsiHandler(sequence, swallow)),
    // Requests for settings (DECRQSS) and for terminal capabilities (XTGETTCAP).
    parser.registerDcsHandler({ intermediates: "$", final: "q" }, swallow),
    parser.registerDcsHandler({ intermediates: "+", final: "q" }, swallow),
    // Identify terminal (DECID).
    parser.registerEscHandler({ final: "Z" }, swallow),
  ];
  return {
    dispose() {
      for (const handler of handlers) handler.dispose();
    },
  };
}
