// SPDX-License-Identifier: Apache-2.0
// What `npm run testbed` runs: two minutes of a small network in some seconds, with a picture of it; then a plot, and a capture for Wireshark.
import { accessSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Plot, plotSVG, plotText } from "kamaelia/experiment";
import { asFileError } from "kamaelia/file";
import { inOneLine } from "../lib/commandLine.ts";
import { clock, cut, drawMap } from "./map.ts";
import { plotsOf } from "./plots.ts";
import { type Scene, World } from "./world.ts";

const USAGE = "npm run testbed -- [--seed NUMBER] [--speed TIMES] [--out FOLDER]";
/** Lines of the picture: the map, and the plot below. */
const [MAP_ROWS, PLOT_ROWS] = [6, 14];

const { seed, speed, out } = wishes();
const screen = process.stdout;
const isLive = screen.isTTY && process.env["TERM"] !== "dumb";
const colours = isLive && (process.env["NO_COLOR"] ?? "") === "";
/** The last one stays empty: a full line would make some terminals go on to the next. */
const columns = (): number => Math.min(screen.columns || 80, 110) - 1;
const world = new World({ seed, speed: isLive ? speed : Infinity });
let told: Scene | undefined;
let frame = 0;

screen.write(`A network testbed: two minutes of a network, ${isLive ? `${speed} times as fast` : "as fast as it goes"}.\n\n`);
if (isLive) screen.write(`\x1b[?25l${"\n".repeat(MAP_ROWS + PLOT_ROWS)}`);
process.once("SIGINT", () => {
  screen.write(isLive ? "\x1b[?25h\n" : "");
  process.exit(130);
});
await world.play(isLive ? show : tell);
await finish().catch((error: unknown) => {
  console.error(inOneLine(error));
  process.exitCode = 1;
});

/** Draws the network as it is now over the picture before. */
function show(): void {
  const sample = world.samples.at(-1)!;
  const map = drawMap(world.scene, sample, { up: world.up, colours, frame: frame++, columns: columns() });
  const lines = [...map, ...draw(plotsOf(world.samples)[0])].map((line) => `${cut(line, columns())}\x1b[K\n`);
  screen.write(`\x1b[${MAP_ROWS + PLOT_ROWS}A${lines.join("")}`);
}

function draw(plot: Plot): string[] {
  return plotText(plot, { columns: columns(), rows: PLOT_ROWS, colours }).split("\n");
}

/** Says what happens, where there is no terminal. */
function tell(): void {
  if (world.scene === told) return;
  told = world.scene;
  screen.write(`${clock(told.at)}  ${told.title}\n`);
}

async function finish(): Promise<void> {
  if (isLive) screen.write("\x1b[?25h");
  const plots = plotsOf(world.samples);
  const [picture, capture] = [join(out, "testbed.svg"), join(out, "testbed.pcapng")];
  await writeFile(picture, plotSVG(plots, { height: 280 }));
  await world.capture.write(capture);
  for (const plot of isLive ? plots.slice(1) : plots) screen.write(`\n${draw(plot).join("\n")}\n`);
  screen.write(`
Plot:     ${picture}
Capture:  ${capture}, ${world.capture.count} packets on the line
  tshark -r ${capture} -q -z io,stat,10 -z conv,udp -z conv,tcp
  wireshark ${capture}
Experiments of your own: docs/cookbook/experiments.md
`);
}

/** What the command line asks for. */
function wishes(): { readonly seed: number; readonly speed: number; readonly out: string } {
  try {
    const { values } = parseArgs({
      options: {
        seed: { type: "string", default: "1" },
        speed: { type: "string", default: "15" },
        out: { type: "string", default: join(tmpdir(), "kamaelia-testbed") },
        help: { type: "boolean" },
      },
    });
    if (values.help === true) {
      console.log(`Usage: ${USAGE}`);
      process.exit();
    }
    const numbers = { seed: Number(values.seed), speed: Number(values.speed) };
    if (!Number.isInteger(numbers.seed)) throw new RangeError(`Cannot use --seed ${values.seed}: give a whole number`);
    if (!(numbers.speed > 0)) throw new RangeError(`Cannot use --speed ${values.speed}: give more than 0`);
    makeFolder(resolve(values.out));
    return { ...numbers, out: values.out };
  } catch (error) {
    console.error(`${inOneLine(error)}; usage: ${USAGE}`);
    process.exit(2);
  }
}

/** Makes a folder, and those around it, one by one: with `recursive`, Node.js tries for ever below /proc. */
function makeFolder(path: string): void {
  try {
    if (existsSync(path) && statSync(path).isDirectory()) return accessSync(path, constants.W_OK);
    if (!existsSync(path)) makeFolder(dirname(path));
    mkdirSync(path);
  } catch (error) {
    throw asFileError(["write into", path], error, { EEXIST: "it is a file, and no folder (EEXIST)" });
  }
}
