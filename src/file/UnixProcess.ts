// SPDX-License-Identifier: Apache-2.0
import type { Readable } from "node:stream";
import { type Boxes, Component, type Docs, type Main, type Outbox, producerFinished, type Shutdown } from "../axon/index.ts";
import { Child, explained, type SignalName } from "./child.ts";
import { reaches } from "./faults.ts";
import type { FileError } from "./FileError.ts";
import { completed } from "./opened.ts";
import { drain, Feed, NamedPipes } from "./pipes.ts";
import type { Data } from "./writing.ts";

/** How another program is run. */
export interface UnixProcessOptions<IN extends string = string, OUT extends string = string> {
  /** Its arguments, one each; or, if there are further pipes, a function of the names that these have as files. Default: none. */
  readonly args?: readonly string[] | ((pipes: Readonly<Record<IN | OUT, string>>) => readonly string[]);
  /**
   * The command is a line for the shell: true for /bin/sh, or the name of another one. In it, the arguments are "$1", "$2" …: `sort "$1" | uniq -c`.
   * Never put into the line itself what others have said. Default false.
   */
  readonly shell?: boolean | string;
  /** Environment variables beside those of this process; undefined takes one away. Default: none. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The directory that it is started in. Default: that of this process. */
  readonly cwd?: string;
  /** Whether it gets what comes to the inbox; otherwise its standard input is empty. Default true. */
  readonly input?: boolean;
  /** Names of further inboxes, each a pipe that the program can read as a file. Default: none. */
  readonly inpipes?: readonly IN[];
  /** Names of further outboxes, each a pipe that the program can write to as a file. Default: none. */
  readonly outpipes?: readonly OUT[];
  /** Milliseconds between SIGTERM and SIGKILL, when it is told to stop. Default 2000. */
  readonly grace?: number;
  /** It leads a group of processes: those that it has started get the signals, too, but not Ctrl-C from the terminal. Default: if it is a shell. */
  readonly group?: boolean;
}

/** How a program ended. */
export interface Exit {
  /** What it ended with, 0 if all is well; null if a signal ended it, or it could not be started. */
  readonly code: number | null;
  /** The signal that ended it. */
  readonly signal: SignalName | null;
  /** Why it could not be started. */
  readonly error?: FileError;
}

type In<IN extends string> = { inbox: Data } & Record<IN, Data>;
type Out<OUT extends string> = { outbox: Uint8Array; error: Uint8Array; exit: Exit; signal: Shutdown } & Record<OUT, Uint8Array>;

/**
 * Runs another program. What comes to the inbox is its standard input, what it writes leaves from the outbox, and what it complains about from "error"; if
 * that is not linked, complaints appear among ours. Who feeds a program that reads slowly is held; a program whose output nobody takes has to wait.
 *
 * producerFinished: when it has been given all that waits, its inputs are closed, and all that it still writes is sent. shutdownMicroprocess: it gets
 * SIGTERM, and SIGKILL if that does not help. It never outlives its component. How it ended is sent from "exit", last of all; if it did not end well, the
 * producerFinished on "signal" has an Error as its message, too.
 *
 * A program that cannot be started is told of on "exit", with a {@link FileError}; if that is not linked, this fails with it.
 *
 * @param command the program; there is no shell between, unless it is asked for
 * @throws RangeError for pipes with the name of another box, and a grace that is not 0 or more
 * @example
 * await Pipeline(Feed(["pear\n", "fig\n"]), UnixProcess("sort", { args: ["--reverse"] }), ConsoleEchoer()).run(); // pear fig
 * UnixProcess("ffmpeg", { inpipes: ["sound"], args: ({ sound }) => ["-i", "-", "-i", sound, "-f", "matroska", "-"] });
 */
export function UnixProcess(command: string, options?: UnixProcessOptions<never, never>): Component<In<never>, Out<never>>;
export function UnixProcess<const IN extends string = never, const OUT extends string = never>(
  command: string,
  options: UnixProcessOptions<IN, OUT>,
): Component<In<IN>, Out<OUT>>;
export function UnixProcess(command: string, options: UnixProcessOptions = {}): Component<Boxes, Boxes> {
  return new UnixProcessComponent(command, options);
}

const INBOXES = { inbox: "its standard input" };
const OUTBOXES = {
  outbox: "its standard output",
  error: "its standard error output",
  exit: "how it ended",
  signal: "told when it has ended",
};

class UnixProcessComponent extends Component<In<string>, Out<string>> {
  readonly #command: string;
  readonly #options: UnixProcessOptions;
  readonly #docs: { readonly inboxes: Docs<Boxes>; readonly outboxes: Docs<Boxes> };
  #child: Child | undefined;
  /** Why it, or one of its pipes, could not be started. */
  #failure: unknown;
  /** What it writes to. */
  readonly #outputs: Readable[] = [];
  /** How many of its outputs may still give something. */
  #open = 0;
  #goOn: () => void = () => {};

