// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { closeSync, constants, openSync, rmdirSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, type Readable, type Writable } from "node:stream";
import { promisify } from "node:util";
import type { Inbox, Outbox } from "../axon/index.ts";
import { atExit } from "./atExit.ts";
import { closeAll } from "./child.ts";
import { asFileError } from "./faults.ts";
import { type Data, toBytes } from "./writing.ts";

const run = promisify(execFile);

/**
 * Pipes with names, by which another program opens them as files, in a directory of their own.
 *
 * Who opens such a pipe waits until its other end is open, too, and that may take as long as it likes: so a small process of ours (cat) does it for us.
 */
export class NamedPipes {
  /** Where each is. */
  readonly paths: Readonly<Record<string, string>>;
  readonly #folder: string | undefined;
  readonly #helpers: ChildProcess[] = [];
  #forget = (): void => {};
  #isRemoved = false;

  private constructor(folder: string | undefined, names: readonly string[]) {
    this.#folder = folder;
    this.paths = Object.fromEntries(names.map((name, i) => [name, join(folder ?? "", `${i}`)]));
  }

  /** Without names, there is nothing to do. */
  static async make(names: readonly string[]): Promise<NamedPipes> {
    if (names.length === 0) return new NamedPipes(undefined, []);
    const folder = await makeFolder();
    const pipes = new NamedPipes(folder, names);
    pipes.#forget = atExit(() => pipes.remove());
    try {
      await run("mkfifo", ["-m", "600", ...Object.values(pipes.paths)]);
    } catch (error) {
      pipes.remove();
      throw asFileError(["make pipes with", "mkfifo"], error, { ENOENT: "there is no such program; install coreutils" });
    }
    return pipes;
  }

  /** What is written here, the program reads. */
  into(name: string, failed: (error: Error) => void): Writable {
    return this.#help('exec cat > "$0"', name, "pipe", "ignore", failed).stdin ?? new PassThrough();
  }

  /** What the program writes can be read here. */
  from(name: string, failed: (error: Error) => void): Readable {
    return this.#help('exec cat < "$0"', name, "ignore", "pipe", failed).stdout ?? new PassThrough();
  }

  #help(line: string, name: string, stdin: "pipe" | "ignore", stdout: "pipe" | "ignore", failed: (error: Error) => void): ChildProcess {
    const helper = spawn("/bin/sh", ["-c", line, this.paths[name]!], { stdio: [stdin, stdout, "ignore"], detached: true });
    helper.on("error", failed);
    this.#helpers.push(helper);
    return helper;
  }

  /** The program is over: nobody need wait any more until it opens a pipe. */
  release(): void {
    if (this.#isRemoved) return;
    for (const path of Object.values(this.paths)) {
      const both = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
      rmSync(path);
      closeSync(both);
    }
  }

  /** Lets go of all. */
  remove(): void {
    this.#isRemoved = true;
    this.#forget();
    for (const helper of this.#helpers) {
      helper.kill("SIGKILL");
      closeAll(helper);
    }
    if (this.#folder === undefined) return;
    for (const path of Object.values(this.paths)) rmSync(path, { force: true });
    try {
      rmdirSync(this.#folder); // needs no file to be opened, of which there may be too many
    } catch {
      rmSync(this.#folder, { recursive: true, force: true }); // it is gone, or somebody has put something else into it
    }
  }
}

async function makeFolder(): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), "kamaelia-"));
  } catch (error) {
    throw asFileError(["make pipes in", tmpdir()], error);
  }
}

/** Bytes that are worth a write of their own. */
const SMALL = 16_384;

/** Writes what comes to a box into a pipe, as fast as the program at its other end reads. */
export class Feed {
  readonly #inbox: Inbox<Data>;
  /** Nothing, once nobody reads any more. */
  #pipe: Writable | null;

  /**
   * @param goOn called when all is written, or nobody reads any more
   * @param failed called when something came that cannot be written
   */
  constructor(inbox: Inbox<Data>, pipe: Writable | null, goOn: () => void, failed: (error: unknown) => void) {
    this.#inbox = inbox;
    this.#pipe = pipe;
    const cut = (): void => {
      this.#pipe = null;
      goOn();
    };
    pipe?.on("close", cut).on("error", cut); // EPIPE: the program does not want any more
    pipe?.on("drain", () => {
      try {
        this.pump(); // at once, for the program waits
        if (inbox.length === 0) goOn();
      } catch (error) {
        failed(error);
      }
    });
  }

  /** Writes as much as there is room for. What nobody wants any more is dropped. */
  pump(): void {
    const pipe = this.#pipe;
    const inbox = this.#inbox;
    if (pipe === null) {
      while (inbox.length > 0) inbox.recv();
      return;
    }
    const areMany = inbox.length > 1 && (inbox.peekNext()?.length ?? 0) < SMALL;
    if (areMany) pipe.cork(); // in one write
    while (inbox.length > 0 && !pipe.writableNeedDrain) pipe.write(toBytes(inbox.recv()));
    if (areMany) pipe.uncork();
  }

  /** Closes the pipe when all is written. */
  end(): void {
    if (this.#inbox.length === 0) this.#pipe?.end();
  }
}

/** Sends what comes from a pipe; while nobody takes it, it is not read. */
export function drain(pipe: Readable, outbox: Outbox<Uint8Array>): void {
  pipe.on("data", (bytes: Buffer) => {
    outbox.send(bytes);
    if (!outbox.full) return;
    pipe.pause();
    outbox.whenRoom(() => pipe.resume());
  });
  pipe.on("error", () => {}); // it ends, and that is told anyway
}
