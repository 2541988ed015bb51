// SPDX-License-Identifier: Apache-2.0
import { LENGTH, RATE, ROOM, type Sample, type Scene } from "./world.ts";

/** How a map is to be drawn. */
export interface MapOptions {
  /** Whether the line is whole. */
  readonly up: boolean;
  /** Whether the terminal shows colours. */
  readonly colours: boolean;
  /** Counts the pictures, so that packets move. */
  readonly frame: number;
  /** Characters in a line. */
  readonly columns: number;
}

const [DIM, RED, GREEN, YELLOW, CYAN] = [2, 31, 32, 33, 36] as const;
const QUEUE = 12;
/** How long the cable is drawn, if there is room for it. */
const CABLE = { shortest: 13, longest: 30 } as const;
/** Columns that everything else takes at most. */
const AROUND = 66;
/** What packets of speech and of pictures look like, on a line that is this full at most. */
const SPEECH_SHARE = 0.08;

/** Draws who is there, what waits, and what is on the line now. */
export function drawMap(scene: Scene, sample: Sample, { up, colours, frame, columns }: MapOptions): string[] {
  const paint = (text: string, colour: number): string => (colours ? `\x1b[${colour}m${text}\x1b[0m` : text);
  const { at, delay, heard, pictures, waiting, lost } = sample;
  const full = Math.round((waiting / ROOM) * QUEUE);
  const queue = paint("▓".repeat(full), waiting > ROOM / 2 ? RED : YELLOW) + paint("░".repeat(QUEUE - full), DIM);
  const length = Math.min(CABLE.longest, Math.max(CABLE.shortest, columns - AROUND));
  const line = up
    ? cable(sample, frame, length)
        .map(([text, colour]) => paint(text, colour))
        .join("")
    : paint("╳ cut ╳".padStart(Math.floor(length / 2) + 4, "═").padEnd(length, "═"), RED);
  const call =
    delay === undefined
      ? paint("hears nothing", RED)
      : paint(`hears ${percent(heard)}, ${delay.toFixed(0)} ms late`, delay > 150 || heard < 0.9 ? YELLOW : GREEN);
  const album = pictures > 0 ? paint(`${pictures.toFixed(2)} Mbit/s`, GREEN) : paint("no pictures", DIM);
  const [state, colour] = lost > 0 ? [`${lost} lost`, RED] : [`${RATE / 1e6} Mbit/s`, DIM];
  return [
    `${clock(at)} ${bar(at / LENGTH, paint)}  ${scene.title}`,
    "",
    `  Anna ☎ ──┐  ${paint("queue", DIM)}${" ".repeat(QUEUE + length - 2)}┌── ☎ Bert  ${call}`,
    `           ├─ ${queue} ${line} ─┤`,
    `  laptop ──┘  ${`${waiting} waiting`.padEnd(QUEUE)} ${paint(state, colour)}${" ".repeat(length + 2 - state.length)}└── album   ${album}`,
    "",
  ];
}

/** As much of a line as fits. Codes of colours take no room. */
export function cut(line: string, columns: number): string {
  let room = columns;
  // oxlint-disable-next-line no-control-regex -- codes begin with one
  return line.replaceAll(/(\x1b\[\d*m)|./gu, (piece, code) => (code !== undefined || room-- > 0 ? piece : ""));
}

/** The packets on the line: they move on with each picture, there are as many as it is busy, and those that were lost are marked. */
function cable({ pictures, heard, lost }: Sample, frame: number, length: number): [string, number][] {
  const busy = (pictures * 1e6) / RATE;
  return Array.from({ length }, (_, i) => {
    const place = i - frame;
    const chance = (Math.imul(place, 0x9e3779b1) >>> 0) / 2 ** 32; // as if by chance, but the same for a packet wherever it is
    if (lost > 0 && chance > 1 - Math.min(0.15, lost / 40)) return ["✗", RED];
    if (heard > 0 && chance < SPEECH_SHARE) return ["•", CYAN];
    if (chance < SPEECH_SHARE + busy * (1 - SPEECH_SHARE)) return ["▬", YELLOW];
    return ["─", DIM];
  });
}

function bar(share: number, paint: (text: string, colour: number) => string): string {
  const done = Math.round(share * 20);
  return paint("━".repeat(done), CYAN) + paint("━".repeat(20 - done), DIM);
}

/** "1:07". */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