  constructor(command: string, options: UnixProcessOptions) {
    const { inpipes = [], outpipes = [], grace = 0 } = options;
    if (!(grace >= 0)) throw new RangeError(`Cannot run ${command} and give it ${grace} ms to end: give 0 or more`);
    const names = [...Object.keys(INBOXES), ...Object.keys(OUTBOXES), "control", ...inpipes, ...outpipes];
    const twice = names.find((name, i) => names.indexOf(name) < i);
    if (twice !== undefined) throw new RangeError(`Cannot run ${command} with a pipe "${twice}": there is another box of that name`);
    const docs = {
      inboxes: { ...INBOXES, ...Object.fromEntries(inpipes.map((name) => [name, "a pipe that it reads"])) },
      outboxes: { ...OUTBOXES, ...Object.fromEntries(outpipes.map((name) => [name, "a pipe that it writes to"])) },
    };
    super(docs.inboxes, docs.outboxes);
    this.#command = command;
    this.#options = options;
    this.#docs = docs;
  }

  override get kind(): Function {
    return UnixProcess;
  }

  override get docs(): { readonly inboxes: Docs<Boxes>; readonly outboxes: Docs<Boxes> } {
    return this.#docs;
  }

  *main(): Main {
    const { inpipes = [], outpipes = [] } = this.#options;
    const making = NamedPipes.make([...inpipes, ...outpipes]);
    const over = this.system.expect(`the program ${this.#command}`);
    let fault: FileError | undefined;
    try {
      const pipes = yield* completed(making);
      if (!this.toldToStop) yield* this.#converse(pipes);
    } catch (error) {
      const { cwd, shell } = this.#options;
      fault = explained(typeof shell === "string" ? shell : this.#command, cwd, error);
    } finally {
      this.#child?.letGo();
      making.then(
        (pipes) => pipes.remove(),
        () => {}, // it has been told of
      );
      over();
    }
    this.#report(fault);
  }

  *#converse(pipes: NamedPipes): Main {
    const child = this.#start(pipes);
    const feeds = this.#connect(child, pipes);
    let goesOn = true;
    while (goesOn && !this.#isOver) {
      for (const feed of feeds) feed.pump();
      this.pause();
      goesOn = yield;
    }
    while (!this.toldToStop && !this.#isOver) {
      for (const feed of feeds) {
        feed.pump();
        feed.end();
      }
      yield this.#news();
    }
    if (this.#failure !== undefined) throw this.#failure;
    if (!this.#isOver) yield* this.#terminate(child);
  }

  get #isOver(): boolean {
    return this.#open === 0 || this.#failure !== undefined;
  }

  #start({ paths }: NamedPipes): Child {
    const { args = [], cwd, env, group, input = true, shell = false } = this.#options;
    const words = typeof args === "function" ? args(paths) : args;
    const program = typeof shell === "string" ? shell : "/bin/sh";
    const errors = this.outboxes.error.linked ? "pipe" : "inherit";
    return (this.#child = new Child(
      shell === false ? [this.#command, ...words] : [program, "-c", this.#command, program, ...words],
      { stdio: [input ? "pipe" : "ignore", "pipe", errors], env: { ...process.env, ...env }, ...(cwd !== undefined && { cwd }) },
      group ?? shell !== false,
    ));
  }

  /** Joins its pipes and our boxes. */
  #connect({ process }: Child, pipes: NamedPipes): Feed[] {
    const { inpipes = [], outpipes = [] } = this.#options;
    const hear = (): void => this.#hear();
    const failed = (error: unknown): void => {
      this.#failure ??= error;
      this.#hear();
    };
    const closed = (): void => {
      this.#open--;
      this.#hear();
    };
    this.#open = 1 + outpipes.length;
    process.on("error", failed).on("close", closed);
    if (process.pid === undefined) return []; // it could not be started, which is told in a moment; it may not even have pipes
    process.on("exit", () => {
      try {
        pipes.release();
        this.#hear();
      } catch (error) {
        failed(error);
      }
    });
    if (process.stdout !== null) this.#drain(process.stdout, this.outboxes.outbox);
    if (process.stderr !== null) this.#drain(process.stderr, this.outboxes.error);
    for (const name of outpipes) this.#drain(pipes.from(name, failed).on("close", closed), this.outboxes[name]!);
    return [
      new Feed(this.inboxes.inbox, process.stdin, hear, failed),
      ...inpipes.map((name) => new Feed(this.inboxes[name]!, pipes.into(name, failed), hear, failed)),
    ];
  }

  #drain(pipe: Readable, outbox: Outbox<Uint8Array>): void {
    this.#outputs.push(pipe);
    drain(pipe, outbox);
  }

  *#terminate(child: Child): Main {
    const { grace = 2000 } = this.#options;
    for (const pipe of this.#outputs) pipe.removeAllListeners("data").resume(); // while it waits for somebody to take what it writes it may not hear
    child.signal("SIGTERM");
    const timer = this.system.clock.setTimer(() => child.signal("SIGKILL"), grace);
    try {
      while (!child.hasExited) yield this.#news();
      child.signal("SIGKILL"); // whoever is left of its group
    } finally {
      timer.cancel();
    }
  }

  #report(error: FileError | undefined): void {
    const { exit, signal } = this.outboxes;
    const child = this.#child;
    if (error !== undefined) {
      if (!reaches(exit, { code: null, signal: null, error })) throw error;
    } else if (child !== undefined) exit.send({ code: child.code, signal: child.signalled });
    const fault = error ?? child?.complaint(this.#command);
    if (this.toldToStop || fault === undefined) signal.send(this.shutdown ?? producerFinished());
    else signal.send(producerFinished(fault));
  }

  /** Something has happened to one of its pipes, or to itself. */
  #hear(): void {
    this.unpause();
    this.#goOn();
  }

  #news(): Promise<void> {
    return new Promise((resolve) => (this.#goOn = resolve));
  }
}
