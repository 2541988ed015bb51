// SPDX-License-Identifier: Apache-2.0
// What FFmpeg and all codecs over it have in common: an ffmpeg process between our boxes, what it says of itself, and what went wrong.
import {
  addInbox,
  type AnyComponent,
  type Inbox,
  isShutdown,
  type Main,
  type Outbox,
  producerFinished,
  type Shutdown,
} from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { type Exit, UnixProcess } from "../file/index.ts";

/** How far ffmpeg is. */
export interface FFmpegProgress {
  /** Pictures written, where there are any. */
  readonly frame?: number;
  /** Seconds of what is written. */
  readonly time?: number;
  /** Bytes written, where that is known. */
  readonly size?: number;
  /** How much faster it is than the time that it takes to play. */
  readonly speed?: number;
  /** Whether this is the last word. */
  readonly done: boolean;
}

/** Options of everything that runs ffmpeg. */
export interface FFmpegProgram {
  /** The program. Default "ffmpeg". */
  readonly program?: string;
  /** Seconds between two messages on "progress". Default 0.5. */
  readonly progressInterval?: number;
}

/** What is to be done, and by whom. */
export interface Job {
  /** What could not be done, for messages: "decode Vorbis". */
  readonly what: string;
  readonly program: FFmpegProgram;
  /** Words before the input, and after it. */
  readonly input: readonly string[];
  readonly output: readonly string[];
  /** What comes before ffmpeg, and after it. */
  readonly before?: AnyComponent;
  readonly after?: AnyComponent;
  /** Outboxes that what comes after it has besides "outbox". */
  readonly extra?: readonly string[];
}

/** The boxes that are looked after here. */
interface Ins {
  readonly inbox: { readonly length: number };
  readonly control: Inbox<Shutdown>;
}
interface Outs {
  readonly progress: Outbox<FFmpegProgress>;
  readonly signal: Outbox<Shutdown>;
}

/** Lines of complaint that are kept for a message. */
const LAST_LINES = 8;
/** What ffmpeg says among its complaints of how far it is. */
const NEWS = /^(frame|fps|stream_\d+_\d+_q|bitrate|total_size|out_time(_us|_ms)?|dup_frames|drop_frames|speed|progress)=\s*(.*)$/;
const MISSING = "there is no such program; install it (Debian's package is ffmpeg), or give its path as `program`";
/** Milliseconds that it gets to end when it is told to: while nobody reads what it writes, it does not hear. */
const GRACE = 300;
/** ffmpeg's word for having been told to stop. */
const STOPPED = 255;

/**
 * Runs ffmpeg between the boxes of a component that reads "control" itself. It starts with the first message, unless it has an input of its own, and ends when
 * all is written, or at once when it is told to. When nothing ever comes, it does not start.
 *
 * @throws Error when ffmpeg cannot be started, or ends badly, with the last lines of what it complained about
 */
export function* transcode(self: AnyComponent, { inbox, control }: Ins, { progress, signal }: Outs, job: Job): Main {
  let told = heard(control);
  while (told === undefined && inbox.length === 0 && !hasOwnInput(job)) {
    yield* pausing(self);
    told = heard(control);
  }
  if (told?.type !== "shutdownMicroprocess" && (inbox.length > 0 || hasOwnInput(job))) {
    const run = new Run(self, progress, job);
    while (run.goesOn) {
      told = heard(control, told);
      run.tell(told);
      run.listen();
      yield* pausing(self);
    }
    told = heard(control, told);
    if (told?.type !== "shutdownMicroprocess") run.check();
  }
  signal.send(told ?? producerFinished());
}

/** What was said last; but nothing is said after shutdownMicroprocess. */
function heard(control: Inbox<Shutdown>, before?: Shutdown): Shutdown | undefined {
  let told = before;
  for (const message of control) if (isShutdown(message) && told?.type !== "shutdownMicroprocess") told = message;
  return told;
}

function* pausing(self: AnyComponent): Main {
  self.pause();
  yield;
}

function hasOwnInput({ input }: Job): boolean {
  return input.includes("-i");
}

/** ffmpeg, with what is around it, at work. */
class Run {
  readonly #job: Job;
  readonly #pipeline: AnyComponent;
  readonly #complaints: Inbox<Uint8Array>;
  readonly #exits: Inbox<Exit>;
  readonly #report: Report;
  #exit: Exit | undefined;
  #failure: Error | undefined;
  #told: Shutdown | undefined;

  constructor(self: AnyComponent, progress: Outbox<FFmpegProgress>, job: Job) {
    const { before, after, extra = [], program } = job;
    const child = UnixProcess(program.program ?? "ffmpeg", { args: wordsOf(job, progress.linked), grace: GRACE });
    this.#job = job;
    this.#report = new Report(progress);
    this.#pipeline = Pipeline([before, child, after].filter((one): one is AnyComponent => one !== undefined));
    this.#complaints = addInbox<Uint8Array>(self, "complaints", { doc: "what ffmpeg complains about" });
    this.#exits = addInbox<Exit>(self, "exits", { doc: "how ffmpeg ended" });
    self.addChildren(this.#pipeline);
    self.link([self, "inbox"], [this.#pipeline, "inbox"], { passthrough: 1 });
    self.link([this.#pipeline, "outbox"], [self, "outbox"], { passthrough: 2 });
    if (after !== undefined) for (const name of extra) self.link([after, name], [self, name], { passthrough: 2 });
    self.link([child, "error"], this.#complaints);
    self.link([child, "exit"], this.#exits);
    self.watch(this.#pipeline, (ended) => {
      this.#failure = ended.failure;
      self.unpause();
    });
    this.#pipeline.activate();
  }

  get goesOn(): boolean {
    return !this.#pipeline.isStopped;
  }

  tell(message: Shutdown | undefined): void {
    if (message === this.#told) return;
    this.#told = message;
    this.#pipeline.stop(message);
  }

  /** Reads what ffmpeg says; not any more when it is to end at once. */
  listen(): void {
    if (this.#told?.type === "shutdownMicroprocess") return;
    for (const bytes of this.#complaints) this.#report.take(bytes);
    for (const exit of this.#exits) this.#exit = exit;
  }

  /** Throws what went wrong: with ffmpeg, if it did not end well by itself, else with what is around it. */
  check(): void {
    this.listen();
    const { what, program } = this.#job;
    const exit = this.#exit;
    const failure = this.#failure;
    const cannot = `Cannot ${what} with ${program.program ?? "ffmpeg"}`;
    if (exit?.error !== undefined)
      throw new Error(`${cannot}: ${exit.error.code === "ENOENT" ? MISSING : exit.error.message}`, { cause: exit.error });
    const isOurs = failure !== undefined && (exit?.code === STOPPED || exit?.signal === "SIGTERM"); // what is around it failed first
    if (exit !== undefined && exit.code !== 0 && !isOurs) {
      const end = exit.signal === null ? `it ended with code ${exit.code}` : `it was ended by ${exit.signal}`;
      throw new Error(`${cannot}: ${end}${this.#report.lastLines.map((line) => `\n  ${line}`).join("")}`);
    }
    if (failure !== undefined) throw failure;
  }
}

/** ffmpeg reads and writes pipes, opens nothing else on behalf of what it reads, asks nothing, and says only what matters. */
function wordsOf(job: Job, isWatched: boolean): string[] {
  const { input, output, program } = job;
  const { progressInterval = 0.5 } = program;
  const news = isWatched ? ["-nostats", "-progress", "pipe:2", "-stats_period", `${progressInterval}`] : [];
  const from = hasOwnInput(job) ? input : ["-protocol_whitelist", "pipe", ...input, "-i", "pipe:0"];
  return ["-hide_banner", "-nostdin", "-loglevel", "error", ...news, ...from, ...output, "pipe:1"];
}

/** What ffmpeg says: lines of how far it is, which are sent on, and complaints, of which the last are kept. */
class Report {
  readonly lastLines: string[] = [];
  readonly #progress: Outbox<FFmpegProgress>;
  readonly #decoder = new TextDecoder();
  #rest = "";
  #news = new Map<string, string>();

  constructor(progress: Outbox<FFmpegProgress>) {
    this.#progress = progress;
  }

  take(bytes: Uint8Array): void {
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split(/[\r\n]+/);
    this.#rest = (lines.pop() ?? "").slice(-2000);
    for (const line of lines) this.#read(line);
  }

  #read(line: string): void {
    const [, name = "", , value = ""] = NEWS.exec(line) ?? [];
    if (name === "") {
      if (line !== "") this.lastLines.push(line.slice(0, 300));
      if (this.lastLines.length > LAST_LINES) this.lastLines.shift();
      return;
    }
    this.#news.set(name, value);
    if (name !== "progress") return;
    const done = value === "end";
    if (done || !this.#progress.full) this.#progress.send(progressOf(this.#news, done)); // nobody is to be held by what is only told in passing
    this.#news.clear();
  }
}

function progressOf(news: ReadonlyMap<string, string>, done: boolean): FFmpegProgress {
  const read = (name: string, factor = 1): number | undefined => {
    const value = Number.parseFloat(news.get(name) ?? "");
    return Number.isNaN(value) ? undefined : value * factor;
  };
  const [frame, time, size, speed] = [read("frame"), read("out_time_us", 1e-6), read("total_size"), read("speed")];
  return {
    ...(frame === undefined ? {} : { frame }),
    ...(time === undefined ? {} : { time }),
    ...(size === undefined ? {} : { size }),
    ...(speed === undefined ? {} : { speed }),
    done,
  };
}
